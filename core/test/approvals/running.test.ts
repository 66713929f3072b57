import assert from 'node:assert/strict';
import { expectStatus, openYard, type Yard } from './support.ts';

describe('what was approved is run', () => {
  let yard: Yard;
  let plant: Yard['plant'];
  let operator: Yard['operator'];
  let chief: Yard['chief'];
  let texnolog: Yard['texnolog'];
  let direktor: Yard['direktor'];
  let newCrate: Yard['newCrate'];
  let crateOf: Yard['crateOf'];
  let ask: Yard['ask'];
  let approve: Yard['approve'];
  let ended: Yard['ended'];
  before(async () => {
    yard = await openYard();
    ({ plant, operator, chief, texnolog, direktor, newCrate, crateOf, ask, approve, ended } = yard);
  });
  after(() => yard.plant.stop());

  it('the gates are asked again before it runs, and it may be refused', async () => {
    const crate = await newCrate();
    const approval = await ask(crate);
    await approve(chief, approval);
    await approve(direktor, approval);
    await operator.post(`/crates/${crate}/load`, { load_kg: 5000 });
    expectStatus(await approve(texnolog, approval), 200);
    const body = await ended(approval);
    assert.deepEqual(
      [body.state, body.outcome, body.outcome_reason],
      ['approved', 'refused', 'overloaded'],
    );
    assert.match(body.outcome_message, /weighs 5/);
    const reader = await plant.as('texnolog', { username: 'tex_ru', locale: 'ru' });
    const { outcome_message } = expectStatus(await reader.get(`/approvals/${approval}`), 200);
    assert.match(outcome_message, /весит 5/, 'each reads it in his own language');
    assert.equal((await crateOf(crate)).shipped, 0);
    const open = await texnolog.get('/gates?gate=overloaded');
    assert.ok(
      open.body.items.some(
        (item: { object_ref: { crate?: string } }) => item.object_ref.crate === crate,
      ),
    );
  });

  it('so may what the operation itself refuses, and a requester who is gone', async () => {
    const crate = await newCrate();
    const { approval_id } = expectStatus(
      await operator.post(`/crates/${crate}/move`, { place: 'yard' }),
      202,
    );
    await approve(chief, approval_id);
    await plant.asOwner('delete from crates where id = $1', [crate]);
    await approve(direktor, approval_id);
    assert.equal((await ended(approval_id)).outcome, 'refused');

    const leaving = await yard.as('operator', 'leaving');
    const second = await newCrate();
    const asked = expectStatus(await leaving.post(`/crates/${second}/move`, { place: 'x' }), 202);
    await plant.asOwner(`update users set status = 'disabled' where username = 'leaving'`);
    await approve(chief, asked.approval_id);
    await approve(direktor, asked.approval_id);
    assert.equal((await ended(asked.approval_id)).outcome_reason, 'requester_gone');
  });

  it('a broken end is taken over and run once', async () => {
    const crate = await newCrate();
    const { approval_id } = expectStatus(
      await operator.post(`/crates/${crate}/move`, { place: 'yard' }),
      202,
    );
    await approve(chief, approval_id);
    await approve(direktor, approval_id);
    await ended(approval_id);
    // As a process would leave it that died after the commit, and one that died before.
    await plant.asOwner(`update approval_requests set outcome = 'running' where id = $1`, [
      approval_id,
    ]);
    const second = await newCrate();
    const other = expectStatus(
      await operator.post(`/crates/${second}/move`, { place: 'yard' }),
      202,
    );
    await approve(chief, other.approval_id);
    await plant.asOwner(
      `insert into approval_votes (organization_id, request_id, stage, person, person_name, roles, verdict, decided_at)
       select r.organization_id, r.id, 1, u.id, u.username, '{direktor}', 'approve', now()
         from approval_requests r, users u where r.id = $1 and u.username = 'test_direktor'`,
      [other.approval_id],
    );
    await plant.asOwner(
      `update approval_requests set state = 'approved', outcome = 'running' where id = $1`,
      [other.approval_id],
    );
    await plant.asOwner(
      `select pg_terminate_backend(l.pid) from pg_locks l
        where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
          and l.objsubid = 1 and ((l.classid::bigint << 32) | l.objid::bigint)
            = hashtextextended('qoida.approvals 00000000-0000-4000-8000-000000000001', 0)`,
    );
    assert.equal((await ended(approval_id)).outcome, 'done');
    assert.equal((await ended(other.approval_id)).outcome, 'done');
    assert.equal((await crateOf(crate)).shipped, 1);
    assert.equal((await crateOf(second)).shipped, 1);
  });
});
