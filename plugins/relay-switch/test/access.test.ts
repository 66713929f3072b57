import assert from 'node:assert/strict';
import type { TestClient, TestPlatform } from '@qoida/core/testing';
import { type Rig, register, startPlant, startRig } from './support.ts';
import { signedIn } from './web-client.ts';

describe('to whom a switch was given', () => {
  let plant: TestPlatform;
  let rig: Rig;
  let operator: TestClient;
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant);
    operator = await plant.as('relay_operator');
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });

  const member = (username: string) => plant.as('relay_user', { username });
  const share = (username: string, role: string, by = plant.admin) =>
    by.put(`/devices/${rig.id}/users/${username}`, { role });
  const unshare = (username: string, by = plant.admin) =>
    by.delete(`/devices/${rig.id}/users/${username}`);
  const set = (by: TestClient, state = 'on') => rig.set(0, { state }, by);
  const mode = (by: TestClient) =>
    by.patch(`/devices/${rig.id}/power-restore-mode`, { mode: 'last' });
  const refused = ({ status, body }: Awaited<ReturnType<typeof set>>) =>
    assert.deepEqual([status, body.error?.reason], [403, 'device_not_yours']);
  const done = ({ status, body }: Awaited<ReturnType<typeof set>>) =>
    assert.equal(status, 200, JSON.stringify(body));

  it('S-OP-16 S-M1-06 to nobody: everybody whose role allows it switches it, and a mere user does not', async () => {
    done(await set(operator));
    refused(await set(await member('guest')));
    refused(await mode(await member('guest')));
    assert.equal((await mode(operator)).status, 403);
  });

  it('S-DM-03 to somebody: the owner does all, a controller switches, a viewer looks, nobody else', async () => {
    const [owner, controller, viewer] = [
      await member('owner'),
      await member('controller'),
      await member('viewer'),
    ];
    done(await share('owner', 'owner'));
    done(await share('controller', 'controller', owner));
    done(await share('viewer', 'viewer', owner));
    refused(await share('guest', 'owner', controller));

    for (const client of [owner, controller]) {
      done(await set(client, 'off'));
      done(await rig.set(null, { state: 'on', hold_for: 60 }, client));
      done(await client.delete(`/devices/${rig.id}/relays/0/hold`));
    }
    done(await mode(owner));
    done(await owner.patch(`/devices/${rig.id}/relays/0`, { name: 'Hall' }));
    const inputs = [0, 1, 2].map((input) => ({ input, type: 'push', link: 'unlinked' }));
    done(await owner.patch(`/devices/${rig.id}/io-config`, { inputs }));
    refused(await mode(controller));
    refused(await controller.patch(`/devices/${rig.id}/relays/0`, { name: 'Mine' }));
    refused(await controller.patch(`/devices/${rig.id}/io-config`, { inputs }));

    for (const client of [viewer, operator, await member('guest')]) {
      refused(await set(client));
      refused(await rig.set(null, { state: 'on' }, client));
      refused(await client.delete(`/devices/${rig.id}/relays/0/hold`));
    }
    assert.equal((await viewer.get(`/devices/${rig.id}/relays`)).status, 200);
    const { body } = await owner.get(`/user-devices?device_id=${rig.id}`);
    assert.deepEqual(body.items.map(({ role }: { role: string }) => role).sort(), [
      'controller',
      'owner',
      'viewer',
    ]);
  });

  it('over the WebSocket it is the same, and who looks after all devices or acts for safety is at home everywhere', async () => {
    const ask = { device_id: rig.id, relay: 1, state: 'on' };
    const socket = async (client: TestClient) => {
      const open = await signedIn(plant.url, client.token);
      const ack = await open.ask('set_relay', ask);
      open.close();
      return ack.ok ? 'done' : ack.error.reason;
    };
    assert.equal(await socket(await member('controller')), 'done');
    assert.equal(await socket(operator), 'device_not_yours');
    done(await set(await plant.as('integrator')));
    done(await set(plant.admin));
    const safety = await plant.as('relay_safety');
    done(await rig.set(0, { state: 'off', priority: 'safety' }, safety));
    done(await safety.delete(`/devices/${rig.id}/relays/0/hold`));
  });

  it('S-OP-16 a screen learns to whom it was given and what the asker may, also of those whose roles say less', async () => {
    const controller = await member('controller');
    const chief = await plant.as('relay_operator', { username: 'chief' });
    done(await share('chief', 'owner'));
    const usersFor = async (client: TestClient) =>
      (await client.get(`/devices/${rig.id}/users`)).body;
    const seen = await usersFor(controller);
    assert.deepEqual(
      [seen.given, seen.own, seen.may_switch, seen.may_configure],
      [true, 'controller', true, false],
    );
    assert.deepEqual(
      seen.items.map(({ username, role, may_switch, may_configure }: Record<string, unknown>) => [
        ...[username, role, may_switch, may_configure],
      ]),
      [
        ['chief', 'owner', true, false],
        ['owner', 'owner', true, true],
        ['controller', 'controller', true, false],
        ['viewer', 'viewer', false, false],
      ],
    );
    assert.deepEqual(Object.keys(seen.items[0]).sort(), [
      ...['active', 'full_name', 'may_configure', 'may_switch'],
      ...['position', 'role', 'user_id', 'username'],
    ]);
    const stranger = await usersFor(operator);
    assert.deepEqual([stranger.own, stranger.may_switch], [null, false]);
    const keeper = await usersFor(plant.admin);
    assert.deepEqual([keeper.may_switch, keeper.may_configure], [true, true]);
    done(await set(chief));
    assert.equal((await mode(chief)).status, 403);
    done(await unshare('chief'));
    const missing = await operator.get('/devices/no-such-switch/users');
    assert.equal(missing.status, 404);
  });

  it('who switches hears that access changed, by an event that names nobody; the history tells it once', async () => {
    const heard = await signedIn(plant.url, operator.token);
    await heard.ask('subscribe', { topics: ['event.relay.*'] });
    done(await share('guest', 'viewer'));
    const told = await heard.hear(
      ({ topic }) => topic === 'event.relay.access_changed',
      'that access changed',
    );
    assert.deepEqual(told.data.payload, { device_id: rig.id, code: rig.code });
    done(await unshare('guest'));
    await heard.hear(
      ({ topic, position }) => topic === told.topic && position !== told.position,
      'that it changed again',
    );
    assert.equal(heard.heard.filter(({ topic }) => topic === 'event.relay.shared').length, 0);
    heard.close();
    const { body } = await operator.get(`/devices/${rig.id}/relay-events?limit=2`);
    assert.deepEqual(
      body.items.map(({ name, payload }: { name: string; payload: { role: string | null } }) => [
        ...[name, payload.role],
      ]),
      [
        ['relay.shared', null],
        ['relay.shared', 'viewer'],
      ],
    );
  });

  it('another role at once, and taken back at once; a device left to nobody is everybody’s again', async () => {
    const controller = await member('controller');
    done(await share('controller', 'viewer'));
    refused(await set(controller));
    done(await share('controller', 'controller'));
    done(await set(controller));
    done(await unshare('controller'));
    refused(await set(controller));
    assert.equal((await unshare('controller')).status, 404);
    done(await unshare('viewer', await member('owner')));
    refused(await set(operator));
    done(await unshare('owner'));
    done(await set(operator));
    const audit = await plant.asOwner<{ action: string }>(
      "select action from audit_log where action in ('relay.share', 'relay.unshare') and object_type = 'device_user'",
    );
    assert.ok(audit.length >= 8, `${audit.length} rows`);
  });

  it('what was given of one device counts at no other', async () => {
    const other = await register(plant.admin);
    done(await share('owner', 'owner'));
    refused(await (await member('owner')).post(`/devices/${other.id}/relays/0`, { state: 'on' }));
    done(await unshare('owner'));
  });
});
