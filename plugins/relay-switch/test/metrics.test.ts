import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';
import { signedIn } from './web-client.ts';

const CODES = ['bad_request', 'validation_error', 'forbidden', 'not_found', 'internal', 'timeout'];

describe('what is measured of errors, sessions and devices (S-MET-03)', () => {
  let plant: TestPlatform;
  let rig: Rig;
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant);
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });

  const figure = async (name: string) => {
    const lines = (await (await fetch(`${plant.url}/metrics`)).text()).split('\n');
    const line = lines.find((one) => one.startsWith(`${name} `));
    assert.ok(line, `no ${name}`);
    return Number(line.split(' ')[1]);
  };
  const errors = (code: string) => figure(`api_errors_total{code="${code}"}`);

  it('api_errors_total counts what callers were told by its code, over HTTP and over the WebSocket', async () => {
    const before = await Promise.all(CODES.map(errors));
    const client = await signedIn(plant.url, plant.admin.token);
    assert.equal((await rig.set(9, { state: 'on' })).status, 404);
    assert.equal((await rig.set(0, { state: 'loud' })).status, 422);
    assert.equal((await rig.set(0, { state: 'on' })).status, 200);
    const args = { device_id: rig.id, relay: 9, state: 'on' };
    assert.equal((await client.ask('set_relay', args)).error.code, 'not_found');
    assert.equal((await client.ask('cmd', { name: 'a\0' })).error.code, 'bad_request');
    client.close();
    const after = await Promise.all(CODES.map(errors));
    assert.deepEqual(
      after.map((count, at) => count - (before[at] ?? 0)),
      [1, 1, 0, 2, 0, 0],
    );
  });

  it('ws_sessions and devices_online are those of the moment', async () => {
    const soon = (name: string, count: number) =>
      until(async () => (await figure(name)) === count, `${name} to be ${count}`);
    await soon('ws_sessions{kind="client"}', 0);
    await soon('ws_sessions{kind="device"}', 1);
    await soon('devices_online', 1);
    const [one, other] = [
      await signedIn(plant.url, plant.admin.token),
      await signedIn(plant.url, plant.admin.token),
    ];
    await soon('ws_sessions{kind="client"}', 2);
    one.close();
    other.close();
    await soon('ws_sessions{kind="client"}', 0);
    await plant.admin.patch(`/devices/${rig.id}`, { active: false });
    await soon('ws_sessions{kind="device"}', 0);
    await soon('devices_online', 0);
  });

  it('a figure that can’t be read is told as such, and the others all the same', async () => {
    await plant.asOwner('alter table devices rename to devices_away');
    try {
      assert.ok(Number.isNaN(await figure('devices_online')));
      assert.equal(await figure('ws_sessions{kind="client"}'), 0);
    } finally {
      await plant.asOwner('alter table devices_away rename to devices');
    }
    await until(async () => !Number.isNaN(await figure('devices_online')), 'it to be read again');
  });
});
