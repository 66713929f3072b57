import assert from 'node:assert/strict';
import { clientOf, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

const ON_SHIPPING = `requires crates

automation moves_what_is_shipped
  when crate.shipped as e
  do crate.move(crate_id: e.crate_id, place: "gate")
`;

describe('whose request it is', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
  });
  after(() => yard.plant.stop());

  it('who made a rule ask does not decide it: it is his own request (F-M12-06)', async () => {
    const { chief, texnolog, direktor } = yard;
    await yard.publish('plant.moving', ON_SHIPPING);
    const crate = await yard.newCrate(50);
    expectStatus(await chief.post(`/crates/${crate}/ship`), 200);
    const request = await until(
      async () =>
        (await texnolog.get(`/approvals?operation=crate.move&object_id=${crate}`)).body.items[0],
      'the automation to ask',
    );
    assert.equal(request.requested_by, 'automation plant.moving.moves_what_is_shipped');
    assert.deepEqual(request.on_behalf_of, ['test_sex_boshligi']);
    const { body: inbox } = await chief.get('/approvals?box=inbox&page_size=200');
    assert.ok(
      !inbox.items.some(
        ({ approval_id }: { approval_id: string }) => approval_id === request.approval_id,
      ),
    );
    assert.equal(reasonOf(await yard.approve(chief, request.approval_id)), 'own_request');
    const reject = await chief.post(`/approvals/${request.approval_id}/reject`);
    assert.equal(reasonOf(reject), 'own_request');
    for (const one of [texnolog, direktor])
      expectStatus(await yard.approve(one, request.approval_id), 200);
    assert.equal((await yard.ended(request.approval_id)).outcome, 'done');
    await yard.publish('plant.moving', '');
  });

  it('a program that holds a role agrees to nothing by asking (F-OP-25)', async () => {
    const { admin, url } = yard.plant;
    const given = { name: 'robot', roles: ['sex_boshligi'] };
    const { token } = expectStatus(await admin.post('/service-tokens', given), 201);
    const robot = clientOf(url, token);
    const asked = expectStatus(await robot.post(`/crates/${await yard.newCrate()}/scrap`), 202);
    assert.deepEqual([asked.votes, asked.waiting_for], [[], ['sex_boshligi']]);
    assert.equal(reasonOf(await yard.approve(robot, asked.approval_id)), 'people_only');
  });

  it('the same operation on the same object waits once, whatever rules ask', async () => {
    await yard.publish(
      'plant.far',
      `requires crates

approval far
  on crate.ship
  when (input.place ?? "") = "far"
  steps direktor
`,
    );
    const crate = await yard.newCrate();
    const first = await yard.ask(crate);
    const second = await yard.operator.post(`/crates/${crate}/ship`, { place: 'far' });
    assert.equal(reasonOf(second), 'approval_pending');
    assert.equal(second.body.error.details.approval_id, first);
    await yard.publish('plant.far', '');
  });

  it('nor is it asked for again while what was approved is tried again', async () => {
    const { operator, chief, direktor } = yard;
    const crate = await yard.newCrate(5);
    const approval = await yard.ask(crate, operator, 'move', { place: 'wall' });
    await yard.plant.asOwner(`create function fall() returns trigger language plpgsql
      as $f$ begin raise exception 'it fell'; end $f$`);
    await yard.plant.asOwner(`create trigger fall before update on crates for each row
      when (new.place = 'wall') execute function fall()`);
    for (const one of [chief, direktor]) expectStatus(await yard.approve(one, approval), 200);
    await until(
      async () => (await operator.get(`/approvals/${approval}`)).body.outcome_reason === 'internal',
      'the first try to fail',
    );
    const again = await operator.post(`/crates/${crate}/move`, { place: 'floor' });
    assert.equal(reasonOf(again), 'approval_pending');
    assert.equal(again.body.error.details.approval_id, approval);
    await yard.plant.asOwner('drop trigger fall on crates');
    assert.equal((await yard.ended(approval)).outcome, 'done');
    assert.equal((await yard.crateOf(crate)).place, 'wall');
    expectStatus(await operator.post(`/crates/${crate}/move`, { place: 'floor' }), 202);
  });
});
