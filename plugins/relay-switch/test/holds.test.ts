import assert from 'node:assert/strict';
import { type TestClient, type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';

describe('who holds a relay', () => {
  let plant: TestPlatform;
  let rig: Rig;
  let person: TestClient;
  let safety: TestClient;
  /** A program: its weight is that of an automation. */
  let program: TestClient;
  before(async () => {
    plant = await startPlant({ RELAY_PERSON_HOLD_SEC: '120' });
    rig = await startRig(plant);
    person = await plant.as('relay_operator');
    safety = await plant.as('relay_safety');
    program = plant.admin;
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });
  const holder = async (relay: number) => (await rig.relays())[relay];

  it('a person outranks a program, which is told who holds the relay and until when', async () => {
    assert.equal((await rig.set(0, { state: 'on' }, person)).status, 200);
    const row = await holder(0);
    assert.deepEqual(
      [row?.held, row?.held_by, row?.held_priority],
      [true, 'test_relay_operator', 'person'],
    );
    const { status, body } = await rig.set(0, { state: 'off' }, program);
    assert.deepEqual([status, body.error.reason], [409, 'relay_held']);
    const { details } = body.error;
    assert.deepEqual([details.relay, details.held_by], [0, 'test_relay_operator']);
    assert.equal(details.until, row?.held_until);
    assert.equal((await rig.set(null, { state: 'off' }, program)).status, 409);
    assert.equal((await rig.act('state')).relays[0], true);
    assert.equal((await rig.set(1, { state: 'on' }, program)).status, 200);
  });

  it('another person may take over, and whoever holds may let go before the time', async () => {
    const other = await plant.as('relay_operator', { username: 'second' });
    assert.equal((await rig.set(0, { state: 'off' }, other)).status, 200);
    assert.equal((await holder(0))?.held_by, 'second');
    assert.equal((await person.delete(`/devices/${rig.id}/relays/0/hold`)).status, 200);
    assert.equal((await holder(0))?.held, false);
    assert.equal((await rig.set(0, { state: 'on' }, program)).status, 200);
  });

  it('safety outranks both until it lets go, and only those who may claim it', async () => {
    const claimed = await rig.set(2, { state: 'off', priority: 'safety' }, person);
    assert.deepEqual([claimed.status, claimed.body.error.reason], [403, 'priority_too_high']);
    assert.equal((await rig.set(2, { state: 'on', hold_for: 600 }, person)).status, 200);
    assert.equal((await rig.set(2, { state: 'off', priority: 'safety' }, safety)).status, 200);
    const row = await holder(2);
    assert.deepEqual([row?.held, row?.held_priority, row?.held_until], [true, 'safety', null]);
    assert.equal((await rig.set(2, { state: 'on' }, person)).status, 409);
    const refused = await person.delete(`/devices/${rig.id}/relays/2/hold`);
    assert.deepEqual([refused.status, refused.body.error.reason], [409, 'relay_held']);
    assert.equal((await safety.delete(`/devices/${rig.id}/relays/2/hold`)).status, 200);
    assert.equal((await rig.set(2, { state: 'on' }, person)).status, 200);
  });

  it('a hold ends by its time', async () => {
    assert.equal((await rig.set(1, { state: 'on', hold_for: 0.6 }, person)).status, 200);
    assert.equal((await rig.set(1, { state: 'off' }, program)).status, 409);
    await until(
      async () => (await rig.set(1, { state: 'off' }, program)).status === 200,
      'the end',
    );
  });

  it('what a person has sent and the device has not answered yet holds as well', async () => {
    await person.delete(`/devices/${rig.id}/relays/1/hold`);
    await rig.act('late_acks', { ms: 400, frames: 1 });
    const first = rig.set(1, { state: 'on' }, person);
    await until(async () => (await rig.act('state')).relays[1], 'the command to arrive');
    assert.equal((await rig.set(1, { state: 'off' }, program)).body.error.reason, 'relay_held');
    assert.equal((await first).status, 200);
  });

  it('a command that was not done holds nothing', async () => {
    await safety.delete(`/devices/${rig.id}/relays/2/hold`);
    await rig.act('network', { on: false });
    await until(async () => (await rig.set(2, { state: 'on' }, person)).status === 409, 'offline');
    await rig.act('network', { on: true });
    await rig.online();
    assert.equal((await holder(2))?.held, false);
  });

  it('the switch on the wall is a person too, and what it did is told and audited (S-SYN-02)', async () => {
    const before = (await rig.act('state')).relays[2];
    await rig.act('press', { input: 2 });
    await until(async () => (await rig.act('state')).inputs[2], 'the contact');
    await rig.act('release', { input: 2 });
    const row = await until(async () => {
      const now = await holder(2);
      return now?.source === 'input' ? now : null;
    }, 'the report');
    assert.equal(row.state, before ? 'off' : 'on');
    assert.deepEqual([row.held, row.held_by, row.held_priority], [true, 'input', 'person']);
    const [told] = await plant.asOwner<{ payload: { source: string; relay: number } }>(
      "select payload from outbox where name = 'relay.changed' order by seq desc limit 1",
    );
    assert.deepEqual([told?.payload.source, told?.payload.relay], ['input', 2]);
    const audit = await plant.asOwner("select 1 from audit_log where action = 'relay.report'");
    assert.ok(audit.length > 0);
  });

  it('who only looks may not switch', async () => {
    const integrator = await plant.as('integrator');
    assert.equal((await rig.set(0, { state: 'on' }, integrator)).status, 200);
    const anybody = await plant.as('relay_operator', { username: 'third' });
    assert.equal(
      (await anybody.patch(`/devices/${rig.id}/power-restore-mode`, { mode: 'on' })).status,
      403,
    );
  });
});
