import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type RawDevice, rawDevice } from './raw-device.ts';
import { startPlant } from './support.ts';

const MODULE = 'relays.named';

describe('S-OP-23 what rules were about to do with a device that is removed', function () {
  this.timeout(60_000);
  let plant: TestPlatform;
  let button: RawDevice;
  /** It hears what it is told, and never says that it did it. */
  let lamp: RawDevice;
  /** The platform's clock stands still between the tests' own steps: what is tried again later does not come by itself. */
  let now = new Date();
  before(async () => {
    plant = await startPlant({}, { now: () => now });
    button = await rawDevice(plant);
    lamp = await rawDevice(plant, { obeys: false });
    const made = await plant.admin.post('/rules/modules', { name: MODULE });
    const set = `relay.set(device_id: "${lamp.code}", relay: 0, state: \`on\`)`;
    const text = `language en
module ${MODULE}
requires relay_switch

automation lamp
  when relay.input as i
    where i.code = "${button.code}" and i.kind = \`press\`
  do ${set}

automation own
  when relay.input as i
    where i.kind = \`press\`
  do relay.set(device_id: i.device_id, relay: 0, state: \`on\`)

schedule night
  every 3 s
  do ${set}
`;
    const version = { base_version: made.body.version, note: 'for a test' };
    const published = await plant.admin.post(`/rules/modules/${MODULE}/publish`, {
      text,
      ...version,
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
  });
  after(async () => {
    for (const device of [button, lamp]) device?.socket.terminate();
    await plant?.stop();
  });

  const actions = async (status: string): Promise<readonly { id: string; reason: string }[]> =>
    (await plant.admin.get(`/automations/actions?action=relay.set&status=${status}`)).body.items;
  const gone = async (rule: string) => {
    const { status, body } = await plant.admin.get(`/automations/rules/${MODULE}.${rule}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.gone_devices.map(({ code }: { code: string }) => code);
  };

  it('what is tried again ends at once and says why, and moves no other device of that name', async () => {
    await until(async () => {
      const rows = await plant.asOwner(`select 1 from rule_states where rule = '${MODULE}.night'`);
      return rows.length > 0;
    }, 'the schedule to be looked at');
    // As long as its step: it is due once, wherever the clock stands.
    now = new Date(now.getTime() + 3_000);
    const waiting = await until(
      async () => (await actions('ready')).find(({ reason }) => reason === 'ack_timeout'),
      'the action to wait for its second attempt',
    );
    assert.deepEqual(await gone('night'), []);

    assert.equal((await plant.admin.delete(`/devices/${lamp.id}`)).status, 200);
    const again = await plant.admin.post('/devices', {
      code: lamp.code,
      device_type: 'relay_switch',
      driver_model: 'hexa-mini-switch-v1',
    });
    assert.equal(again.status, 201);
    const dead = await until(
      async () => (await actions('dead')).find(({ id }) => id === waiting.id),
      'the action to be given up',
    );
    assert.equal(dead.reason, 'device_removed');
    const { items } = (await plant.admin.get(`/automations/rules/${MODULE}.night/runs?lang=en`))
      .body;
    const [run] = items;
    assert.equal(run.status, 'failed');
    assert.match(run.actions[0].why, new RegExp(`“${lamp.code}” was removed`));
    const sent = await plant.asOwner('select 1 from relay_commands where device_id = $1', [
      again.body.id,
    ]);
    assert.equal(sent.length, 0);

    // Another device has the name now: the rules mean that one.
    assert.deepEqual(await gone('night'), []);
    assert.equal((await plant.admin.delete(`/devices/${again.body.id}`)).status, 200);
  });

  it('rules and schedules that name it say so; others do not', async () => {
    assert.deepEqual(await gone('lamp'), [lamp.code]);
    assert.deepEqual(await gone('night'), [lamp.code]);
    assert.deepEqual(await gone('own'), []);
  });
});
