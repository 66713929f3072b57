import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { clientOf, type TestPlatform, testDatabase, until } from '@qoida/core/testing';
import { WebSocket } from 'ws';
import relaySwitch from '../src/index.ts';
import { rawDevice } from './raw-device.ts';
import { register, startPlant } from './support.ts';

const FOLDER = relaySwitch.migrations as URL;
const SECTIONS = /^-- up$([\s\S]*)^-- down$([\s\S]*)/m;

const HELLO = JSON.stringify({
  v: 1,
  type: 'hello',
  id: randomUUID(),
  data: { fw_version: '1', boot_id: 'b1', config_version: 1 },
});

describe('S-M1-01 the tables of switches', () => {
  it('S-M1-V1 S-M1-02 S-OP-17 migrations go down and up again and leave the same tables', async () => {
    const migrations = [{ owner: relaySwitch.name, folder: FOLDER }];
    const database = await testDatabase({ migrations });
    try {
      const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
      const sections = files
        .sort()
        .map((file) => SECTIONS.exec(readFileSync(new URL(file, FOLDER), 'utf8')));
      const columns = async () =>
        (
          await database.asOwner<{ name: string }>(
            `select table_name || '.' || column_name as name from information_schema.columns
             where table_schema = 'public' order by 1`,
          )
        ).map(({ name }) => name);
      const before = await columns();
      const has = (table: string) => before.some((name) => name.startsWith(`${table}.`));
      for (const table of ['users', 'devices', 'user_devices', 'relays', 'audit_log'])
        assert.ok(has(table), `${table} is there`);
      for (const section of sections.toReversed()) await database.asOwner(section?.[2] ?? '');
      assert.ok(!(await columns()).some((name) => name.startsWith('relays.')));
      for (const section of sections) await database.asOwner(section?.[1] ?? '');
      assert.deepEqual(await columns(), before);
    } finally {
      await database.close();
    }
  });
});

