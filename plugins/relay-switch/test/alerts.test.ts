import assert from 'node:assert/strict';
import { type Answer, type TestPlatform, until } from '@qoida/core/testing';
import { type RawDevice, rawDevice } from './raw-device.ts';
import { type Rig, startPlant, startRig } from './support.ts';

const MODULE = 'relays.alerts';
const MINUTE = 60_000;

describe('alerts of switching, by what devices really do (S-MET-04)', function () {
  this.timeout(240_000);
  let plant: TestPlatform;
  let rig: Rig;
  /** The platform's clock goes so far ahead of this machine's. */
  let ahead = 0;
  before(async () => {
    plant = await startPlant(
      { ALERT_LOOK_SEC: '1', COMMAND_ACK_TIMEOUT_MS: '2500', SCHEDULER_GRACE_SEC: '120' },
      { now: () => new Date(Date.now() + ahead) },
    );
    rig = await startRig(plant);
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });

  const alerts = async (rule: string): Promise<Answer['body'][]> =>
    (await plant.admin.get(`/alerts?rule=${MODULE}.${rule}`)).body.items;
  /** What has to stay for a while is there soon: the clock of the platform runs fast. */
  const told = (rule: string, status: 'open' | 'closed') =>
    until(async () => {
      ahead += 1_000;
      return (await alerts(rule)).find((one) => one.status === status);
    }, `${rule} to be ${status}`);
  const worded = async ({ id }: { readonly id: string }) => {
    const { body } = await plant.admin.get(`/alerts/${id}`);
    return body.message as string;
  };
  const switchTimes = async (count: number) => {
    for (let n = 0; n < count; n += 1)
      assert.equal((await rig.set(n % 3, { state: n % 2 === 0 ? 'on' : 'off' })).status, 200);
  };
  const fails = async () => {
    await rig.act('lose_acks', { frames: 1 });
    assert.equal((await rig.set(0, { state: 'on' })).status, 504);
  };

  it('commands that are not done: from two of twenty on, until more than 98 of 100 are', async () => {
    await switchTimes(19);
    await fails();
    await fails();
    const open = await told('commands_failing', 'open');
    assert.deepEqual([open.severity, open.threshold], ['P2', 98]);
    assert.match(await worded(open), /\b2\b.*\b21\b|\b21\b.*\b2\b/);
    assert.equal((await alerts('commands_slow')).length, 0, 'what is not answered is not slow');
    ahead += 11 * MINUTE;
    assert.equal((await told('commands_failing', 'closed')).id, open.id);
  });

  it('answers that take more than a second, in five of a hundred', async () => {
    await switchTimes(18);
    for (let n = 0; n < 2; n += 1) {
      await rig.act('late_acks', { ms: 1_200, frames: 1 });
      assert.equal((await rig.set(0, { state: 'on' })).status, 200);
    }
    const open = await told('commands_slow', 'open');
    assert.equal(open.threshold, 1);
    assert.ok(open.value >= 1.2 && open.value < 2.5, String(open.value));
    assert.equal((await alerts('commands_failing')).length, 1, 'slow is not failed');
    ahead += 11 * MINUTE;
    await told('commands_slow', 'closed');
  });

  it('more than a tenth of the devices away for five minutes, and over when they are back', async () => {
    const devices: RawDevice[] = [];
    for (let n = 0; n < 3; n += 1) devices.push(await rawDevice(plant));
    const away = async (count: number) =>
      until(async () => {
        const { body } = await plant.admin.get('/devices?device_type=relay_switch&page_size=50');
        return body.items.filter(({ online }: { online: boolean }) => !online).length === count;
      }, `${count} devices to be away`);
    await away(0);
    for (const { socket } of devices.slice(1)) socket.terminate();
    await away(2);
    ahead += 4 * MINUTE;
    const open = await told('relays_offline', 'open');
    assert.deepEqual([open.value, open.threshold], [50, 10]);
    const back = await Promise.all(devices.slice(1).map((as) => rawDevice(plant, { as })));
    await told('relays_offline', 'closed');
    for (const { socket } of [...devices, ...back]) socket.terminate();
  });

  it('a schedule that begins 45 s late, until its next run is in time or ten minutes are over', async () => {
    const planned = new Date(Math.ceil((Date.now() + ahead) / MINUTE) * MINUTE + MINUTE);
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Tashkent',
      hour: '2-digit',
      minute: '2-digit',
    }).format(planned);
    const text = `module plant.times\nrequires relay_switch\n\nschedule evening\n  every day at ${local}\n  do relay.set_all(device_id: "${rig.id}", state: \`off\`)\n`;
    const made = await plant.admin.post('/rules/modules', { name: 'plant.times' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const published = await plant.admin.post('/rules/modules/plant.times/publish', {
      text,
      base_version: made.body.version,
      note: 'evening',
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    await until(async () => {
      const rows = await plant.asOwner(
        `select 1 from rule_states where rule = 'plant.times.evening'`,
      );
      return rows.length > 0;
    }, 'the schedule to be looked at');
    ahead = planned.getTime() + 45_000 - Date.now();
    const open = await told('schedules_late', 'open');
    assert.equal(open.threshold, 30);
    assert.ok(open.value >= 45 && open.value < 120, String(open.value));
    ahead += 11 * MINUTE;
    await told('schedules_late', 'closed');
  });
});
