import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestPlatform, until } from '@qoida/core/testing';
import { rawDevice } from './raw-device.ts';
import { type Rig, startPlant, startRig } from './support.ts';

const RULES = readFileSync(new URL('../rules/lights.qoida', import.meta.url), 'utf8');
const HOLD = 'relays.lights.all_off_on_hold';

describe('inputs of a switch', () => {
  let plant: TestPlatform;
  /** The platform's clock goes so far ahead of this machine's. */
  let aheadMs = 0;
  before(async () => {
    plant = await startPlant({}, { now: () => new Date(Date.now() + aheadMs) });
  });
  after(() => plant?.stop());

  const events = (name: string, device: string) =>
    plant.asOwner<{ payload: { kind: string; held: number; held_before: number } }>(
      'select payload from outbox where name = $1 and payload @> $2 order by seq',
      [name, JSON.stringify({ device_id: device })],
    );
  const runs = (device: string) =>
    plant.asOwner<{ id: string; status: string }>(
      'select id, status from rule_runs where rule = $1 and events @> $2',
      [HOLD, JSON.stringify([{ device_id: device }])],
    );
  const done = (device: string, count: number) =>
    until(async () => {
      const all = await runs(device);
      return all.length === count && all.every(({ status }) => status === 'done') ? all : null;
    }, `${count} runs of the automation`);

  it('the shipped rules are without fault and their tests pass', async () => {
    const { status, body } = await plant.admin.post('/rules/modules/relays.lights/check', {
      text: RULES,
    });
    assert.equal(status, 200);
    assert.deepEqual(body.diagnostics, []);
    assert.deepEqual([body.tests.failed, body.tests.passed], [0, 5]);
  });

  it('S-M3-V2 S-TST-02 9 999 ms is nothing, 10 000 ms once, going on no second time, a new hold after the cooldown again', async () => {
    const device = await rawDevice(plant);
    await device.tell('press', 0);
    await device.tell('hold_start', 1_000);
    await device.tell('hold_repeat', 9_999);
    await until(async () => {
      const { body } = await plant.admin.get(`/automations/traces?rule=${HOLD}`);
      return body.items.some(
        (item: { event: { device_id?: string; held?: number } }) =>
          item.event?.device_id === device.id && item.event.held === 9.999,
      );
    }, 'the near miss');
    assert.equal((await runs(device.id)).length, 0);
    await device.tell('hold_repeat', 10_000);
    await done(device.id, 1);
    assert.deepEqual(device.relays, [false, false, false]);
    for (const ms of [10_500, 11_000, 41_000]) await device.tell('hold_repeat', ms);
    await device.tell('hold_end', 41_500);
    const sent = () => device.frames.filter(({ type }) => type === 'set_all_relays').length;
    aheadMs += 31_000;
    await device.tell('press', 0);
    await device.tell('hold_repeat', 10_000);
    await done(device.id, 2);
    assert.equal(sent(), 2);
    device.socket.close();
  });

  describe('a hold of which not everything is heard', () => {
    /** Held until everything is off once, and let go; half a minute later the rule may act again. */
    async function heldOnce(seconds: number) {
      const device = await rawDevice(plant);
      await device.tell('press', 0);
      await device.tell('hold_repeat', seconds * 1000);
      await device.tell('hold_end', seconds * 1000 + 100);
      await done(device.id, 1);
      aheadMs += 31_000;
      return device;
    }

    it('its press is told too late, as history: it is a hold of its own all the same', async () => {
      const device = await heldOnce(12);
      await device.tell('press', 0, { age_ms: 9_000 });
      await device.tell('hold_repeat', 15_000);
      await done(device.id, 2);
      device.socket.close();
    });

    it('its press is lost: a hold that is shorter than the last is another', async () => {
      const device = await heldOnce(14);
      await device.tell('hold_repeat', 11_000);
      await done(device.id, 2);
      device.socket.close();
    });

    it('its press is lost: a hold that began after the last news is another', async () => {
      const device = await heldOnce(10);
      await device.tell('hold_repeat', 20_000);
      await done(device.id, 2);
      for (const ms of [20_500, 21_000]) await device.tell('hold_repeat', ms);
      await device.tell('hold_end', 21_100);
      assert.equal((await runs(device.id)).length, 2);
      device.socket.close();
    });

    it('the moment of ten seconds is told too late: everything goes off when it is heard of as still held', async () => {
      const device = await rawDevice(plant);
      await device.tell('press', 0);
      await device.tell('hold_repeat', 9_500);
      await device.tell('hold_repeat', 10_000, { age_ms: 8_000 });
      assert.equal((await runs(device.id)).length, 0);
      await device.tell('hold_repeat', 18_000);
      await done(device.id, 1);
      device.socket.close();
    });
  });

  it('S-M3-V3 the audit says which automation switched, and the relay who did', async () => {
    const device = await rawDevice(plant);
    await device.tell('press', 0);
    await device.tell('hold_repeat', 10_000);
    await done(device.id, 1);
    const [row] = await plant.asOwner<{ role: string }>(
      "select role from audit_log where action = 'relay.set_all' order by id desc limit 1",
    );
    assert.equal(row?.role, `automation:${HOLD}`);
    const { body } = await plant.admin.get(`/relay-commands?device_id=${device.id}`);
    assert.deepEqual(
      [body.items[0].source, body.items[0].owner, body.items[0].priority, body.items[0].status],
      ['automation', `automation ${HOLD}`, 'person', 'ok'],
    );
    const { body: relays } = await plant.admin.get(`/relays?device_id=${device.id}`);
    assert.equal(relays.items[0].source, 'automation');
    device.socket.close();
  });

  it('a device may be set to be left out of it', async () => {
    const device = await rawDevice(plant);
    const inputs = [0, 1, 2].map((input) => ({ input, type: 'push', link: 'unlinked' }));
    const set = await plant.admin.patch(`/devices/${device.id}/io-config`, {
      inputs,
      hold_all_off: false,
    });
    assert.equal(set.status, 200, JSON.stringify(set.body));
    await device.tell('press', 0);
    await device.tell('hold_repeat', 10_000);
    await until(async () => (await events('relay.input', device.id)).length === 2, 'both events');
    assert.equal((await runs(device.id)).length, 0);
    device.socket.close();
  });

  it('an event that is told twice counts once, and one that is told late is history', async () => {
    const device = await rawDevice(plant);
    const id = await device.tell('click', 120);
    const before = device.frames.length;
    device.send('input_event', { ch: 1, event: 'click', duration_ms: 120, event_id: id }, { id });
    await until(() => device.frames.length > before, 'the second ack');
    assert.equal((await events('relay.input', device.id)).length, 1);
    await device.tell('press', 0, { age_ms: 60_000 });
    await device.tell('hold_repeat', 10_000, { age_ms: 50_000 });
    assert.equal((await events('relay.input', device.id)).length, 1);
    assert.deepEqual(
      (await events('relay.input_late', device.id)).map(({ payload }) => payload.kind),
      ['press', 'hold'],
    );
    assert.equal((await runs(device.id)).length, 0);
    device.socket.close();
  });

  it('an event that was kept and whose answer was lost is told again with another age: it counts once', async () => {
    const device = await rawDevice(plant);
    const event = { ch: 1, event: 'press', event_id: 'once' };
    const answers = () => device.frames.filter(({ type }) => type === 'ack').length;
    for (const [at, age_ms] of [0, 700, 3_000].entries()) {
      device.send('input_event', { ...event, age_ms }, { id: `told-${at}` });
      await until(() => answers() === at + 1, 'an answer');
    }
    assert.deepEqual(
      device.frames.filter(({ type }) => type === 'ack').map(({ data }) => data.status),
      ['ok', 'duplicate', 'duplicate'],
    );
    assert.equal((await events('relay.input', device.id)).length, 1);
    device.socket.close();
  });

  it('an event that can never be kept is refused, one that failed is told again after a new connection', async () => {
    const device = await rawDevice(plant);
    const heard = (id: string) =>
      device.frames.find(({ type, corr }) => type === 'ack' && corr === id);
    device.send(
      'input_event',
      { ch: 1, event: 'press', duration_ms: 2 ** 50, event_id: 'far' },
      { id: 'far' },
    );
    const ack = await until(() => heard('far'), 'an answer');
    assert.ok(['rejected', 'ok'].includes(String(ack.data.status)), JSON.stringify(ack));
    await plant.asOwner('alter table relay_inputs rename to relay_inputs_away');
    try {
      const closed = new Promise((resolve) => device.socket.once('close', resolve));
      device.send('input_event', { ch: 1, event: 'press', event_id: 'lost' }, { id: 'lost' });
      assert.equal(await closed, 1013);
      assert.equal(heard('lost'), undefined);
    } finally {
      await plant.asOwner('alter table relay_inputs_away rename to relay_inputs');
    }
  });

  it('what happened at a device is told, the newest first, page by page', async () => {
    const device = await rawDevice(plant);
    for (const event of ['press', 'release', 'click']) await device.tell(event, 100);
    const path = `/devices/${device.id}/relay-events`;
    const first = await plant.admin.get(`${path}?limit=2`);
    assert.deepEqual(
      first.body.items.map(({ payload }: { payload: { kind: string } }) => payload.kind),
      ['click', 'release'],
    );
    assert.equal(first.body.items[0].by, device.code);
    const rest = await plant.admin.get(`${path}?before=${first.body.next}`);
    assert.equal(rest.body.items[0].payload.kind, 'press');
    assert.equal(rest.body.items.at(-1).name, 'device.online');
    assert.equal(rest.body.next, null);
    device.socket.close();
  });

  describe('of the simulated switch', () => {
    let rig: Rig;
    before(async () => {
      rig = await startRig(plant, 25);
      // A finger here may be slower than 1 s of its clock: only the first input tells holds.
      const inputs = [0, 1, 2].map((input) => ({
        ...{ input, type: 'push', link: 'linked', target_relay: input, push_mode: 'toggle' },
        hold_events: input === 0,
      }));
      const set = await plant.admin.patch(`/devices/${rig.id}/io-config`, { inputs });
      assert.equal(set.body.pushed, true, JSON.stringify(set.body));
    });
    after(() => rig?.end());
    const kinds = async () =>
      (await events('relay.input', rig.id)).map(({ payload }) => payload.kind);

    it('a press, a release and a click, and the linked relay toggles', async () => {
      await rig.act('press', { input: 1 });
      await until(async () => (await rig.act('state')).inputs[1], 'the contact');
      await rig.act('release', { input: 1 });
      await until(async () => (await kinds()).join() === 'press,release,click', 'the three events');
      assert.equal((await rig.states()).split(' ')[1], 'on');
    });

    it('held for 10 s of its clock everything goes off, once, and the button’s own relay does not toggle', async () => {
      await rig.set(null, { state: 'on' });
      await rig.act('press', { input: 0 });
      await done(rig.id, 1);
      await until(async () => (await rig.states()) === 'off off off', 'all off');
      await rig.act('release', { input: 0 });
      await until(async () => (await kinds()).at(-1) === 'release', 'the end of the hold');
      assert.equal(await rig.states(), 'off off off');
      assert.equal((await runs(rig.id)).length, 1);
    });

    it('what happened while it was away is told when it is back, as history', async () => {
      await rig.act('network', { on: false });
      await rig.act('press', { input: 2 });
      await until(async () => (await rig.act('state')).inputs[2], 'the contact');
      await rig.act('release', { input: 2 });
      await until(async () => (await rig.act('state')).relays[2], 'the relay on the spot');
      // Six seconds of its clock: older than what may still set something off.
      await until(
        async () => (await rig.act('state')).oldest_unsent_ms > 6_000,
        'the events to be old',
      );
      await rig.act('network', { on: true });
      await rig.online();
      await until(
        async () => (await events('relay.input_late', rig.id)).length >= 2,
        'the late events',
      );
      await until(async () => (await rig.states()).split(' ')[2] === 'on', 'the state');
    });
  });
});
