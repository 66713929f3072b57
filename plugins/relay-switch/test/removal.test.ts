import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestClient, until } from '@qoida/core/testing';
import { WebSocket } from 'ws';
import { rawBench, told } from './raw-bench.ts';
import { register } from './support.ts';
import { signedIn } from './web-client.ts';

const MODULE = 'relays.removed';

describe('S-M1-06 S-OP-23 a device is removed', () => {
  const { plant, dial, stand, set, command } = rawBench();
  const member = (username: string) => plant().as('relay_user', { username });
  const remove = (id: string, by: TestClient = plant().admin, headers = {}) =>
    by.delete(`/devices/${id}`, headers);
  /** Dials in and waits until the door is shut. @returns why */
  const shutOut = async (token: string): Promise<unknown> => {
    const socket = new WebSocket(`${plant().url.replace('http', 'ws')}/ws/devices`, ['relay.v1'], {
      headers: { authorization: `Bearer ${token}` },
    });
    const [code] = await once(socket, 'close');
    return code;
  };
  const gone = ({ status, body }: Awaited<ReturnType<typeof remove>>, value: string) =>
    assert.deepEqual(
      [status, body.error?.reason, body.error?.details.value],
      [404, 'device_removed', value],
    );

  it('its connection and its token end at once, nobody finds it, and a second time it is not there', async () => {
    const device = await dial();
    await stand(device.id, 'on on on');
    const heard = await signedIn(plant().url, plant().admin.token);
    await heard.ask('subscribe', { topics: ['event.device.removed'] });
    const { status, body } = await remove(device.id);
    assert.deepEqual(
      [status, body],
      [200, { id: device.id, code: device.code, removed: true, named_in: [] }],
    );
    assert.equal(await device.closed(), 4401);
    assert.equal(await shutOut(device.token), 4401);
    const event = await heard.hear(
      ({ topic }) => topic === 'event.device.removed',
      'that it is gone',
    );
    assert.deepEqual(event.data.payload, { device_id: device.id, code: device.code });
    heard.close();

    const { admin } = plant();
    for (const name of [device.id, device.code]) {
      gone(await admin.get(`/devices/${name}`), device.code);
      gone(await remove(name), device.code);
      gone(await admin.get(`/devices/${name}/relays`), device.code);
      gone(await set(name, 0, { state: 'off' }), device.code);
      gone(await admin.patch(`/devices/${name}`, { active: true }), device.code);
      gone(await admin.post(`/devices/${name}/secret`, {}), device.code);
      gone(await admin.put(`/devices/${name}/users/nobody`, { role: 'owner' }), device.code);
    }
    const listed = async (path: string) => JSON.stringify((await admin.get(path)).body);
    for (const path of ['/devices?page_size=200', '/devices/health', '/relays?page_size=200'])
      assert.ok(!(await listed(path)).includes(device.code), path);
    assert.equal((await remove('never-was')).body.error?.reason, 'not_found');
  });

  it('its past stays and tells its name, which another may have then', async () => {
    const device = await dial();
    await stand(device.id, 'on on on');
    assert.equal((await set(device.id, 0, { state: 'off' })).status, 200);
    assert.equal((await remove(device.id)).status, 200);
    const { admin } = plant();
    const commands = (await admin.get(`/relay-commands?device_id=${device.code}`)).body;
    assert.deepEqual([commands.total, commands.items[0]?.status], [1, 'ok']);
    const audit = (await admin.get(`/audit?object_type=device&object_id=${device.code}`)).body;
    assert.ok(audit.items.some(({ action }: { action: string }) => action === 'device.remove'));
    assert.ok(JSON.stringify(audit.items).includes(device.code));

    const again = await admin.post('/devices', {
      code: device.code,
      device_type: 'relay_switch',
      driver_model: 'hexa-mini-switch-v1',
    });
    assert.equal(again.status, 201, JSON.stringify(again.body));
    assert.notEqual(again.body.id, device.id);
    assert.equal((await admin.get(`/devices/${device.code}`)).body.id, again.body.id);
    gone(await admin.get(`/devices/${device.id}`), device.code);
    const fresh = (await admin.get(`/relay-commands?device_id=${device.code}`)).body;
    assert.equal(fresh.total, 0, 'those of the new one');
    const old = (await admin.get(`/relay-commands?device_id=${device.id}`)).body;
    assert.equal(old.total, 1);
    const { items } = (await admin.get(`/relays?device_id=${device.code}`)).body;
    assert.equal(items.length, 3);
    assert.equal(await shutOut(device.token), 4401, 'the old token fits no new device');
    assert.equal((await remove(again.body.id)).status, 200, 'and once more');
  });

  it('who registers devices may, and an owner; nobody else, and what was refused changed nothing', async () => {
    const { admin } = plant();
    const device = await register(admin);
    const roles = { owner: 'owner', helper: 'controller', guest: 'viewer' };
    for (const [name, role] of Object.entries(roles)) {
      await member(name);
      const { status } = await admin.put(`/devices/${device.id}/users/${name}`, { role });
      assert.equal(status, 200);
    }
    const reason = async (by: TestClient) => (await remove(device.id, by)).body.error?.reason;
    for (const name of ['helper', 'guest', 'stranger'])
      assert.equal(await reason(await member(name)), 'device_not_yours', name);
    for (const role of ['relay_operator', 'relay_safety'])
      assert.equal((await remove(device.id, await plant().as(role))).status, 403, role);
    const asked = await (await plant().as('relay_operator')).get(`/devices/${device.id}/rules`);
    assert.equal(asked.status, 403);
    assert.equal((await admin.get(`/user-devices?device_id=${device.id}`)).body.total, 3);

    const owner = await member('owner');
    const key = { 'idempotency-key': `remove ${device.id}` };
    const check = await owner.post('/operations/device.remove/check', { id: device.id });
    assert.equal(check.body.allowed, true, JSON.stringify(check.body));
    assert.equal(
      (await admin.get(`/devices/${device.id}`)).status,
      200,
      'a dry run removes nothing',
    );
    const first = await remove(device.id, owner, key);
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.deepEqual((await remove(device.id, owner, key)).body, first.body);
    assert.equal((await admin.get(`/user-devices?device_id=${device.id}`)).body.total, 0);

    const scale = await admin.post('/devices', { code: 'scale-1' });
    assert.equal((await remove(scale.body.id, owner)).body.error?.reason, 'role_required');
    assert.equal((await remove(scale.body.id, await plant().as('integrator'))).status, 200);
  });

  it('a command on its way ends as not known, and one that waits is not sent any more', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const sent = set(device.id, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the command');
    const waiting = set(device.id, 0, { state: 'on', ttl: 30 });
    const commands = () =>
      plant().asOwner<{ id: string }>('select id from relay_commands where device_id = $1', [
        device.id,
      ]);
    await until(async () => (await commands()).length === 2, 'both to be kept');
    assert.equal((await remove(device.id)).status, 200);
    gone(await sent, device.code);
    gone(await waiting, device.code);
    for (const one of await commands()) {
      const { status, code } = await command(one.id);
      assert.deepEqual([status, code], ['unconfirmed', 'device_removed']);
    }
    assert.deepEqual(
      device.frames.filter(told(1)).map((frame) => frame.id),
      [id],
    );
  });

  it('a board is left alone on its bus, and its neighbour goes on', async () => {
    const { admin } = plant();
    const line = { link: { kind: 'tcp', host: '127.0.0.1', port: 9 }, channels: { relays: 2 } };
    const ids = await Promise.all(
      [1, 2].map(async (address) => {
        const more = { line: { ...line, device: { address } } };
        return (await register(admin, 'modbus-relay-board', more)).id;
      }),
    );
    const [one = '', other = ''] = ids;
    assert.equal((await remove(one)).status, 200);
    assert.equal((await admin.get(`/devices/${other}`)).status, 200);
    assert.equal((await admin.get(`/relays?device_id=${other}`)).body.total, 2);
  });

  it('rules that name it are told before; what they ask of it then fails where people see it', async () => {
    const { admin } = plant();
    const device = await dial();
    await stand(device.id, 'on on on');
    const button = await dial();
    const made = await admin.post('/rules/modules', { name: MODULE });
    const text = `language en
module ${MODULE}
requires relay_switch

automation lamp
  when relay.input as i
    where i.code = "${button.code}" and i.kind = \`press\`
  do relay.set(device_id: "${device.code}", relay: 0, state: \`off\`)
`;
    const version = { base_version: made.body.version, note: 'for a test' };
    const published = await admin.post(`/rules/modules/${MODULE}/publish`, { text, ...version });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    const modules = [{ module: MODULE, lines: [8] }];
    assert.deepEqual((await admin.get(`/devices/${device.id}/rules`)).body, {
      id: device.id,
      code: device.code,
      modules,
    });
    assert.deepEqual((await remove(device.id)).body.named_in, modules);

    await button.tell('press', 0);
    const dead = await until(async () => {
      const { body } = await admin.get('/automations/actions?status=dead');
      return body.items[0];
    }, 'the action to be given up');
    assert.deepEqual(
      [dead.action, dead.reason, dead.details.value],
      ['relay.set', 'device_removed', device.code],
    );
    assert.deepEqual((await admin.get(`/rules/modules/${MODULE}`)).body.text, text);
  });
});
