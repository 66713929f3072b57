import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { told } from './raw-bench.ts';
import { type RawDevice, type RawOptions, rawDevice } from './raw-device.ts';
import { startPlant } from './support.ts';
import { signedIn } from './web-client.ts';

describe('a device that answers late, twice, wrongly, or is no longer trusted', function () {
  this.timeout(60_000);
  let plant: TestPlatform;
  /** The platform's clock goes so far ahead of this machine's. */
  let ahead = 0;
  const open: RawDevice[] = [];
  before(async () => {
    plant = await startPlant(
      { COMMAND_ACK_TIMEOUT_MS: '4000' },
      { now: () => new Date(Date.now() + ahead) },
    );
  });
  after(() => plant?.stop());
  afterEach(() => {
    ahead = 0;
    for (const { socket } of open.splice(0)) socket.terminate();
  });

  const dial = async (options: RawOptions = {}) => {
    const device = await rawDevice(plant, options);
    open.push(device);
    return device;
  };
  const states = async ({ id }: RawDevice) =>
    (await plant.admin.get(`/devices/${id}/relays`)).body.states.join(' ');
  const stand = (device: RawDevice, wanted: string) =>
    until(async () => (await states(device)) === wanted, `relays ${wanted}`);
  const set = ({ id }: RawDevice, relay: number, body: object, by = plant.admin) =>
    by.post(`/devices/${id}/relays/${relay}`, body);
  const commands = (device: RawDevice) =>
    plant.asOwner<{ id: string; status: string; code: string | null }>(
      'select id, status, code from relay_commands where device_id = $1 order by created_at',
      [device.id],
    );
  const kept = (device: RawDevice, count: number) =>
    until(async () => (await commands(device)).length === count, `${count} commands to be kept`);

  it('a report that comes before the answer is the doing of the command that wanted it, not of the latest', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device, 'off off off');
    const person = await plant.as('relay_operator', { username: 'anvar' });
    const heard = await signedIn(plant.url, plant.admin.token);
    await heard.ask('subscribe', { topics: ['event.relay.changed'] });
    const first = set(device, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the program’s command');
    const second = set(device, 0, { state: 'off' }, person);
    await kept(device, 2);
    device.report([true, false, false], { source: 'command' });
    const { data } = await heard.hear(
      ({ topic, data }) =>
        topic === 'event.relay.changed' &&
        data.payload.device_id === device.id &&
        data.payload.relay === 0 &&
        data.payload.state === 'on',
      'the change',
    );
    heard.close();
    assert.equal(data.payload.source, 'service');
    device.send('ack', { status: 'ok' }, { corr: id });
    const next = await until(
      () => device.frames.find((frame) => told(1)(frame) && frame.id !== id),
      'the person’s command',
    );
    device.send('ack', { status: 'ok' }, { corr: next.id });
    assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  });

  it('a source by a word that every object knows is no source, and the report counts', async () => {
    const device = await dial({ obeys: false });
    await stand(device, 'on on on');
    device.report([false, true, true], { source: 'constructor' });
    await stand(device, 'off on on');
    assert.equal(device.frames.filter(({ type }) => type === 'get_state').length, 0);
  });

  it('a clock that is put back while a command waits gives it no longer life on the wire', async () => {
    const device = await dial({ obeys: false });
    await stand(device, 'on on on');
    const first = set(device, 0, { state: 'off' });
    const { id } = await device.hear(told(1), 'the first command');
    const second = set(device, 0, { state: 'on', ttl: 20 });
    await kept(device, 2);
    ahead = -3_600_000;
    device.send('ack', { status: 'ok' }, { corr: id });
    const next = await until(
      () => device.frames.find((frame) => told(1)(frame) && frame.id !== id),
      'the second command',
    );
    assert.ok(next.data.ttl_ms <= 20_000, `${next.data.ttl_ms} ms`);
    device.send('ack', { status: 'ok' }, { corr: next.id });
    assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  });

  it('its token replaced at once while commands are pending: none of them is sent or believed any more', async () => {
    const device = await dial({ obeys: false });
    await stand(device, 'on on on');
    const sent = set(device, 0, { state: 'off' });
    const { id } = await device.hear(told(1), 'the command');
    const waiting = set(device, 0, { state: 'on', ttl: 30 });
    await kept(device, 2);
    const replaced = await plant.admin.post(`/devices/${device.id}/secret`, { at_once: true });
    assert.equal(replaced.status, 200);
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: id });
    assert.equal(await device.closed(), 4401);
    assert.equal((await sent).body.error?.reason, 'ack_timeout');
    assert.equal((await waiting).body.error?.reason, 'device_offline');
    assert.deepEqual(
      (await commands(device)).map(({ status }) => status),
      ['unconfirmed', 'offline'],
    );
    assert.equal(await states(device), 'on on on', 'what it said after that is not believed');
    assert.equal(device.frames.filter(told(1)).length, 1);

    const token = `${device.code}.${replaced.body.secret}`;
    const again = await dial({ as: { ...device, token }, obeys: false });
    again.send('ack', { status: 'ok', state: [false, true, true] }, { corr: id });
    await stand(again, 'off on on');
    assert.equal((await commands(device))[0]?.status, 'late');
  });

  it('answered on its next connection before the first is known to be gone: done once, and late', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device, 'off off off');
    const asked = set(device, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the command');
    const again = await dial({ as: device, obeys: false, relays: [true, false, false] });
    again.send('ack', { status: 'ok' }, { corr: id });
    again.send('ack', { status: 'rejected', code: 'busy' }, { corr: id });
    await until(async () => (await commands(device))[0]?.status === 'late', 'the late answer');
    const { status, body } = await asked;
    assert.ok(status === 200 || body.error?.reason === 'ack_timeout', JSON.stringify(body));
    assert.equal(await device.closed(), 4001);
    assert.equal(await states(device), 'on off off');
    assert.equal(again.frames.filter(told(1)).length, 0, 'nothing is sent twice');
  });

  it('a frame of a megabyte ends the connection; the device comes back and is heard', async () => {
    const device = await dial();
    await stand(device, 'on on on');
    device.send('log', { code: 'x', message: 'y'.repeat(1_048_576) });
    assert.equal(await device.closed(), 1009);
    const again = await dial({ as: device, relays: [false, true, true] });
    await stand(again, 'off on on');
    assert.equal((await set(again, 1, { state: 'off' })).status, 200);
  });
});
