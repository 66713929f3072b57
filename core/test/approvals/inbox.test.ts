import assert from 'node:assert/strict';
import pg from 'pg';
import { type Answer, signIn, type TestClient } from '../../src/testing/index.ts';
import { expectStatus, openYard, type Yard } from './support.ts';

type Body = Answer['body'];

/** Statements about approvals that a call takes: the fewest of some tries, as the platform looks by itself too. */
async function statements(call: () => Promise<unknown>): Promise<number> {
  const { query } = pg.Client.prototype;
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4; i += 1) {
    let count = 0;
    pg.Client.prototype.query = function counted(this: pg.Client, ...given: never[]) {
      const [asked] = given as unknown[];
      const text = typeof asked === 'string' ? asked : ((asked as { text?: string }).text ?? '');
      if (text.includes('approval_')) count += 1;
      return (query as (...args: never[]) => unknown).apply(this, given);
    } as never;
    try {
      await call();
    } finally {
      pg.Client.prototype.query = query;
    }
    fewest = Math.min(fewest, count);
  }
  return fewest;
}

describe('the inbox of many', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
  });
  after(() => yard.plant.stop());

  const idsOf = (body: Body): string[] => body.items.map(({ approval_id }: Body) => approval_id);
  const inbox = async (as: TestClient, query = ''): Promise<Body> =>
    expectStatus(await as.get(`/approvals?box=inbox&page_size=200${query}`), 200);

  it('is what the language judges for each request by itself, whoever looks', async () => {
    const { plant, operator, chief, texnolog, direktor } = yard;
    const names = ['both', 'stands_in', 'two_places'];
    for (const name of names) await yard.as('otk', name);
    await plant.asOwner(
      `insert into user_roles (organization_id, user_id, role_id)
       select u.organization_id, u.id, r.id from users u, roles r
        where (u.username = 'both' and r.code in ('texnolog', 'sex_boshligi', 'operator'))
           or (u.username = 'two_places' and r.code = 'operator')`,
    );
    const again = (name: string) => signIn(plant.url, name, 'Correct-Horse-42');
    const [both, standsIn, twoPlaces] = await Promise.all(names.map(again));
    assert.ok(both && standsIn && twoPlaces);
    const to_at = new Date(Date.now() + 86_400_000).toISOString();
    for (const [from, to] of [
      [chief, 'stands_in'],
      [chief, 'two_places'],
      [direktor, 'two_places'],
      [texnolog, 'both'],
    ] as const)
      expectStatus(await from.post('/approvals/delegations', { to, to_at, reason: 'away' }), 201);

    const askers = [operator, chief, texnolog, both, twoPlaces];
    const voters = [chief, texnolog, direktor, both, standsIn, twoPlaces];
    const asked: string[] = [];
    for (const path of ['ship', 'scrap', 'move', 'lift'])
      for (const [i, asker] of askers.entries()) {
        const body = path === 'move' ? { place: 'x' } : {};
        const { status, body: made } = await asker.post(
          `/crates/${await yard.newCrate(500)}/${path}`,
          body,
        );
        assert.equal(status, 202, JSON.stringify(made));
        asked.push(made.approval_id);
        // Some are decided in part, by whoever may.
        for (const voter of voters.slice(i % 3, i)) await yard.approve(voter, made.approval_id);
      }
    let found = 0;
    for (const person of [operator, ...voters]) {
      const listed = await inbox(person);
      const judged: string[] = [];
      for (const id of asked) {
        const { status, body } = await person.get(`/approvals/${id}`);
        if (status === 200 && body.may_decide) judged.push(id);
      }
      assert.deepEqual(idsOf(listed).sort(), judged.sort());
      assert.equal(listed.total, judged.length);
      assert.ok(listed.items.every(({ may_decide }: Body) => may_decide));
      found += judged.length;
    }
    assert.ok(found > 20, `${found} found in all`);
  });

  it('takes as many statements for a long page as for a short one, and its count is exact', async () => {
    const { plant, chief, direktor } = yard;
    const sample = await yard.ask(await yard.newCrate());
    const before = (await inbox(chief)).total;
    await plant.asOwner(
      `insert into approval_requests (organization_id, type, rules, kind, operation, object_type, object_id,
         input, input_hash, refs, stages, requester, requested_by, requester_kind, requested_at, expires_at,
         message, rules_hash, trace_id, waiting_for)
       select organization_id, type, rules, kind, operation, object_type, gen_random_uuid(), input, input_hash,
         refs, stages, requester, requested_by, requester_kind, requested_at, expires_at + make_interval(secs => i),
         message, rules_hash, trace_id, waiting_for
       from approval_requests, generate_series(1, 10000) as i where id = $1`,
      [sample],
    );
    const page = (size: number) => () => chief.get(`/approvals?box=inbox&page_size=${size}`);
    assert.equal(await statements(page(200)), await statements(page(40)));
    const all = (size: number) => () => direktor.get(`/approvals?box=all&page_size=${size}`);
    assert.equal(await statements(all(200)), await statements(all(40)));
    assert.equal((await inbox(chief)).total, before + 10_000);
    const beyond = expectStatus(await chief.get('/approvals?box=inbox&page=99999999'), 200);
    assert.deepEqual([beyond.items, beyond.total], [[], before + 10_000]);
    await plant.asOwner(
      `delete from approval_requests where object_id not in (select id from crates)`,
    );
  });

  it('goes on behind a request, though that and others have been decided meanwhile', async () => {
    const { chief } = yard;
    const asked: string[] = [];
    for (let i = 0; i < 6; i += 1) asked.push(await yard.ask(await yard.newCrate(500)));
    const whole = idsOf(await inbox(chief));
    const first = expectStatus(await chief.get('/approvals?box=inbox&page_size=3'), 200);
    const last = idsOf(first)[2] ?? '';
    for (const id of idsOf(first)) expectStatus(await yard.approve(chief, id), 200);
    const next = await inbox(chief, `&after=${last}`);
    assert.deepEqual(idsOf(next), whole.slice(3));
    assert.equal(next.total, whole.length - 3);

    const mine = expectStatus(await yard.operator.get('/approvals?box=mine&page_size=2'), 200);
    const rest = expectStatus(
      await yard.operator.get(`/approvals?box=mine&page_size=2&after=${idsOf(mine)[1]}`),
      200,
    );
    const both = expectStatus(await yard.operator.get('/approvals?box=mine&page_size=4'), 200);
    assert.deepEqual([...idsOf(mine), ...idsOf(rest)], idsOf(both));
    assert.deepEqual(idsOf(both).slice(0, 2), [asked[5], asked[4]]);
  });
});
