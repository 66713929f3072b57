import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { envelope } from '../http/support.ts';
import { JWT_SECRET, PASSWORD, type Session, signIn, startWorld, type World } from './support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('sign-in', () => {
  let world: World;
  let ali: string;
  before(async () => {
    world = await startWorld();
    ali = await world.add({ username: 'ali', position: 'operator', roles: ['otk'] });
  });
  after(() => world.end());
  const refresh = (token: string) => world.post('/auth/refresh', { refresh: token });
  const reason = async (response: Response) => (await envelope(response)).error.reason;

  it('F-API-010 gives access, refresh and the user with the role', async () => {
    const session = await signIn(world, ' ALI ');
    assert.deepEqual(
      { id: session.user.id, role: session.user.role },
      { id: ali, role: 'operator' },
    );
    assert.equal(session.expires_in, 8 * 3600);
    assert.ok(session.refresh);
    const [row] = await world.test.asOwner<{ last_login_at: Date }>(
      'select last_login_at from users where id = $1',
      [ali],
    );
    assert.ok(row?.last_login_at);
  });

  it('F-API-012 /me tells user, role, roles and permissions', async () => {
    const { access } = await signIn(world, 'ali');
    const me = (await (await world.get('/me', access)).json()) as Record<string, unknown>;
    assert.equal(me.role, 'operator');
    assert.deepEqual(me.roles, ['operator', 'otk']);
    assert.deepEqual(me.permissions, ['package.create', 'gate.read']);
    assert.ok(!JSON.stringify(me).includes('argon2'));
  });

  it('F-API-010 a wrong password, an unknown and a disabled user get the same 401', async () => {
    const gone = await world.add({ username: 'gone' });
    await world.test.asOwner(`update users set status = 'disabled' where id = $1`, [gone]);
    const answers = [];
    for (const [username, password] of [
      ['ali', 'wrong password'],
      ['nobody', PASSWORD],
      ['gone', PASSWORD],
    ]) {
      const response = await world.post('/auth/login', { username, password });
      assert.equal(response.status, 401);
      answers.push((await envelope(response)).error);
    }
    assert.equal(answers[0]?.reason, 'bad_credentials');
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
  });

  it('a name that two organisations have signs in to neither', async () => {
    await world.add({ username: 'twin' });
    await signIn(world, 'twin');
    const other = await world.test.addOrganization('other');
    await world.test.asOwner(
      `insert into users (organization_id, username, full_name, position) values ($1, 'twin', 'Twin', 'operator')`,
      [other],
    );
    assert.equal(
      (await world.post('/auth/login', { username: 'twin', password: PASSWORD })).status,
      401,
    );
  });

  it('the application role can read the list of names only through the look-up', async () => {
    await assert.rejects(
      world.test.db.pool.query('select * from login_names'),
      /permission denied/,
    );
  });

  it('F-API-007 a login without its fields is 422 with each of them', async () => {
    const response = await world.post('/auth/login', { username: 'ali', pasword: 'x' });
    assert.equal(response.status, 422);
    assert.deepEqual(
      Object.keys((await envelope(response)).error.details.fields as object).sort(),
      ['password', 'pasword'],
    );
  });

  it('F-SEC-09 guessing is slowed down by name, and a right password clears the count', async () => {
    await world.add({ username: 'target' });
    const guess = (password: string) => world.post('/auth/login', { username: 'target', password });
    for (let i = 0; i < 9; i += 1) assert.equal((await guess('wrong guess')).status, 401);
    assert.equal((await guess(PASSWORD)).status, 200);
    for (let i = 0; i < 10; i += 1) assert.equal((await guess('wrong guess')).status, 401);
    const refused = await guess(PASSWORD);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal(
      (await world.post('/auth/login', { username: 'ali', password: PASSWORD })).status,
      200,
    );
  });

  it('F-API-011 F-SEC-01 a refresh token works once and brings the next', async () => {
    const first = await signIn(world, 'ali');
    const second = (await (await refresh(first.refresh)).json()) as Session;
    assert.notEqual(second.refresh, first.refresh);
    assert.equal((await world.get('/me', second.access)).status, 200);
    assert.equal((await refresh(second.refresh)).status, 200);
  });

  it('F-API-011 F-SEC-01 a token used twice revokes its whole family, access tokens too', async () => {
    const other = await signIn(world, 'ali');
    const first = await signIn(world, 'ali');
    const second = (await (await refresh(first.refresh)).json()) as Session;
    const again = await refresh(first.refresh);
    assert.equal(again.status, 401);
    assert.equal(await reason(again), 'refresh_revoked');
    assert.equal(await reason(await refresh(second.refresh)), 'refresh_revoked');
    world.pass(3_000);
    assert.equal(await reason(await world.get('/me', second.access)), 'signed_out');
    assert.equal((await refresh(other.refresh)).status, 200, 'another sign-in goes on');
  });

  it('F-SEC-01 of two uses at the same moment at most one succeeds, and the family ends', async () => {
    const { refresh: token } = await signIn(world, 'ali');
    const statuses = (await Promise.all([refresh(token), refresh(token), refresh(token)])).map(
      ({ status }) => status,
    );
    // The first is answered after the second has ended its family, at times: then it succeeds neither.
    const [best, ...others] = statuses.sort();
    assert.ok(best === 200 || best === 401, String(best));
    assert.deepEqual(others, [401, 401]);
    assert.equal((await refresh(token)).status, 401);
  });

  it('F-API-011 strange refresh tokens are refused alike', async () => {
    const { refresh: token } = await signIn(world, 'ali');
    const strange = [
      undefined,
      'x',
      `${token} `,
      token.slice(0, -1),
      `${token.slice(0, 30)}${token.slice(30).toLowerCase()}`,
      token.replace('qr_', 'qs_'),
    ];
    for (const wrong of strange) {
      const response = await world.post(
        '/auth/refresh',
        wrong === undefined ? {} : { refresh: wrong },
      );
      assert.equal(response.status, 401, String(wrong));
      assert.equal(await reason(response), 'refresh_revoked');
    }
    const [stored] = await world.test.asOwner<{ found: number }>(
      'select count(*) as found from refresh_tokens where token_hash = $1',
      [token],
    );
    assert.equal(stored?.found, 0, 'only hashes are stored');
  });

  it('the web app’s refresh token travels in a cookie that no script and no other site can use', async () => {
    const response = await world.post('/auth/login', { username: 'ali', password: PASSWORD });
    const cookie = response.headers.getSetCookie()[0] ?? '';
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/api/v1/auth', 'Max-Age=2592000']) {
      assert.ok(cookie.includes(part), part);
    }
    const value = cookie.split(';')[0] ?? '';
    const renewed = await world.post('/auth/refresh', undefined, { Cookie: `other=1; ${value}` });
    const body = (await renewed.json()) as Partial<Session>;
    assert.ok(body.access);
    assert.equal(body.refresh, undefined, 'a token that came by cookie goes back by cookie alone');
    assert.equal(
      await reason(await world.post('/auth/refresh', undefined, { Cookie: value })),
      'refresh_revoked',
    );
  });

  it('F-API-137 signing out ends the sign-in at once', async () => {
    const session = await signIn(world, 'ali');
    assert.equal((await world.get('/me', session.access)).status, 200);
    const out = await world.post('/auth/logout', undefined, {
      Authorization: `Bearer ${session.access}`,
    });
    assert.equal(out.status, 204);
    assert.match(out.headers.getSetCookie()[0] ?? '', /^qoida_refresh=; .*Max-Age=0/);
    assert.equal((await world.get('/me', session.access)).status, 401);
    assert.equal((await refresh(session.refresh)).status, 401);
    const byRefresh = await signIn(world, 'ali');
    assert.equal((await world.post('/auth/logout', { refresh: byRefresh.refresh })).status, 204);
    assert.equal((await world.get('/me', byRefresh.access)).status, 401);
    assert.equal((await world.post('/auth/logout')).status, 401);
  });

  it('F-SEC-01 F-TST-17 access ends after 8 hours, refresh after 30 days', async () => {
    const session = await signIn(world, 'ali');
    world.pass(8 * HOUR - 60_000);
    assert.equal((await world.get('/me', session.access)).status, 200);
    world.pass(61_000);
    assert.equal(await reason(await world.get('/me', session.access)), 'token_expired');
    world.pass(30 * DAY - 8 * HOUR - 120_000);
    const next = await refresh(session.refresh);
    assert.equal(next.status, 200);
    world.pass(30 * DAY + 1_000);
    assert.equal((await refresh(((await next.json()) as Session).refresh)).status, 401);
  });

  it('F-TST-17 absent, unsigned, foreign, altered and misplaced tokens are 401', async () => {
    const { access } = await signIn(world, 'ali');
    const [head = '', payload = '', signature = ''] = access.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const sign = (header: object, body: object, key = JWT_SECRET) => {
      const text = `${encode(header)}.${encode(body)}`;
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    const good = { alg: 'HS256', typ: 'at+jwt' };
    assert.equal(
      (await world.get('/me', sign(good, claims))).status,
      200,
      'the forge works, so the refusals below mean something',
    );
    const other = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512', typ: 'at+jwt' })
      .sign(new TextEncoder().encode(JWT_SECRET));
    const { exp: _, ...endless } = claims;
    const tokens = {
      empty: '',
      garbage: 'abc',
      'alg none': `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      'alg none, signed': `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
      'alg nOnE': `${encode({ alg: 'nOnE', typ: 'at+jwt' })}.${payload}.x`,
      'another algorithm': other,
      'another key': sign(good, claims, `${JWT_SECRET}x`),
      'another type': sign({ ...good, typ: 'JWT' }, claims),
      'another audience': sign(good, { ...claims, aud: 'elsewhere' }),
      'another issuer': sign(good, { ...claims, iss: 'elsewhere' }),
      'no expiry': sign(good, endless),
      'crit header': sign({ ...good, crit: ['x'], x: 1 }, claims),
      'a family that is no id': sign(good, { ...claims, fam: "' or 1=1" }),
      'another user in the family': sign(good, {
        ...claims,
        sub: '00000000-0000-4000-8000-000000000009',
      }),
      altered: `${head}.${encode({ ...claims, sub: ali.replace(/^./, (c) => (c === '0' ? '1' : '0')) })}.${signature}`,
      'cut signature': `${head}.${payload}.${signature.slice(0, -2)}`,
      'no signature': `${head}.${payload}.`,
      'white space inside': `${head}. ${payload}.${signature}`,
      'a line of four parts': `${access}.x`,
    };
    for (const [name, token] of Object.entries(tokens)) {
      const response = await world.get('/me', undefined, { Authorization: `Bearer ${token}` });
      assert.equal(response.status, 401, name);
      assert.equal((await envelope(response)).error.code, 'unauthorized', name);
    }
    for (const header of [
      access,
      `Basic ${access}`,
      `Bearer  ${access}`,
      `Bearer\t${access}`,
      `Bearer ${access}, Bearer ${access}`,
    ]) {
      assert.equal(
        (await world.get('/me', undefined, { Authorization: header })).status,
        401,
        header.slice(0, 12),
      );
    }
    assert.equal(
      (await world.get(`/me?access_token=${access}`)).status,
      401,
      'no token in an address',
    );
  });
});
