import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';

const SHIPPED = readFileSync(new URL('../rules/lights.qoida', import.meta.url), 'utf8');

describe('rules that switch relays', function () {
  this.timeout(90_000);
  let plant: TestPlatform;
  let rig: Rig;
  let version = 1;
  before(async () => {
    plant = await startPlant({ RELAY_PERSON_HOLD_SEC: '2' });
    rig = await startRig(plant);
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });

  /** The shipped rules and one more. */
  async function publish(rule: string, accepts: readonly string[] = []): Promise<void> {
    const { status, body } = await plant.admin.post('/rules/modules/relays.lights/publish', {
      text: `${SHIPPED}\n${rule}`,
      base_version: version,
      note: 'for a test',
      accepts,
    });
    assert.equal(status, 200, JSON.stringify(body));
    version = body.version;
  }
  const all = (state: string) =>
    until(async () => (await rig.states()) === `${state} ${state} ${state}`, `all ${state}`);
  const commands = async (filter: string) =>
    (await rig.admin.get(`/relay-commands?device_id=${rig.id}&${filter}`)).body.items as {
      owner: string;
      priority: string;
      status: string;
      created_at: string;
    }[];

  it('S-M3-V1 a schedule switches all relays when its time has come, under its own name', async () => {
    await rig.set(null, { state: 'off', hold_for: 0 });
    const since = Date.now();
    await publish(
      `schedule lights_on\n  every 3 s\n  do relay.set_all(device_id: "${rig.code}", state: \`on\`)\n`,
    );
    await all('on');
    const first = (await commands('source=schedule&sort=created_at')).at(0);
    assert.equal(first?.priority, 'schedule');
    assert.match(first?.owner ?? '', /lights_on/);
    const [run] = await plant.asOwner<{ at: Date }>(
      "select at from rule_runs where rule like '%lights_on' order by at limit 1",
    );
    const done = Date.parse(first?.created_at ?? '');
    assert.ok(run !== undefined && run.at.getTime() >= since - 1000, 'not before it was published');
    assert.ok(done >= run.at.getTime(), 'not before its time');
    await publish('');
  });

  it('S-M3-05 a rule hears that a device is gone and that it is back', async () => {
    await publish(
      `automation dark_again\n  when device.online as d\n  do relay.set_all(device_id: d.device_id, state: \`off\`)\n`,
    );
    await rig.set(null, { state: 'on', hold_for: 0 });
    await rig.act('network', { on: false });
    await until(
      async () => !(await rig.admin.get(`/devices/${rig.id}`)).body.online,
      'it to be gone',
    );
    await rig.act('network', { on: true });
    await rig.online();
    await all('off');
    await publish('');
  });

  it('a rule gives way to the person who holds the relay, is a dead letter that says by whom, and acts again later', async () => {
    await publish(
      `automation press_lights\n  when relay.input as i\n    where i.kind = \`press\`\n  do relay.set(device_id: i.device_id, relay: 0, state: \`on\`)\n`,
    );
    const inputs = [0, 1, 2].map((input) => ({ input, type: 'push', link: 'unlinked' }));
    await rig.admin.patch(`/devices/${rig.id}/io-config`, { inputs });
    await rig.online();
    const person = await plant.as('relay_operator');
    await rig.set(0, { state: 'off' }, person);
    await rig.act('press', { input: 1 });
    const dead = await until(async () => {
      const rows = await plant.asOwner<{ reason: string; message: string }>(
        "select reason, message from rule_actions where status = 'dead' order by seq desc",
      );
      return rows[0];
    }, 'the refused action');
    assert.equal(dead.reason, 'relay_held');
    assert.match(dead.message, /held by test_relay_operator until/);
    assert.equal((await rig.states()).split(' ')[0], 'off');
    await rig.act('release', { input: 1 });
    await until(async () => !(await rig.relays())[0]?.held, 'the hold to end');
    await rig.act('press', { input: 1 });
    await until(async () => (await rig.states()).split(' ')[0] === 'on', 'the rule to act');
    await rig.act('release', { input: 1 });
    await publish('');
  });

  it('a gate sees which relay is meant, also where all are, and is hit for that one', async () => {
    await publish(
      `gate heater_alone\n  on relay.set\n  block when relay.name is present and relay.name = "Heater" and input.state = \`on\`\n  message "{device.code} {input.relay}: {relay.state}"\n  release never\n\n` +
        `gate heater_with_all\n  on relay.set_all each line\n  block when line.relay.name is present and line.relay.name = "Heater" and input.state = \`on\`\n  message "{device.code} {line.relay.relay}"\n  release never\n`,
    );
    await rig.set(null, { state: 'off', hold_for: 0, priority: 'safety' });
    await rig.admin.patch(`/devices/${rig.id}/relays/1`, { name: 'Heater' });
    const alone = await rig.set(1, { state: 'on', priority: 'safety' });
    const all = await rig.set(null, { state: 'on', priority: 'safety' });
    assert.deepEqual(
      [alone, all].map(({ status, body }) => [status, body.error?.reason, body.error?.message]),
      [
        [409, 'heater_alone', `${rig.code} 1: off`],
        [409, 'heater_with_all', `${rig.code} 1`],
      ],
    );
    const refs = [alone, all].map(({ body }) => body.error.details.gates[0].object_ref);
    assert.ok(
      refs.every(({ device, relay }) => device === rig.id && relay !== undefined),
      JSON.stringify(refs),
    );
    assert.equal(refs[0].relay, refs[1].relay);
    assert.equal((await rig.set(0, { state: 'on', priority: 'safety' })).status, 200);
    await publish('', ['heater_alone', 'heater_with_all']);
  });

  it('a rule may act for safety, and a person gives way to it', async () => {
    await publish(
      `automation smoke\n  when relay.input as i\n    where i.kind = \`press\` and i.input = 2\n  do relay.set_all(device_id: i.device_id, state: \`off\`, priority: \`safety\`)\n`,
    );
    const person = await plant.as('relay_operator');
    await rig.set(null, { state: 'on' }, person);
    await rig.act('press', { input: 2 });
    await all('off');
    const refused = await rig.set(0, { state: 'on' }, person);
    assert.deepEqual([refused.status, refused.body.error.reason], [409, 'relay_held']);
    assert.equal(refused.body.error.details.held_priority, 'safety');
    assert.match(refused.body.error.details.held_by, /^automation \S+\.smoke$/);
    // People count relays from 1, as on the box, and know a rule by its own name.
    assert.match(refused.body.error.message, /\b1\b(?!.*automation).*\bsmoke\b/);
    await rig.act('release', { input: 2 });
  });
});
