import assert from 'node:assert/strict';
import { clientOf } from '../../src/testing/index.ts';
import { type House, openHouse, type Told } from './registration-support.ts';
import { PASSWORD } from './support.ts';

describe('people who register and wait', function () {
  this.timeout(120_000);
  let house: House;
  before(async () => {
    house = await openHouse({ REGISTRATION_ROLE: 'operator', REGISTRATION_WAITS: 'true' });
  });
  after(() => house.plant.stop());

  it('S-OP-16 come in once an administrator has let them in, and sign-in says so until then', async () => {
    const { admin, url } = house.plant;
    assert.equal((await clientOf(url, '').get('/auth/setup')).body.registration, 'waits');
    const headers = { 'idempotency-key': 'k' };
    const person = { username: 'Newcomer' };
    for (const _ of [1, 2]) {
      const made = await house.register(person, headers);
      assert.equal(made.status, 202);
      assert.deepEqual(made.body, { waiting: true, username: 'newcomer' });
      assert.equal(made.headers.get('set-cookie'), null);
    }
    const login = (password = PASSWORD): Promise<Told> =>
      house.ask('/auth/login', { username: 'newcomer', password });
    const early = await login();
    assert.deepEqual([early.status, early.reason], [403, 'registration_waits']);
    assert.match(early.body.error.message, /administrator has still to let you in/);
    assert.equal((await login('a guess at it 1')).reason, 'bad_credentials');
    const own = { username: 'newcomer', password: PASSWORD, new_password: 'another horse 3' };
    assert.equal((await house.ask('/auth/password', own)).reason, 'registration_waits');

    const { body } = await admin.get('/users?status=waiting');
    assert.deepEqual(
      body.items.map(({ username, status }: Record<string, string>) => [username, status]),
      [['newcomer', 'waiting']],
    );
    const path = `/users/${body.items[0].id}`;
    assert.equal(
      (await admin.patch(path, { status: 'waiting' })).status,
      422,
      'nobody is put back',
    );
    assert.equal((await admin.patch(path, { status: 'active' })).body.status, 'active');
    const told = await house.plant.asOwner<{ username: string; status: string }>(
      "select payload->>'username' as username, payload->>'status' as status from outbox where name = 'user.status_changed'",
    );
    assert.deepEqual(told, [{ username: 'newcomer', status: 'active' }]);
    assert.equal((await login()).status, 200);
    assert.equal((await house.register(person, headers)).status, 201, 'and so is a repeated call');
  });

  it('who is turned away is told no more than a stranger', async () => {
    await house.register({ username: 'unwanted' });
    await house.plant.admin.patch('/users/unwanted', { status: 'disabled' });
    const refused = await house.ask('/auth/login', { username: 'unwanted', password: PASSWORD });
    assert.deepEqual([refused.status, refused.reason], [401, 'bad_credentials']);
  });
});