describe('what a switch stands on', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startPlant();
  });
  after(() => plant?.stop());

  const auth = (path: string, body: object, token = '') =>
    clientOf(plant.url, token).post(`/auth/${path}`, body);
  async function account(): Promise<{ username: string; password: string }> {
    const username = `person-${randomUUID().slice(0, 8)}`;
    const password = 'Correct-Horse-42';
    const body = { username, password, full_name: username, position: 'relay_operator' };
    assert.equal((await plant.admin.post('/users', body)).status, 201);
    return { username, password };
  }

  /** Whether a device is let in with this token. */
  async function comesIn(token: string): Promise<boolean> {
    const socket = new WebSocket(`${plant.url.replace('http', 'ws')}/ws/devices`, ['relay.v1'], {
      headers: { authorization: `Bearer ${token}` },
    });
    const answered = Promise.withResolvers<boolean>();
    socket.on('error', () => answered.resolve(false));
    socket.on('close', () => answered.resolve(false));
    socket.on('open', () => socket.send(HELLO));
    socket.on('message', (text) => answered.resolve(JSON.parse(String(text)).type === 'welcome'));
    const letIn = await answered.promise;
    socket.terminate();
    return letIn;
  }

  it('S-M1-03 the profile brings 3 relays and 3 inputs', async () => {
    const { id } = await register(plant.admin, 'hexa-mini-switch-v1', { serial_no: 'HX-1' });
    const { body } = await plant.admin.get(`/devices/${id}`);
    assert.deepEqual([body.driver_model, body.serial_no], ['hexa-mini-switch-v1', 'HX-1']);
    const relays = (await plant.admin.get(`/devices/${id}/relays`)).body;
    assert.equal((relays.items ?? relays.relays).length, 3);
    const inputs = (await plant.admin.get(`/relay-inputs?device_id=${id}`)).body.items;
    assert.equal(inputs.length, 3);
  });

  it('S-M1-04 S-M1-V2 an account signs in, goes on with a new token, and is out after signing out', async () => {
    const { username, password } = await account();
    const signedIn = await auth('login', { username, password });
    assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
    const me = () => clientOf(plant.url, signedIn.body.access).get('/me');
    assert.deepEqual((await me()).body.roles, ['relay_operator']);
    const renewed = await auth('refresh', { refresh: signedIn.body.refresh });
    assert.equal(renewed.status, 200);
    assert.notEqual(renewed.body.refresh, signedIn.body.refresh);
    await auth('logout', { refresh: renewed.body.refresh }, renewed.body.access);
    await until(async () => (await me()).status === 401, 'the sign-in to have ended');
    assert.equal((await auth('refresh', { refresh: renewed.body.refresh })).status, 401);
  });

  it('S-M1-05 S-TST-06 a refresh token that comes twice ends its whole family', async () => {
    const { username, password } = await account();
    const first = (await auth('login', { username, password })).body;
    const second = (await auth('refresh', { refresh: first.refresh })).body;
    const stolen = await auth('refresh', { refresh: first.refresh });
    assert.deepEqual([stolen.status, stolen.body.error.reason], [401, 'refresh_revoked']);
    assert.equal((await auth('refresh', { refresh: second.refresh })).status, 401);
    const other = (await auth('login', { username, password })).body;
    assert.equal(
      (await auth('refresh', { refresh: other.refresh })).status,
      200,
      'another sign-in',
    );
  });

  it('S-OP-08 S-API-20 one envelope for errors, by whatever name the request is asked for', async () => {
    const { id } = await register(plant.admin);
    const trace = randomUUID();
    const answer = await fetch(`${plant.url}/api/v1/devices/${id}/relays/0`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${plant.admin.token}`,
        'content-type': 'application/json',
        'x-request-id': trace,
      },
      body: JSON.stringify({ state: 'on' }),
    });
    const body = (await answer.json()) as Record<string, unknown> & { error: object };
    assert.equal(answer.status, 409);
    assert.deepEqual(Object.keys(body.error).sort(), ['code', 'details', 'message', 'reason']);
    assert.deepEqual(
      [body.success, body.trace_id, body.request_id, answer.headers.get('x-request-id')],
      [false, trace, trace, trace],
    );
  });

  it('S-OP-20 the token of a device is told once and lies nowhere as it is', async () => {
    const made = await plant.admin.post('/devices', {
      code: 'sw-secret',
      device_type: 'relay_switch',
      driver_model: 'hexa-mini-switch-v1',
    });
    const { id, secret } = made.body;
    assert.ok(typeof secret === 'string' && secret.length >= 32, 'told once');
    const shown = JSON.stringify((await plant.admin.get(`/devices/${id}`)).body);
    assert.ok(!shown.includes(secret) && !shown.includes('secret_ref'), shown);
    const audit = (await plant.admin.get(`/audit?object_type=device&object_id=${id}`)).body;
    assert.ok(audit.total > 0, JSON.stringify(audit));
    assert.ok(!JSON.stringify(audit).includes(secret));
    const [row] = await plant.asOwner<{ stored: string }>(
      'select to_jsonb(d)::text as stored from devices d where id = $1',
      [id],
    );
    assert.ok(row !== undefined && !row.stored.includes(secret));
  });

  it('S-OP-20 a token that is replaced lets in for a day, or not at all where it is cut off at once', async () => {
    const device = await register(plant.admin);
    const rotate = async (at_once: boolean) => {
      const { body } = await plant.admin.post(`/devices/${device.id}/secret`, { at_once });
      return `${device.code}.${body.secret}`;
    };
    assert.ok(await comesIn(device.token));
    const second = await rotate(false);
    assert.deepEqual([await comesIn(device.token), await comesIn(second)], [true, true]);
    const third = await rotate(true);
    await until(async () => !(await comesIn(second)), 'the second to be of no use');
    assert.deepEqual([await comesIn(device.token), await comesIn(third)], [false, true]);
  });

  it('S-OP-23 a switch that is taken out of use is out at once, moves nothing more, and its past stays', async () => {
    const device = await rawDevice(plant);
    const path = `/devices/${device.id}`;
    const set = () => plant.admin.post(`${path}/relays/0`, { state: 'off' });
    await until(async () => (await plant.admin.get(path)).body.online, 'it to be there');
    assert.equal((await set()).status, 200);
    assert.equal((await plant.admin.patch(path, { active: false })).status, 200);
    await device.closed();
    const { status, body } = await set();
    assert.equal(status, 409, JSON.stringify(body));
    assert.equal(await comesIn(device.token), false, 'its token lets nobody in');
    const audit = (await plant.admin.get(`/audit?object_type=device&object_id=${device.id}`)).body;
    assert.ok(audit.total >= 2, JSON.stringify(audit));
    const commands = (await plant.admin.get(`/relay-commands?device_id=${device.id}`)).body;
    const ends = commands.items.map(({ status: end }: { status: string }) => end);
    assert.deepEqual(ends.sort(), ['offline', 'ok']);
  });
});
