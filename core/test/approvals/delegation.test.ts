import assert from 'node:assert/strict';
import { signIn, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

describe('deciding in somebody’s place', () => {
  let yard: Yard;
  let plant: Yard['plant'];
  let operator: Yard['operator'];
  let chief: Yard['chief'];
  let newCrate: Yard['newCrate'];
  let ask: Yard['ask'];
  let approve: Yard['approve'];
  before(async () => {
    yard = await openYard();
    ({ plant, operator, chief, newCrate, ask, approve } = yard);
  });
  after(() => yard.plant.stop());

  it('somebody decides in another’s place while he is away, never more than he may', async () => {
    const deputy = await yard.as('otk', 'deputy');
    const crate = await newCrate();
    const approval = await ask(crate);
    assert.equal(reasonOf(await approve(deputy, approval)), 'role_required');
    const to_at = new Date(Date.now() + 86_400_000).toISOString();
    assert.equal(
      reasonOf(
        await chief.post('/approvals/delegations', {
          to: 'deputy',
          roles: ['direktor'],
          to_at,
          reason: 'x',
        }),
      ),
      'delegation_roles',
    );
    assert.equal(
      reasonOf(
        await operator.post('/approvals/delegations', {
          to: 'deputy',
          from: 'test_sex_boshligi',
          to_at,
          reason: 'x',
        }),
      ),
      'delegation_of_other',
    );
    const given = expectStatus(
      await chief.post('/approvals/delegations', { to: 'deputy', to_at, reason: 'on leave' }),
      201,
    );
    const inbox = await deputy.get('/approvals?box=inbox&page_size=200');
    assert.ok(
      inbox.body.items.some((item: { approval_id: string }) => item.approval_id === approval),
    );
    const body = expectStatus(await approve(deputy, approval), 200);
    assert.deepEqual(
      [body.votes[0].person, body.votes[0].for_person],
      ['deputy', 'test_sex_boshligi'],
    );
    assert.equal(reasonOf(await approve(chief, approval)), 'decided_in_your_place');
    // The chief's own request is not decided in the chief's place either.
    const own = await ask(await newCrate(), chief);
    assert.equal((await approve(deputy, own)).status, 403);
    // Nor does the deputy decide what he asked for himself.
    const byDeputy = await newCrate();
    await plant.asOwner(
      `insert into user_roles (organization_id, user_id, role_id)
       select u.organization_id, u.id, r.id from users u, roles r
        where u.username = 'deputy' and r.code = 'operator'`,
    );
    const asked = await until(async () => {
      const answer = await deputy.post(`/crates/${byDeputy}/ship`);
      return answer.status === 202 ? answer.body : null;
    }, 'the deputy to be an operator');
    assert.equal(reasonOf(await approve(deputy, asked.approval_id)), 'own_request');
    const mine = await chief.get('/approvals/delegations');
    assert.equal(mine.body.items.length, 1);
    expectStatus(await chief.delete(`/approvals/delegations/${given.id}`), 200);
    const next = await ask(await newCrate());
    assert.equal(reasonOf(await approve(deputy, next)), 'role_required');
  });

  it('only from its beginning, only with the roles handed over, and only those that are still held', async () => {
    const stand = await yard.as('otk', 'stand_in');
    const both = await yard.as('texnolog', 'both_roles');
    await yard.plant.asOwner(
      `insert into user_roles (organization_id, user_id, role_id)
       select u.organization_id, u.id, r.id from users u, roles r
        where u.username = 'both_roles' and r.code = 'sex_boshligi'`,
    );
    const day = 86_400_000;
    const now = () => Date.now() + yard.clock.offset;
    await until(async () => {
      const given = await both.post('/approvals/delegations', {
        to: 'stand_in',
        roles: ['sex_boshligi'],
        from_at: new Date(now() + day).toISOString(),
        to_at: new Date(now() + 3 * day).toISOString(),
        reason: 'a week of leave',
      });
      return given.status === 201;
    }, 'the second role to be known');
    const early = await ask(await newCrate());
    assert.equal(reasonOf(await approve(stand, early)), 'role_required');

    const [crate, second, third] = [await newCrate(), await newCrate(), await newCrate()];
    yard.clock.offset += day + 60_000;
    const people = await relogin();
    const approval = (await people.operator.post(`/crates/${crate}/ship`)).body.approval_id;
    expectStatus(await approve(people.stand, approval), 200);
    // The second step is the technologist's, who handed over another role.
    assert.equal(reasonOf(await approve(people.stand, approval)), 'already_decided');
    const next = (await people.operator.post(`/crates/${second}/move`, { place: 'x' })).body;
    expectStatus(await approve(people.stand, next.approval_id), 200);
    await yard.plant.asOwner(
      `delete from user_roles where user_id = (select id from users where username = 'both_roles')`,
    );
    const last = (await people.operator.post(`/crates/${third}/ship`)).body;
    assert.equal(reasonOf(await approve(people.stand, last.approval_id)), 'role_required');
  });

  /** Tokens of before are too old for the clock that was moved on. */
  async function relogin() {
    const again = (name: string) => signIn(yard.plant.url, name, 'Correct-Horse-42');
    return { operator: await again('test_operator'), stand: await again('stand_in') };
  }
});
