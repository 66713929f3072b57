import assert from 'node:assert/strict';
import { type Answer, type TestPlatform, until } from '@qoida/core/testing';
import { type RawDevice, rawDevice } from './raw-device.ts';
import { startPlant } from './support.ts';
import { signedIn } from './web-client.ts';

const MODULE = 'relays.watched';
const MINUTE = 60_000;

/** An alert of presses, with what else it says. */
const ofPresses = (name: string, more: string, where = '') => `
alert ${name}
  severity P2
  when relay.input as i where i.kind = \`press\`${where}
${more}  notify admin
  message "pressed"
`;

describe('S-OP-23 alerts of a device that is removed', function () {
  this.timeout(60_000);
  let plant: TestPlatform;
  /** The platform's clock goes so far ahead of this machine's. */
  let ahead = 0;
  const devices: RawDevice[] = [];
  const device = (place: number) => devices[place] as RawDevice;
  before(async () => {
    plant = await startPlant({}, { now: () => new Date(Date.now() + ahead) });
    for (let n = 0; n < 4; n += 1) devices.push(await rawDevice(plant));
    const made = await plant.admin.post('/rules/modules', { name: MODULE });
    const text = [
      `language en\nmodule ${MODULE}\nrequires relay_switch\n`,
      ofPresses('by_id', '  group by i.device_id\n'),
      ofPresses('by_code', '  group by i.code\n'),
      ofPresses('anywhere', ''),
      ofPresses('only_here', '', ` and i.code = "${device(0).code}"`),
      `\nalert silent\n  severity P3\n  when no relay.input as i for 5 min per i.device_id\n  notify admin\n  message "silent"\n`,
    ].join('');
    const version = { base_version: made.body.version, note: 'for a test' };
    const published = await plant.admin.post(`/rules/modules/${MODULE}/publish`, {
      text,
      ...version,
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
  });
  after(async () => {
    for (const { socket } of devices) socket.terminate();
    await plant?.stop();
  });

  const alerts = async (rule: string): Promise<Answer['body'][]> =>
    (await plant.admin.get(`/alerts?rule=${MODULE}.${rule}`)).body.items;
  const open = async (rule: string): Promise<readonly string[]> =>
    (await alerts(rule))
      .filter(({ status }) => status !== 'closed')
      .map(({ group }) => group as string)
      .sort();
  const remove = async ({ id }: RawDevice) => {
    const { status, body } = await plant.admin.delete(`/devices/${id}`);
    assert.equal(status, 200, JSON.stringify(body));
  };

  it('those keyed by it are closed with who and why, those of another stay, those of both until both are gone', async () => {
    const [one, other] = [device(0), device(1)];
    await one.tell('press', 0);
    await other.tell('press', 0);
    await until(
      async () =>
        (await alerts('anywhere'))[0]?.count === 2 && (await open('by_code')).length === 2,
      'the alerts to be open',
    );
    assert.deepEqual(await open('by_id'), [one.id, other.id].sort());
    assert.deepEqual(await open('only_here'), ['']);
    const [taken] = (await alerts('by_code')).filter(({ group }) => group === one.code);
    assert.equal((await plant.admin.post(`/alerts/${taken.id}/ack`, {})).status, 200);
    const heard = await signedIn(plant.url, plant.admin.token);
    await heard.ask('subscribe', { topics: ['event.alert.closed'] });

    await remove(one);
    assert.deepEqual(await open('by_id'), [other.id]);
    assert.deepEqual(await open('by_code'), [other.code]);
    assert.deepEqual(await open('only_here'), []);
    assert.deepEqual(await open('anywhere'), [''], 'the other device raised it too');

    const { body } = await plant.admin.get(`/alerts/${taken.id}?lang=ru`);
    const last = body.history.at(-1);
    assert.deepEqual([body.status, body.closed_by], ['closed', last.by]);
    assert.ok(last.by.length > 0);
    assert.deepEqual(
      [last.change, last.note],
      ['closed', `Закрыт, потому что устройство «${one.code}» убрано.`],
    );
    const audit = (await plant.admin.get(`/audit?object_type=alert&object_id=${taken.id}`)).body;
    const row = audit.items.find(({ action }: { action: string }) => action === 'device.remove');
    assert.ok(JSON.stringify(row).includes(one.code), 'the audit log says why');
    const told = await heard.hear(
      ({ topic, data }) =>
        topic === 'event.alert.closed' && data.payload.alert_id === (taken.id as string),
      'that it is closed',
    );
    assert.equal(told.data.payload.rule, `${MODULE}.by_code`);
    heard.close();

    await remove(other);
    for (const rule of ['by_id', 'by_code', 'anywhere']) assert.deepEqual(await open(rule), []);
  });

  it('what it watched of it opens nothing any more', async () => {
    const [one, other] = [device(2), device(3)];
    await one.tell('press', 0);
    await other.tell('press', 0);
    await until(async () => (await open('by_id')).length === 2, 'both to be heard');
    await remove(one);
    ahead += 6 * MINUTE;
    await until(async () => (await open('silent')).includes(other.id), 'the silence of the other');
    assert.deepEqual(await open('silent'), [other.id]);
    const waiting = await plant.asOwner(
      `select 1 from alert_triggers where rule = '${MODULE}.silent' and timer_at is not null`,
    );
    assert.equal(waiting.length, 0, 'that of the removed one was looked at as well');
  });
});
