import assert from 'node:assert/strict';
import { signIn } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

/** Put somewhere, after these have agreed. */
const put = (steps: string) => `requires crates

approval put_away
  on crate.put
  steps ${steps}
`;

describe('what has changed between a request and its run', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
  });
  after(() => yard.plant.stop());

  it('who agreed was told something else: it is not run, and the requester may ask again (F-M12-06)', async () => {
    const { chief, texnolog, direktor, operator } = yard;
    const crate = await yard.newCrate(500);
    const approval = await yard.ask(crate);
    for (const one of [chief, direktor]) expectStatus(await yard.approve(one, approval), 200);
    expectStatus(await operator.post(`/crates/${crate}/load`, { load_kg: 999 }), 200);
    expectStatus(await yard.approve(texnolog, approval), 200);
    const ended = await yard.ended(approval);
    assert.deepEqual(
      [ended.state, ended.outcome, ended.outcome_reason],
      ['approved', 'refused', 'approval_facts_changed'],
    );
    assert.match(ended.outcome_message, /crate\.load_kg: 500 kg → 999 kg.*ask again/);
    const uzbek = await yard.plant.as('direktor', { username: 'uzbek', locale: 'uz' });
    const told = (await uzbek.get(`/approvals/${approval}`)).body;
    assert.match(told.outcome_message, /^Tasdiqlangan narsa o‘zgargan \(.*999 kg\); qayta so‘rang/);
    assert.equal((await yard.crateOf(crate)).shipped, 0);
    const again = expectStatus(await operator.post(`/crates/${crate}/ship`), 202);
    assert.match(again.message, /999 kg/);
  });

  it('what nobody was told may change, and so may what makes the approval needless', async () => {
    const { chief, texnolog, direktor, operator } = yard;
    for (const [change, shipped] of [
      ['put', 'elsewhere'],
      ['load', null],
    ] as const) {
      const crate = await yard.newCrate(500);
      const approval = await yard.ask(crate);
      for (const one of [chief, direktor]) expectStatus(await yard.approve(one, approval), 200);
      const body = change === 'put' ? { place: 'elsewhere' } : { load_kg: 50 };
      expectStatus(await operator.post(`/crates/${crate}/${change}`, body), 200);
      assert.equal((await yard.crateOf(crate)).place, shipped);
      expectStatus(await yard.approve(texnolog, approval), 200);
      assert.equal((await yard.ended(approval)).outcome, 'done', change);
    }
  });

  it('a rule that was tightened: those who agreed are judged by the rule of now', async () => {
    const { chief, texnolog, operator } = yard;
    for (const [asked, now, outcome] of [
      ['texnolog', 'texnolog then texnolog', 'refused'],
      ['sex_boshligi then texnolog', 'sex_boshligi then texnolog then direktor', 'refused'],
      ['sex_boshligi then texnolog', 'sex_boshligi or texnolog', 'done'],
      ['sex_boshligi then texnolog', 'sex_boshligi and texnolog', 'done'],
      ['sex_boshligi then texnolog', 'texnolog', 'done'],
    ] as const) {
      await yard.publish('plant.putting', put(asked));
      const crate = await yard.newCrate(5);
      const approval = await yard.ask(crate, operator, 'put', { place: 'yard' });
      await yard.publish('plant.putting', put(now));
      if (asked.startsWith('sex_boshligi')) expectStatus(await yard.approve(chief, approval), 200);
      expectStatus(await yard.approve(texnolog, approval), 200);
      const ended = await yard.ended(approval);
      const reason = outcome === 'done' ? null : 'approval_more_needed';
      assert.deepEqual(
        [ended.outcome, ended.outcome_reason],
        [outcome, reason],
        `${asked}: ${now}`,
      );
      assert.equal((await yard.crateOf(crate)).place, outcome === 'done' ? 'yard' : null);
    }
  });

  it('a rule that was taken away asks nobody any more', async () => {
    const { texnolog, operator } = yard;
    await yard.publish('plant.putting', put('texnolog'));
    const approval = await yard.ask(await yard.newCrate(5), operator, 'put', { place: 'yard' });
    await yard.publish('plant.putting', '');
    expectStatus(await yard.approve(texnolog, approval), 200);
    assert.equal((await yard.ended(approval)).outcome, 'done');
  });

  it('a role that is taken away, and a person who is disabled, decide nothing from then on', async () => {
    const approval = await yard.ask(await yard.newCrate());
    const { admin } = yard.plant;
    const idOf = async (name: string) => (await admin.get(`/users/${name}`)).body.id;
    for (const [name, patch, reason] of [
      ['moved_on', { position: 'otk' }, 'role_required'],
      ['disabled', { status: 'disabled' }, 'signed_out'],
    ] as const) {
      const one = await yard.as('sex_boshligi', name);
      // What the platform believes of him for a moment is fresh.
      expectStatus(await one.get('/approvals?box=inbox'), 200);
      expectStatus(await admin.patch(`/users/${await idOf(name)}`, patch), 200);
      const answer = await yard.approve(one, approval);
      assert.equal(reasonOf(answer), reason, JSON.stringify(answer.body));
    }
    const { body } = await yard.texnolog.get(`/approvals/${approval}`);
    assert.deepEqual([body.votes, body.waiting_for], [[], ['sex_boshligi']]);
  });

  it('what moves is not moved long after it was approved (F-ARC-14)', async () => {
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, yard.operator, 'lift');
    // As after a stop of the platform: approved, and begun only when it is started again.
    await yard.plant.asOwner(
      `update approval_requests set state = 'approved', decided_at = now() - interval '1 hour',
         outcome = 'ready', next_at = now() where id = $1`,
      [approval],
    );
    // Another decision makes it look for work.
    const other = await yard.ask(await yard.newCrate(5), yard.operator, 'lift');
    for (const one of [yard.chief, yard.direktor])
      expectStatus(await yard.approve(one, other), 200);
    const ended = await yard.ended(approval);
    assert.deepEqual([ended.outcome, ended.outcome_reason], ['refused', 'approval_stale']);
    assert.match(ended.outcome_message, /approved 36\d\d s ago/);
    assert.equal((await yard.crateOf(crate)).place, null);
    assert.equal((await yard.ended(other)).outcome, 'done');
  });

  it('the last agreement at the very moment of its end comes too late (F-CFG-37)', async () => {
    const { operator, chief } = yard;
    const approval = await yard.ask(await yard.newCrate(5), operator, 'move', { place: 'yard' });
    expectStatus(await yard.approve(chief, approval), 200);
    const [row] = await yard.plant.asOwner<{ at: Date }>(
      'select expires_at as at from approval_requests where id = $1',
      [approval],
    );
    yard.clock.offset = (row?.at.getTime() ?? 0) - Date.now();
    const back = await signIn(yard.plant.url, 'test_direktor', 'Correct-Horse-42');
    assert.equal(reasonOf(await yard.approve(back, approval)), 'approval_expired');
  });
});
