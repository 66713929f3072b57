import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

describe('deciding what waits', () => {
  let yard: Yard;
  let plant: Yard['plant'];
  let operator: Yard['operator'];
  let chief: Yard['chief'];
  let texnolog: Yard['texnolog'];
  let direktor: Yard['direktor'];
  let clock: Yard['clock'];
  let newCrate: Yard['newCrate'];
  let crateOf: Yard['crateOf'];
  let ask: Yard['ask'];
  let approve: Yard['approve'];
  let ended: Yard['ended'];
  before(async () => {
    yard = await openYard();
    ({ plant, operator, chief, texnolog, direktor, clock, newCrate, crateOf, ask, approve, ended } =
      yard);
  });
  after(() => yard.plant.stop());

  it('the steps come one after another, and the last runs it as the requester (F-M12-03, F-M12-07)', async () => {
    const crate = await newCrate();
    const { approval_id } = expectStatus(
      await operator.post(`/crates/${crate}/ship`, { place: 'Samarkand' }),
      202,
    );
    const early = await approve(texnolog, approval_id);
    assert.equal(reasonOf(early), 'wrong_stage');
    assert.match(early.body.error.message, /others decide first: Chief\.$/, 'a role by its name');
    const first = expectStatus(await approve(chief, approval_id, 'looked at it'), 200);
    assert.deepEqual(first.waiting_for.sort(), ['direktor', 'texnolog']);
    assert.equal(first.stage, 2);
    expectStatus(await approve(direktor, approval_id), 200);
    assert.equal((await crateOf(crate)).shipped, 0);
    const last = expectStatus(await approve(texnolog, approval_id), 200);
    assert.equal(last.state, 'approved');
    const done = await ended(approval_id);
    assert.equal(done.outcome, 'done');
    assert.equal(done.result.place, 'Samarkand');
    assert.deepEqual(
      done.votes.map((vote: { person: string; comment: string | null }) => [
        vote.person,
        vote.comment,
      ]),
      [
        ['test_sex_boshligi', 'looked at it'],
        ['test_direktor', null],
        ['test_texnolog', null],
      ],
    );
    assert.equal((await crateOf(crate)).shipped, 1);
    const [row] = await plant.asOwner(
      `select role from audit_log where action = 'crate.ship' and object_id = $1`,
      [crate],
    );
    assert.equal((row as { role: string }).role, 'operator');
  });

  it('nobody decides his own request, nor twice (F-M12-06)', async () => {
    const crate = await newCrate();
    const approval = await ask(crate, chief);
    assert.equal(reasonOf(await approve(chief, approval)), 'own_request');
    const other = await ask(await newCrate(), operator, 'move').catch(() => '');
    assert.equal(other, '');
  });

  it('two of three: distinct persons', async () => {
    const crate = await newCrate();
    const { approval_id } = expectStatus(
      await operator.post(`/crates/${crate}/move`, { place: 'yard' }),
      202,
    );
    expectStatus(await approve(chief, approval_id), 200);
    assert.equal(reasonOf(await approve(chief, approval_id)), 'already_decided');
    expectStatus(await approve(direktor, approval_id), 200);
    assert.equal((await ended(approval_id)).outcome, 'done');
    assert.equal(reasonOf(await approve(texnolog, approval_id)), 'approval_closed');
  });

  it('a rejection ends it, at whatever step (F-SM-04)', async () => {
    const crate = await newCrate();
    const approval = await ask(crate);
    expectStatus(await approve(chief, approval), 200);
    const body = expectStatus(
      await direktor.post(`/approvals/ship_heavy/${crate}/reject`, { comment: 'too late' }),
      200,
    );
    assert.equal(body.state, 'rejected');
    assert.equal(reasonOf(await approve(texnolog, approval)), 'approval_closed');
    const steps = await plant.asOwner<{ state: string }>(
      'select state from approval_steps where group_id = $1 order by stage',
      [approval],
    );
    assert.deepEqual(
      steps.map(({ state }) => state),
      ['approved', 'rejected'],
    );
    assert.equal((await crateOf(crate)).shipped, 0);
    await ask(crate);
  });

  it('is withdrawn by the requester alone', async () => {
    const crate = await newCrate();
    const approval = await ask(crate);
    assert.equal(reasonOf(await chief.post(`/approvals/${approval}/withdraw`)), 'not_your_request');
    const body = expectStatus(await operator.post(`/approvals/${approval}/withdraw`), 200);
    assert.deepEqual([body.state, body.needed], ['withdrawn', 'it was withdrawn']);
    const late = await approve(chief, approval);
    assert.equal(reasonOf(late), 'approval_closed');
    assert.equal(late.body.error.message, 'This request has ended already: withdrawn.');
  });

  it('a request counts as the agreement of its requester where the rule says so (F-OP-25)', async () => {
    const crate = await newCrate();
    const approval = await ask(crate, chief, 'scrap');
    const { body } = await chief.get(`/approvals/${approval}`);
    assert.deepEqual(body.waiting_for, ['texnolog']);
    assert.equal(body.votes[0].by_request, true);
    expectStatus(await approve(texnolog, approval), 200);
    expectStatus(await approve(direktor, approval), 200);
    assert.equal((await ended(approval)).outcome, 'done');
    assert.equal((await crateOf(crate)).place, 'scrap');

    const later = await ask(await newCrate(), texnolog, 'scrap');
    const second = expectStatus(await approve(chief, later), 200);
    assert.deepEqual(second.waiting_for, ['direktor']);
    expectStatus(await approve(direktor, later), 200);
    assert.equal((await ended(later)).outcome, 'done');
    assert.deepEqual(
      await plant.asOwner(
        'select approver from approval_steps where group_id = $1 order by stage',
        [later],
      ),
      ['test_sex_boshligi', 'test_texnolog', 'test_direktor'].map((approver) => ({ approver })),
      'each step is kept with who agreed at it (F-DM-45)',
    );
  });

  it('expires by the clock, 24 h or the rule’s time (F-M12-06, F-CFG-37)', async () => {
    const day = await ask(await newCrate());
    const hours = await ask(await newCrate(), operator, 'scrap');
    clock.offset += 2 * 3_600_000 + 1000;
    const after = await until(async () => {
      const { body } = await operator.get(`/approvals/${hours}`);
      return body.state === 'pending' ? null : body;
    }, 'the end of its time');
    assert.equal(after.state, 'expired');
    assert.equal((await operator.get(`/approvals/${day}`)).body.state, 'pending');
    assert.equal(reasonOf(await approve(chief, hours)), 'approval_expired');
    const audited = await plant.asOwner(
      `select 1 from audit_log where action = 'approvals.expire' and object_id = $1`,
      [hours],
    );
    assert.equal(audited.length, 1);
  });
});
