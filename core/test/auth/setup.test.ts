import assert from 'node:assert/strict';
import { createAuth } from '../../src/auth/index.ts';
import { JWT_SECRET, PASSWORD, type Session, startWorld, type World } from './support.ts';

describe('the first administrator', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.end());
  const setup = (token: string, more: object = {}) =>
    world.post('/auth/setup', {
      token,
      username: 'boss',
      full_name: 'Boss',
      password: PASSWORD,
      ...more,
    });

  it('is made once with the link of the last start, and is signed in', async () => {
    const { auth, test } = world;
    const old = (await auth.setupToken(test.organizationId)) ?? '';
    const token = (await auth.setupToken(test.organizationId)) ?? '';
    assert.deepEqual(await (await world.get('/auth/setup')).json(), {
      needed: true,
      registration: 'closed',
    });
    for (const wrong of [old, 'x', `${token}x`])
      assert.equal((await setup(wrong)).status, 401, wrong);
    assert.equal((await setup(token, { password: 'short' })).status, 422);
    const made = await Promise.all([setup(token), setup(token, { username: 'thief' })]);
    assert.deepEqual(made.map(({ status }) => status).sort(), [201, 401]);
    const winner = made.find(({ status }) => status === 201);
    const session = (await winner?.json()) as Session;
    assert.equal(session.user.role, 'admin');
    assert.equal((await world.get('/me', session.access)).status, 200);
    assert.deepEqual(await (await world.get('/auth/setup')).json(), {
      needed: false,
      registration: 'closed',
    });
    assert.equal(await auth.setupToken(test.organizationId), null);
    assert.equal((await setup(token)).status, 401);
  });

  it('a short JWT_SECRET stops the start', () => {
    assert.throws(
      () => createAuth({ db: world.test.db, settings: { JWT_SECRET: JWT_SECRET.slice(0, 31) } }),
      /JWT_SECRET needs at least 32 bytes/,
    );
  });

  it('links of yesterday are out of time', async () => {
    const other = await startWorld();
    try {
      const token = (await other.auth.setupToken(other.test.organizationId)) ?? '';
      other.pass(24 * 3_600_000 + 1);
      assert.equal(
        (
          await other.post('/auth/setup', {
            token,
            username: 'boss',
            full_name: 'B',
            password: PASSWORD,
          })
        ).status,
        401,
      );
    } finally {
      await other.end();
    }
  });
});
