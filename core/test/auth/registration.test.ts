import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { clientOf } from '../../src/testing/index.ts';
import { type House, openHouse } from './registration-support.ts';
import { PASSWORD } from './support.ts';

describe('people who register themselves, over HTTP', function () {
  this.timeout(120_000);
  let house: House;
  before(async () => {
    house = await openHouse({ REGISTRATION_ROLE: 'operator' });
  });
  after(() => house.plant.stop());

  const refresh = (token: string) => house.ask('/auth/refresh', { refresh: token });
  const login = (username: string, password = PASSWORD) =>
    house.ask('/auth/login', { username, password });

  it('S-M1-04 S-API-01 register, login, refresh and logout', async () => {
    const made = await house.register({
      username: ' Nodira ',
      full_name: '  Nodira \u00a0 Karimova ',
    });
    assert.equal(made.status, 201);
    assert.match(made.headers.get('set-cookie') ?? '', /qoida_refresh=qr_.*HttpOnly/);
    const { user, access } = made.body;
    assert.deepEqual(
      [user.username, user.full_name, user.role, user.roles, user.locale],
      ['nodira', 'Nodira Karimova', 'operator', ['operator'], 'en'],
    );
    assert.ok(!JSON.stringify(made.body).includes('argon2'));
    assert.equal((await clientOf(house.plant.url, access).get('/me')).body.role, 'operator');
    const again = await login('nodira');
    const renewed = await refresh(again.body.refresh);
    assert.equal(renewed.status, 200);
    const out = await house.ask('/auth/logout', { refresh: renewed.body.refresh });
    assert.equal(out.status, 204);
    assert.equal((await refresh(renewed.body.refresh)).reason, 'refresh_revoked');
    assert.equal((await clientOf(house.plant.url, access).get('/me')).status, 200, 'another one');
  });

  it('S-M1-05 tokens of a registration turn like those of a sign-in: a used one ends the family', async () => {
    const { body } = await house.register({ username: 'rotor' });
    const next = await refresh(body.refresh);
    assert.equal(next.status, 200);
    assert.equal((await refresh(body.refresh)).reason, 'refresh_revoked');
    assert.equal((await refresh(next.body.refresh)).reason, 'refresh_revoked');
  });

  it('the audit log has the act with the new person as its object, and no password', async () => {
    const { body } = await house.register({ username: 'audited', full_name: 'Audited Person' });
    const log = await house.plant.admin.get(`/audit?object_type=user&object_id=${body.user.id}`);
    const [entry] = log.body.items;
    assert.deepEqual(
      [log.body.total, entry.action, entry.role, entry.object_code],
      [1, 'user.register', 'system', 'Audited Person'],
    );
    assert.equal(
      entry.changes.find(({ field }: { field: string }) => field === 'position').new,
      'operator',
    );
    assert.ok(!JSON.stringify(log.body).includes(PASSWORD));
    const [event] = await house.plant.asOwner<{ payload: object }>(
      "select payload from outbox where name = 'user.registered' and payload->>'username' = 'audited'",
    );
    assert.deepEqual(event?.payload, {
      user_id: body.user.id,
      username: 'audited',
      position: 'operator',
      waits: false,
    });
  });

  it('the role is the house’s affair: nobody asks for another, nor for more', async () => {
    for (const more of [
      { position: 'admin' },
      { role: 'admin' },
      { roles: ['admin'] },
      { status: 'active' },
      { id: '00000000-0000-4000-8000-000000000009' },
    ]) {
      const refused = await house.register({ username: 'climber', ...more });
      assert.deepEqual([refused.status, refused.reason], [422, 'invalid_input']);
    }
    assert.equal(await house.people('climber'), 0);
    const { body } = await house.register({ username: 'pupil' });
    const pupil = clientOf(house.plant.url, body.access);
    for (const path of ['/operations/user.register', '/users'])
      assert.equal((await pupil.post(path, { username: 'x' })).body.error.reason, 'role_required');
  });

  it('the same request with its idempotency key makes one person, and signs in each time', async () => {
    const headers = { 'idempotency-key': 'first day at school' };
    const all = await Promise.all(
      [1, 2, 3].map(() => house.register({ username: 'once' }, headers)),
    );
    const later = await house.register({ username: 'once' }, headers);
    for (const one of [...all, later]) assert.equal(one.status, 201);
    assert.equal(new Set([...all, later].map(({ body }) => body.user.id)).size, 1);
    assert.equal(new Set([...all, later].map(({ body }) => body.refresh)).size, 4);
    assert.equal(await house.people('once'), 1);
    const other = await house.register({ username: 'once', password: 'a guess at it 9' }, headers);
    assert.deepEqual([other.status, other.reason], [409, 'idempotency_mismatch']);
    assert.equal((await house.register({ username: 'other' }, headers)).status, 201, 'another one');
    const long = await house.register({ username: 'long' }, { 'idempotency-key': 'k'.repeat(256) });
    assert.equal(long.reason, 'idempotency_key_invalid');
    const kept = await house.plant.asOwner<{ text: string; request_hash: string }>(
      "select k::text as text, request_hash from idempotency_keys k where route = 'user.register'",
    );
    assert.ok(
      kept.every(({ text }) => !/qr_|eyJ/.test(text)),
      'no token is kept',
    );
    const person = { username: 'once', full_name: 'Ali Valiyev', password: PASSWORD, locale: 'en' };
    const guessed = createHash('sha256').update(JSON.stringify(person)).digest('hex');
    assert.ok(
      kept.every(({ request_hash }) => request_hash !== guessed),
      'nor anything at which a password could be tried fast',
    );
  });

  it('of many who want one name at the same moment one gets it', async () => {
    const tries = await Promise.all(
      ['wanted', 'Wanted', 'WANTED', ' wanted', 'wanted '].map((username, i) =>
        house.register({ username, password: `${PASSWORD} ${i}` }),
      ),
    );
    const statuses = tries.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, 409, 409, 409, 409]);
    assert.equal(await house.people('wanted'), 1);
    const taken = tries.find(({ status }) => status === 409);
    assert.equal(taken?.reason, 'username_taken');
    assert.match(taken?.body.error.message, /“wanted” is taken; choose another/);
  });

  it('names of roles, of programs and of people elsewhere are taken', async () => {
    const { body } = await house.plant.admin.post('/service-tokens', {
      name: 'bridge',
      roles: ['operator'],
    });
    assert.ok(body.token);
    await house.plant.asOwner(
      `with o as (insert into organizations (code, name) values ('other', 'Other') returning id)
       insert into users (organization_id, username, full_name, position)
       select id, 'elsewhere', 'Elsewhere', 'operator' from o`,
    );
    for (const username of ['admin', 'operator', 'bridge', 'registration', 'elsewhere'])
      assert.equal((await house.register({ username })).reason, 'username_taken', username);
  });

  it('what is wrong is told field by field, and nothing is made', async () => {
    const before = await house.people('');
    const bad: [object | string, string][] = [
      [{ username: 'a' }, 'invalid_username'],
      [{ username: 'два слова' }, 'invalid_username'],
      [{ username: 'аdmin' }, 'invalid_username'],
      [{ username: 'ali\u200b' }, 'invalid_username'],
      [{ username: 'ali\nvali' }, 'invalid_username'],
      [{ username: "ali'; drop table users; --" }, 'invalid_username'],
      [{ username: 'a'.repeat(65) }, 'invalid_input'],
      [{ username: '' }, 'invalid_input'],
      [{ username: ['ali'] }, 'invalid_input'],
      [{ username: { like: '%' } }, 'invalid_input'],
      [{ username: 'fine', full_name: '   ' }, 'invalid_full_name'],
      [{ username: 'fine', full_name: '12345' }, 'invalid_full_name'],
      [{ username: 'fine', full_name: 'Ali \u202eilaV' }, 'invalid_full_name'],
      [{ username: 'fine', full_name: 'Ali\nADMINISTRATOR' }, 'invalid_full_name'],
      [{ username: 'fine', full_name: 'Al\u200bi' }, 'invalid_full_name'],
      [{ username: 'fine', full_name: `A${'\u0334'.repeat(40)}` }, 'invalid_full_name'],
      [{ username: 'fine', full_name: 'A'.repeat(201) }, 'invalid_input'],
      [{ username: 'fine', password: 'short' }, 'weak_password'],
      [{ username: 'fine.name', password: 'Fine.Name' }, 'weak_password'],
      [{ username: 'fine', password: 'aaaaaaaaaaaa' }, 'weak_password'],
      [{ username: 'fine', password: 'x'.repeat(201) }, 'invalid_input'],
      [{ username: 'fine', locale: 'de' }, 'invalid_input'],
      [{ username: 'test_admin', password: 'short' }, 'weak_password'],
    ];
    for (const [given, reason] of bad) {
      const refused = await house.register(given as object);
      assert.deepEqual([refused.status, refused.reason], [422, reason], JSON.stringify(given));
    }
    const fields = (await house.ask('/auth/register', {})).body.error.details.fields;
    assert.deepEqual(Object.keys(fields).sort(), ['full_name', 'password', 'username']);
    for (const body of ['{', '[]', '"x"', 'null', '{"username":"a","username":"b"}']) {
      const { status } = await house.ask('/auth/register', body);
      assert.ok(status === 400 || status === 422, `${body}: ${status}`);
    }
    for (const username of ['ali\u0000', '\ud800ali'])
      assert.equal((await house.register({ username })).reason, 'forbidden_character');
    const huge = await house.register({ username: 'fine', full_name: 'A'.repeat(20_000) });
    assert.equal(huge.status, 413);
    assert.equal(await house.people(''), before);
    const real = await house.register({ username: 'ok-1', full_name: 'Oʻgʻiloy Ҳамроева-Łoś' });
    assert.equal(real.status, 201);
  });

  it('F-SEC-09 attempts are counted by address, and guesses together with those at the sign-in', async () => {
    const from = { 'x-forwarded-for': '10.9.9.9' };
    for (let i = 0; i < 10; i += 1)
      assert.equal((await house.register({ username: 'test_admin' }, from)).status, 409);
    const refused = await house.register({ username: 'somebody' }, from);
    assert.deepEqual([refused.status, refused.reason], [429, 'rate_limited']);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    const guess = { username: 'test_admin', password: 'a guess at it 1' };
    assert.equal((await house.ask('/auth/login', guess, from)).status, 429);
    assert.equal((await house.register({ username: 'somebody' })).status, 201, 'elsewhere');
  });

  it('an administrator sees and switches them off like anybody else', async () => {
    const { body } = await house.register({ username: 'leaver' });
    const { admin } = house.plant;
    const found = await admin.get('/users/leaver');
    assert.deepEqual([found.body.status, found.body.position], ['active', 'operator']);
    await admin.patch(`/users/${body.user.id}`, { status: 'disabled' });
    assert.equal((await refresh(body.refresh)).status, 401);
    assert.equal((await login('leaver')).reason, 'bad_credentials');
    assert.equal((await house.register({ username: 'leaver' })).reason, 'username_taken');
    await admin.patch(`/users/${body.user.id}`, { status: 'active', position: 'integrator' });
    const back = await login('leaver');
    const renewed = await refresh(back.body.refresh);
    assert.deepEqual(renewed.body.user.roles, ['integrator']);
    await admin.put(`/users/${body.user.id}/roles`, { roles: ['operator'] });
    const next = await refresh(renewed.body.refresh);
    assert.deepEqual(next.body.user.roles, ['integrator', 'operator'], 'the roles of this moment');
  });
});
