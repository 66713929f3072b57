import assert from 'node:assert/strict';
import type { TestClient } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

describe('asking for approval', () => {
  let yard: Yard;
  let plant: Yard['plant'];
  let operator: Yard['operator'];
  let chief: Yard['chief'];
  let direktor: Yard['direktor'];
  let newCrate: Yard['newCrate'];
  let crateOf: Yard['crateOf'];
  let ask: Yard['ask'];
  let approve: Yard['approve'];
  before(async () => {
    yard = await openYard();
    ({ plant, operator, chief, direktor, newCrate, crateOf, ask, approve } = yard);
  });
  after(() => yard.plant.stop());

  it('waits with 202, tells who is needed until when, and writes a row a step (F-API-007, F-OP-25, F-DM-45)', async () => {
    const crate = await newCrate();
    const answer = await operator.post(`/crates/${crate}/ship`, { place: 'Tashkent' });
    const body = expectStatus(answer, 202);
    assert.equal(body.pending_approval, true);
    assert.equal(body.type, 'ship_heavy');
    assert.deepEqual(body.waiting_for, ['sex_boshligi']);
    assert.match(body.needed, /Chief, then Technologist and Director, by [\d-]+ \d\d:\d\d$/);
    assert.match(body.message, /Ship C-\d+ with 500/);
    const hours = (Date.parse(body.expires_at) - Date.parse(body.requested_at)) / 3_600_000;
    assert.equal(hours, 24);
    assert.equal(body.remedy, 'Take something out');
    assert.match(body.would_pass[0].text, /400 kg/);
    assert.equal((await crateOf(crate)).shipped, 0);
    const steps = await plant.asOwner(
      'select stage, state, stage_role, group_id, object_type, object_id from approval_steps where group_id = $1 order by stage',
      [body.approval_id],
    );
    const row = { group_id: body.approval_id, object_type: 'crate', object_id: crate };
    assert.deepEqual(steps, [
      { stage: 1, state: 'pending', stage_role: 'sex_boshligi', ...row },
      { stage: 2, state: 'pending', stage_role: 'texnolog and direktor', ...row },
    ]);
    const audited = await plant.asOwner(
      `select object_type from audit_log where action = 'crate.ship' and object_id = $1`,
      [body.approval_id],
    );
    assert.equal(audited.length, 1);
    const events = await plant.asOwner(
      `select payload from outbox where name = 'approval.requested' and payload->>'approval_id' = $1`,
      [body.approval_id],
    );
    assert.equal(events.length, 1);
  });

  it('nobody has to agree where the rule does not ask', async () => {
    const crate = await newCrate(50);
    expectStatus(await operator.post(`/crates/${crate}/ship`), 200);
    assert.equal((await crateOf(crate)).shipped, 1);
  });

  it('gates come first: what they refuse does not wait (F-ARC-14)', async () => {
    const crate = await newCrate(2000);
    const body = expectStatus(await operator.post(`/crates/${crate}/ship`), 409);
    assert.equal(body.error.reason, 'overloaded');
    const rows = await plant.asOwner('select id from approval_requests where object_id = $1', [
      crate,
    ]);
    assert.equal(rows.length, 0);
  });

  it('what the operation refuses by itself is told at once', async () => {
    const crate = await newCrate();
    await plant.asOwner(`update crates set place = 'gone' where id = $1`, [crate]);
    assert.equal(reasonOf(await operator.post(`/crates/${crate}/ship`)), 'crate_gone');
  });

  it('the same waits once: F-DM-45', async () => {
    const crate = await newCrate();
    const approval = await ask(crate);
    const second = await operator.post(`/crates/${crate}/ship`);
    assert.equal(reasonOf(second), 'approval_pending');
    assert.equal(second.body.error.details.approval_id, approval);
    const third = await newCrate();
    const both = await Promise.all([1, 2, 3, 4].map(() => operator.post(`/crates/${third}/ship`)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [202, 409, 409, 409]);
  });

  it('an operation inside another does not wait: the outer one is refused, or goes on without it', async () => {
    const crate = await newCrate();
    const refused = await operator.post(`/crates/${crate}/ship_again`);
    assert.equal(reasonOf(refused), 'approval_inside');
    assert.equal((await crateOf(crate)).place, null);
    const body = expectStatus(
      await operator.post(`/crates/${crate}/ship_again`, { anyway: true }),
      200,
    );
    assert.equal(body.shipped, false);
    assert.equal((await crateOf(crate)).place, 'yard');
    const rows = await plant.asOwner('select id from approval_requests where object_id = $1', [
      crate,
    ]);
    assert.equal(rows.length, 0);
  });

  it('a call repeated with its key is asked for once, and tells the same request', async () => {
    const crate = await newCrate();
    const key = { 'idempotency-key': `ship-${crate}` };
    const first = expectStatus(await operator.post(`/crates/${crate}/ship`, {}, key), 202);
    const again = expectStatus(await operator.post(`/crates/${crate}/ship`, {}, key), 202);
    assert.equal(again.approval_id, first.approval_id);
  });

  it('what is delivered after the commit is delivered when people have agreed, not before', async () => {
    const free = await newCrate(5);
    assert.equal(expectStatus(await operator.post(`/crates/${free}/call`), 200).heard, true);
    const crate = await newCrate(500);
    const key = { 'idempotency-key': `call-${crate}` };
    const asked = expectStatus(await operator.post(`/crates/${crate}/call`, {}, key), 202);
    const again = expectStatus(await operator.post(`/crates/${crate}/call`, {}, key), 202);
    assert.equal(again.approval_id, asked.approval_id);
    assert.deepEqual([(await crateOf(crate)).shipped, (await crateOf(crate)).place], [0, null]);
    expectStatus(await approve(chief, asked.approval_id), 200);
    assert.equal((await yard.ended(asked.approval_id)).outcome, 'done');
    assert.deepEqual([(await crateOf(crate)).shipped, (await crateOf(crate)).place], [1, 'called']);
  });

  it('who asks is told at once when nobody else can decide', async () => {
    const crate = await newCrate();
    const alone = expectStatus(await chief.post(`/crates/${crate}/ship`), 202);
    assert.equal(alone.deciders, 0);
    await yard.as('sex_boshligi', 'another_chief');
    const { body } = await chief.get(`/approvals/${alone.approval_id}`);
    assert.equal(body.deciders, 1);
    expectStatus(await chief.post(`/approvals/${alone.approval_id}/withdraw`), 200);
    assert.equal((await chief.get(`/approvals/${alone.approval_id}`)).body.deciders, null);
  });

  it('/check tells which approval would be needed', async () => {
    const crate = await newCrate();
    const { body } = await operator.post('/operations/crate.ship/check', { crate_id: crate });
    assert.equal(body.allowed, true);
    assert.deepEqual(body.approval.steps, ['Chief', 'Technologist and Director']);
    assert.equal(body.approval.remedy, 'Take something out');
    assert.equal(body.approval.expires_after_sec, 86_400);
    assert.match(body.approval.would_pass[0].text, /400 kg/);
    const light = await newCrate(1);
    const free = await operator.post('/operations/crate.ship/check', { crate_id: light });
    assert.equal(free.body.approval, null);
  });

  it('the inbox holds what I may decide now; strangers see nothing (F-API-133)', async () => {
    const crate = await newCrate();
    const approval = await ask(crate);
    const idsOf = async (as: TestClient, query: string): Promise<string[]> =>
      (await as.get(`/approvals?page_size=200&${query}`)).body.items.map(
        (item: { approval_id: string }) => item.approval_id,
      );
    assert.ok((await idsOf(chief, 'state=pending&mine=true')).includes(approval));
    assert.ok(!(await idsOf(direktor, 'box=inbox')).includes(approval));
    assert.ok((await idsOf(operator, 'box=mine')).includes(approval));
    assert.ok(!(await idsOf(chief, 'box=mine')).includes(approval));
    await approve(chief, approval);
    assert.ok(!(await idsOf(chief, 'box=inbox')).includes(approval));
    assert.ok((await idsOf(direktor, 'box=inbox')).includes(approval));
    const inspector = await yard.as('otk');
    assert.deepEqual(await idsOf(inspector, 'box=all'), []);
    assert.equal((await inspector.get(`/approvals/${approval}`)).status, 403);
    const paged = await chief.get('/approvals?page_size=2&page=2');
    assert.equal(paged.body.items.length, 2);
    assert.ok(paged.body.total > 2);
  });
});
