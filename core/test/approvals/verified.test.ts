import assert from 'node:assert/strict';
import { type Answer, type TestClient, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, type Yard } from './support.ts';

type Body = Answer['body'];
const PLANT = `requires crates

approval put_away
  on crate.put
  when crate.load_kg > 50 kg
  steps sex_boshligi
  message "{crate.code} goes to {input.place}"
  approved do crate.load(crate_id: crate.id, load_kg: crate.load_kg + 1 kg)
  rejected do crate.load(crate_id: crate.id, load_kg: 9 kg)
`;

describe('what approvals decided is taken again later', () => {
  let yard: Yard;
  let integrator: TestClient;
  let agreed: string;
  let refused: string;
  before(async () => {
    yard = await openYard();
    integrator = await yard.as('integrator');
    await yard.publish('plant.putting', PLANT);
    agreed = await putAway('approve');
    refused = await putAway('reject');
  });
  after(() => yard.plant.stop());

  /** A put that was asked for and decided, with all that followed. @returns the request's id */
  async function putAway(verdict: 'approve' | 'reject'): Promise<string> {
    const crate = await yard.newCrate(500);
    const approval = await yard.ask(crate, yard.operator, 'put', { place: 'yard' });
    expectStatus(
      await yard.chief.post(`/approvals/${approval}/${verdict}`, { comment: 'so' }),
      200,
    );
    await until(async () => {
      const { body } = await yard.texnolog.get(`/approvals/${approval}`);
      return body.followed.some(({ status }: Body) => status === 'done') ? body : null;
    }, 'what follows to be done');
    return approval;
  }

  const verify = async (of: string): Promise<Body> =>
    expectStatus(
      await integrator.get(`/rules/decisions/verify?since=2020-01-01T00:00:00Z&of=${of}`),
      200,
    );
  const found = async (of: string) =>
    (await verify(of)).differing.map(({ kind, of: what, reason, differences }: Body) => [
      ...[kind, what, reason],
      ...differences.map(({ what: part, name }: Body) => `${part} ${name}`),
    ]);
  const tamper = (statement: string, values: readonly unknown[] = []) =>
    yard.plant.asOwner<{ id: string }>(statement, values);
  /** Does it, looks, and takes it back. */
  const meanwhile = async (set: string, back: string, look: () => Promise<void>) => {
    await tamper(set);
    await look();
    await tamper(back);
  };

  it('comes out the same: decisions with who had to agree, runs that followed, requests', async () => {
    const pages = [await verify('decisions'), await verify('runs'), await verify('requests')];
    assert.deepEqual(
      pages.map(({ checked, differing, untold }) => [checked, differing, untold]),
      [
        [3, [], []],
        [2, [], []],
        [2, [], []],
      ],
    );
  });

  it('also by rules that stand no more', async () => {
    await yard.publish('plant.putting', PLANT.replace('+ 1 kg', '+ 2 kg').replace('> 50', '> 70'));
    for (const kind of ['decisions', 'runs', 'requests'])
      assert.deepEqual(await found(kind), [], kind);
  });

  it('a run whose actions were altered is named, of an agreement and of a rejection', async () => {
    for (const [id, was] of [
      [agreed, 501],
      [refused, 9],
    ] as const) {
      const set = (kg: number) =>
        `update rule_actions set args = jsonb_set(args, '{load_kg}', '${kg}')
         where run_id = (select id from rule_runs where key = '${id}')`;
      await meanwhile(set(7), set(was), async () =>
        assert.deepEqual(await found('runs'), [
          ['run', 'plant.putting.put_away', 'differs', 'action crate.load'],
        ]),
      );
    }
    assert.deepEqual(await found('runs'), []);
  });

  it('a request that was made to need others, to say something else or to stand elsewhere is named', async () => {
    const asked = `from approval_requests where id = '${agreed}'`;
    const [kept] = await yard.plant.asOwner<{
      stages: unknown;
      message: unknown;
      effects: unknown;
    }>(`select stages, message, effects ${asked}`);
    const set = (what: string, value: unknown) =>
      `update approval_requests set ${what} = '${JSON.stringify(value)}' where id = '${agreed}'`;
    const other = {
      stages: [{ kind: 'role', role: 'operator' }],
      message: { uz: 'x', ru: 'x', en: 'x' },
      effects: [],
    };
    for (const name of ['stages', 'message', 'effects'] as const)
      await meanwhile(set(name, other[name]), set(name, kept?.[name]), async () => {
        const [[kind, , reason, ...parts] = []] = await found('requests');
        assert.deepEqual([kind, reason], ['request', 'differs']);
        assert.ok(parts.includes(`approval ${name}`), String(parts));
      });
    const state = (to: string) =>
      `update approval_requests set state = '${to}' where id = '${refused}'`;
    await meanwhile(state('approved'), state('rejected'), async () => {
      assert.deepEqual(await found('requests'), [
        ['request', 'plant.putting.put_away', 'differs', 'state put_away'],
      ]);
      // What followed was planned for a rejection.
      assert.deepEqual(await found('runs'), [
        ['run', 'plant.putting.put_away', 'differs', 'action crate.load'],
      ]);
    });
    assert.deepEqual(await found('requests'), []);
  });

  it('a decision that asks other people is named, beside its broken seal', async () => {
    const [decision] = await tamper(
      `update decisions set approval = jsonb_set(approval, '{waits,own}', '["operator"]')
       where approval -> 'waits' is not null and trace_id =
         (select trace_id from approval_requests where id = $1) returning id`,
      [agreed],
    );
    assert.deepEqual(await found('decisions'), [
      ['decision', 'crate.put', 'altered', 'approval put_away'],
    ]);
    await tamper(
      `update decisions set approval = jsonb_set(approval, '{waits,own}', '[]') where id = $1`,
      [decision?.id],
    );
    assert.deepEqual(await found('decisions'), []);
  });

  it('where the decision that made a request is gone, both it and its run say so', async () => {
    await tamper(
      `delete from decisions where approval -> 'waits' is not null and trace_id =
         (select trace_id from approval_requests where id = $1)`,
      [agreed],
    );
    const missing = ['plant.putting.put_away', 'decision_missing'];
    assert.deepEqual(await found('runs'), [['run', ...missing]]);
    assert.deepEqual(await found('requests'), [['request', ...missing]]);
  });
});
