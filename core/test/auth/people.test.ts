import assert from 'node:assert/strict';
import { specsOf } from '../../src/api/fields.ts';
import { validatorOf } from '../../src/api/json-schema.ts';
import type { Actor, RunContext } from '../../src/api/operations.ts';
import { authOperations } from '../../src/auth/index.ts';
import { envelope } from '../http/support.ts';
import { PASSWORD, type Session, signIn, startWorld, type World } from './support.ts';

/** Runs an operation's own part over the real database, as the road does after its checks. */
async function run(
  world: World,
  name: string,
  input: object,
  actor: Partial<Actor> = {},
): Promise<unknown> {
  const operation = authOperations.find((candidate) => candidate.name === name);
  assert.ok(operation, name);
  const { organizationId, db } = world.test;
  const who: Actor = {
    kind: 'user',
    id: null,
    name: 'admin',
    roles: ['admin'],
    locale: 'uz',
    organizationId,
    ...actor,
  };
  const valid = validatorOf(specsOf(operation.input))(input);
  return db.transaction(organizationId, (tx) => {
    const context = { actor: who, now: new Date(), db: tx, emit: async () => undefined };
    return operation.run({ ...context, input: valid, facts: {} } as unknown as RunContext<
      never,
      never
    >);
  });
}

describe('people', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await world.add({ username: 'root', position: 'admin' });
    await world.add({ username: 'vali', position: 'operator' });
    await world.add({ username: 'dir', position: 'direktor' });
  });
  after(() => world.end());
  const idOf = async (username: string) =>
    (
      await world.test.asOwner<{ id: string }>('select id from users where username = $1', [
        username,
      ])
    )[0]?.id ?? '';

  it('F-API-013 lists users, by role also those who have it beside their position', async () => {
    await world.add({ username: 'both', position: 'operator', roles: ['otk'] });
    const { access } = await signIn(world, 'dir');
    const list = async (query: string) =>
      (await world.get(`/users${query}`, access)).json() as Promise<{
        items: Record<string, unknown>[];
        total: number;
      }>;
    const all = await list('?page_size=2&page=2');
    assert.equal(all.total, 4);
    assert.deepEqual(
      all.items.map(({ username }) => username),
      ['root', 'vali'],
    );
    const otk = await list('?role=otk');
    assert.deepEqual(
      otk.items.map(({ username, roles }) => [username, roles]),
      [['both', ['otk']]],
    );
    assert.ok(!('password_hash' in (otk.items[0] ?? {})));
    assert.equal((await world.get('/users?page_size=201', access)).status, 422);
    const one = (await (await world.get('/users/both', access)).json()) as Record<string, unknown>;
    assert.equal(one.username, 'both');
    assert.ok(!('password_hash' in one));
  });

  it('F-TST-18 F-API-014 roles and users are not for operators', async () => {
    const { access } = await signIn(world, 'vali');
    for (const path of [
      '/users',
      '/users/vali',
      '/roles',
      '/permissions',
      '/rbac/roles',
      '/rbac/permissions',
      '/service-tokens',
    ]) {
      const response = await world.get(path, access);
      assert.equal(response.status, 403, path);
      assert.equal((await envelope(response)).error.reason, 'role_required');
    }
  });

  it('F-API-014 F-API-015 roles and permissions, named in the caller’s language', async () => {
    const { access } = await signIn(world, 'dir');
    const roles = (await (await world.get('/roles', access, { 'X-Locale': 'ru' })).json()) as {
      items: { code: string; name: string; permissions: string[] }[];
    };
    assert.deepEqual(
      roles.items.find(({ code }) => code === 'operator'),
      {
        code: 'operator',
        name: 'Оператор',
        permissions: ['package.create', 'gate.read'],
      },
    );
    assert.deepEqual(
      await (await world.get('/rbac/permissions', access)).json(),
      await (await world.get('/permissions', access)).json(),
    );
  });

  it('user.create keeps names in lower case, hashes the password, and refuses what is wrong', async () => {
    const made = (await run(world, 'user.create', {
      username: 'Nodira',
      full_name: 'Nodira',
      position: 'otk',
      password: PASSWORD,
      roles: ['operator'],
    })) as Record<string, unknown>;
    assert.equal(made.username, 'nodira');
    assert.deepEqual(made.roles, ['operator']);
    assert.ok(!('password_hash' in made));
    const [row] = await world.test.asOwner<{ password_hash: string }>(
      `select password_hash from users where username = 'nodira'`,
    );
    assert.match(row?.password_hash ?? '', /^\$argon2id\$/);
    const refuse = (more: object, reason: string) =>
      assert.rejects(
        run(world, 'user.create', {
          username: 'new',
          full_name: 'New',
          position: 'otk',
          password: PASSWORD,
          ...more,
        }),
        { reason },
      );
    await refuse({ username: 'nodira' }, 'already_exists');
    await refuse({ username: 'два слова' }, 'invalid_username');
    await refuse({ position: 'king' }, 'unknown_role');
    await refuse({ roles: ['king'] }, 'unknown_role');
    await refuse({ password: 'short' }, 'weak_password');
    await refuse({ password: 'aaaaaaaaaa' }, 'weak_password');
    await refuse({ username: 'long.name', password: 'LONG.name' }, 'weak_password');
  });

  it('a disabled user is out within seconds, and every sign-in of theirs has ended', async () => {
    const session = await signIn(world, 'nodira');
    assert.equal((await world.get('/me', session.access)).status, 200);
    await run(world, 'user.update', { id: await idOf('nodira'), status: 'disabled' });
    world.pass(2_001);
    assert.equal((await world.get('/me', session.access)).status, 401);
    assert.equal((await world.post('/auth/refresh', { refresh: session.refresh })).status, 401);
    await run(world, 'user.update', { id: await idOf('nodira'), status: 'active' });
    assert.equal(
      (await world.get('/me', session.access)).status,
      401,
      'enabling does not bring old sign-ins back',
    );
    await signIn(world, 'nodira');
  });

  it('a new password ends every sign-in; one’s own needs the present one', async () => {
    const id = await idOf('vali');
    const session = await signIn(world, 'vali');
    await run(world, 'user.set_password', { id, password: 'another horse 8' });
    assert.equal((await world.post('/auth/refresh', { refresh: session.refresh })).status, 401);
    assert.equal(
      (await world.post('/auth/login', { username: 'vali', password: PASSWORD })).status,
      401,
    );
    const own = { current: 'wrong one', password: PASSWORD };
    await assert.rejects(run(world, 'profile.change_password', own, { id, roles: ['operator'] }), {
      reason: 'bad_credentials',
    });
    await run(
      world,
      'profile.change_password',
      { ...own, current: 'another horse 8' },
      { id, roles: ['operator'] },
    );
    await signIn(world, 'vali');
  });

  it('a password that another set opens nothing until its owner has chosen one of his own', async () => {
    await world.add({ username: 'zilola', position: 'direktor' });
    const id = await idOf('zilola');
    const given = 'chosen by another 5';
    const integrator = { roles: ['integrator'], name: 'it', id: await idOf('root') };
    await run(world, 'user.set_password', { id, password: given }, integrator);
    const login = (password: string) => world.post('/auth/login', { username: 'zilola', password });
    const refused = await login(given);
    const { error } = (await refused.json()) as {
      error: { reason: string; message: string; details: { set_by: string } };
    };
    assert.deepEqual(
      [refused.status, error.reason, error.details.set_by],
      [403, 'password_must_change', 'it'],
    );
    assert.equal(refused.headers.get('set-cookie'), null);
    const choose = async (body: object) => {
      const answer = await world.post('/auth/password', { username: 'zilola', ...body });
      const { error: why } = (await answer.json()) as { error?: { reason: string } };
      return [answer.status, why?.reason];
    };
    assert.deepEqual(await choose({ password: 'a guess 12', new_password: 'my own horse 3' }), [
      401,
      'bad_credentials',
    ]);
    assert.deepEqual(await choose({ password: given, new_password: given }), [
      422,
      'password_unchanged',
    ]);
    assert.deepEqual(await choose({ password: given, new_password: 'short' }), [
      422,
      'weak_password',
    ]);
    assert.equal((await login(given)).status, 403, 'a refused choice changes nothing');
    assert.deepEqual(await choose({ password: given, new_password: 'my own horse 3' }), [
      200,
      undefined,
    ]);
    assert.equal((await login(given)).status, 401);
    assert.equal((await login('my own horse 3')).status, 200);
  });

  it('roles given and taken hold at the next look-up', async () => {
    const { access } = await signIn(world, 'vali');
    const id = await idOf('vali');
    const roles = async () =>
      ((await (await world.get('/me', access)).json()) as Session['user']).roles;
    await run(world, 'user.set_roles', { id, roles: ['otk'] });
    world.pass(2_001);
    assert.deepEqual(await roles(), ['operator', 'otk']);
    await run(world, 'user.set_roles', { id, roles: [] });
    world.pass(2_001);
    assert.deepEqual(await roles(), ['operator']);
  });

  it('only an administrator makes or changes one, and one has to remain', async () => {
    const integrator = { roles: ['integrator'], name: 'it' };
    const root = await idOf('root');
    const vali = await idOf('vali');
    const person = { username: 'second', full_name: 'S', position: 'operator', password: PASSWORD };
    for (const [name, input] of [
      ['user.create', { ...person, position: 'admin' }],
      ['user.create', { ...person, roles: ['admin'] }],
      ['user.set_roles', { id: vali, roles: ['admin'] }],
      ['user.update', { id: vali, position: 'admin' }],
      ['user.update', { id: root, status: 'disabled' }],
      ['user.set_password', { id: root, password: 'stolen horse 9' }],
    ] as const) {
      await assert.rejects(
        run(world, name, input, integrator),
        { reason: 'administrator_only' },
        name,
      );
    }
    await assert.rejects(run(world, 'user.update', { id: root, status: 'disabled' }), {
      reason: 'last_administrator',
    });
    await assert.rejects(run(world, 'user.update', { id: root, position: 'operator' }), {
      reason: 'last_administrator',
    });
    await run(world, 'user.set_roles', { id: vali, roles: ['admin'] });
    await run(world, 'user.update', { id: root, position: 'operator' });
    await assert.rejects(run(world, 'user.set_roles', { id: vali, roles: [] }), {
      reason: 'last_administrator',
    });
  });

  it('a service token works as a program with its roles until it is revoked or replaced', async () => {
    const issue = async () =>
      (await run(world, 'service_token.issue', { name: 'node-red', roles: ['direktor'] })) as {
        token: string;
      };
    const { token } = await issue();
    const me = (await (await world.get('/me', token)).json()) as {
      user: { kind: string };
      roles: string[];
    };
    assert.deepEqual([me.user.kind, me.roles], ['service', ['direktor']]);
    assert.equal((await world.get('/roles', token)).status, 200);
    assert.equal((await world.get('/service-tokens', token)).status, 403);
    const [stored] = await world.test.asOwner<{ text: string }>(
      'select service_tokens::text as text from service_tokens',
    );
    assert.ok(!stored?.text.includes(token));
    await assert.rejects(run(world, 'profile.update', { locale: 'ru' }, { kind: 'service' }), {
      reason: 'person_required',
    });
    const replaced = await issue();
    world.pass(2_001);
    assert.equal((await world.get('/me', token)).status, 401);
    assert.equal((await world.get('/me', replaced.token)).status, 200);
    await run(world, 'service_token.revoke', { id: 'node-red' });
    world.pass(2_001);
    assert.equal((await world.get('/me', replaced.token)).status, 401);
  });
});
