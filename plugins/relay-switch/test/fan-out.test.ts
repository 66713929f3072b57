import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';
import { signedIn, type WebClient } from './web-client.ts';

const SHIPPED = readFileSync(new URL('../rules/lights.qoida', import.meta.url), 'utf8');
/** The first input switches its relay by itself, as on a wall; the second only tells. */
const INPUTS = [
  { input: 0, type: 'push', link: 'linked', target_relay: 0, push_mode: 'toggle' },
  { input: 1, type: 'push', link: 'unlinked' },
  { input: 2, type: 'push', link: 'unlinked' },
];

interface Audited {
  readonly old_new_diff_json: { readonly new: Readonly<Record<string, unknown>> };
}

describe('S-M2-04 one road for every change of a relay', function () {
  this.timeout(60_000);
  let plant: TestPlatform;
  let rig: Rig;
  let page: WebClient;
  let other: WebClient;
  let version = 1;
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant);
    await plant.admin.patch(`/devices/${rig.id}/io-config`, { inputs: INPUTS });
    await rig.online();
    page = await signedIn(plant.url, (await plant.as('relay_operator')).token);
    other = await signedIn(plant.url, plant.admin.token);
    for (const client of [page, other]) {
      await client.ask('subscribe', { topics: ['event.relay.changed'] });
      await client.hear(({ type }) => type === 'position', 'where the stream stands');
    }
  });
  after(async () => {
    page?.close();
    other?.close();
    await rig?.end();
    await plant?.stop();
  });

  async function publish(rule: string): Promise<void> {
    const { status, body } = await plant.admin.post('/rules/modules/relays.lights/publish', {
      text: `${SHIPPED}\n${rule}`,
      base_version: version,
      note: 'for a test',
    });
    assert.equal(status, 200, JSON.stringify(body));
    version = body.version;
  }
  const allOn = () => `do relay.set_all(device_id: "${rig.code}", state: \`on\`)`;

  /** Who switches, by which way in. */
  const SOURCES: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ['user', 'REST', async () => rig.set(0, { state: 'on' }, await plant.as('relay_operator'))],
    ['service', 'REST', () => rig.set(0, { state: 'on' })],
    [
      'user',
      'WebSocket',
      () => page.ask('set_relay', { device_id: rig.id, relay: 0, state: 'on' }),
    ],
    [
      'automation',
      'a rule on an input',
      async () => {
        await publish(
          `automation by_button\n  when relay.input as i\n    where i.kind = \`press\`\n  ${allOn()}\n`,
        );
        await rig.act('press', { input: 1 });
      },
    ],
    ['schedule', 'the clock', () => publish(`schedule by_clock\n  every 1 s\n  ${allOn()}\n`)],
    [
      'input',
      'the switch on the wall',
      async () => {
        await rig.act('press', { input: 0 });
        await until(async () => (await rig.act('state')).inputs[0], 'the contact');
        await rig.act('release', { input: 0 });
      },
    ],
  ];

  for (const [source, way, act] of SOURCES) {
    it(`S-TST-07 S-SYN-01 ${source} by ${way}: device, database, screens and audit agree`, async () => {
      assert.equal((await rig.set(null, { state: 'off', hold_for: 0 })).status, 200);
      await until(async () => (await rig.states()) === 'off off off', 'all to be off');
      const before = [page, other].map(({ heard }) => heard.length);
      await act();
      await until(async () => (await rig.relays())[0]?.state === 'on', 'the relay to be on');
      assert.equal((await rig.act('state')).relays[0], true);
      assert.equal((await rig.relays())[0]?.source, source);
      for (const [at, client] of [page, other].entries()) {
        const told = await client.hear(
          (frame) =>
            client.heard.indexOf(frame) >= (before[at] ?? 0) &&
            frame.topic === 'event.relay.changed' &&
            frame.data.payload.relay === 0 &&
            frame.data.payload.state === 'on',
          'the screen to be told',
        );
        assert.equal(told.data.payload.source, source);
      }
      const { items } = (await plant.admin.get('/audit?object_type=relay&page_size=200')).body;
      const switched = items.filter((row: Audited) => row.old_new_diff_json.new?.state === 'on');
      assert.ok(switched.length > 0, 'audited');
      if (source === 'schedule') await publish('');
      await rig.act('release', { input: 1 });
    });
  }

  it('S-OP-11 all relays are one command with one answer', async () => {
    const total = async () =>
      (await plant.admin.get(`/relay-commands?device_id=${rig.id}`)).body.total as number;
    const before = await total();
    const { status, body } = await rig.set(null, { state: 'on', hold_for: 0 });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await total()) - before, 1);
    assert.equal(await rig.states(), 'on on on');
    assert.deepEqual((await rig.act('state')).relays, [true, true, true]);
  });
});
