import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import fc from 'fast-check';
import {
  configFaults,
  defaultConfig,
  type InputConfig,
  type IoConfig,
} from '../src/config/matrix.ts';
import { type Rig, startPlant, startRig } from './support.ts';

const SHAPE = { relays: 3, inputs: 3 };
const push = (input: number, more: object = {}): InputConfig => ({
  input,
  type: 'push',
  link: 'linked',
  target_relay: input,
  ...more,
});
const usual = (first: object): { inputs: object[] } => ({ inputs: [first, push(1), push(2)] });

/** S-OP-01: what can't be set, and why. */
const WRONG: readonly (readonly [string, object, string])[] = [
  ['linked without a target', { input: 0, type: 'push', link: 'linked' }, 'target_required'],
  ['unlinked with a target', push(0, { link: 'unlinked' }), 'target_forbidden'],
  ['a relay that is not there', push(0, { target_relay: 3 }), 'target_unknown'],
  ['a rocker without its mode', push(0, { type: 'rocker' }), 'rocker_mode_required'],
  ['a push button with a rocker mode', push(0, { rocker_mode: 'edge' }), 'rocker_mode_forbidden'],
  [
    'a rocker with a push mode',
    push(0, { type: 'rocker', rocker_mode: 'edge', push_mode: 'toggle' }),
    'push_mode_forbidden',
  ],
  [
    'a rocker that tells holds',
    push(0, { type: 'rocker', rocker_mode: 'edge', hold_events: true }),
    'hold_events_forbidden',
  ],
  [
    'a rocker that all relays follow',
    push(0, { type: 'rocker', rocker_mode: 'follow', target_relay: 'all' }),
    'follow_all',
  ],
  [
    'a followed relay that another input moves',
    push(0, { type: 'rocker', rocker_mode: 'follow', target_relay: 1 }),
    'target_shared',
  ],
  ['an input that is not there', push(5), 'input_unknown'],
  ['the same input twice', push(1), 'input_twice'],
];

describe('configuration of a switch', () => {
  let plant: TestPlatform;
  let rig: Rig;
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant, 20);
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });
  const io = (body: object) => rig.admin.patch(`/devices/${rig.id}/io-config`, body);
  const mode = (body: object) => rig.admin.patch(`/devices/${rig.id}/power-restore-mode`, body);

  for (const [what, first, fault] of WRONG)
    it(`S-M4-V1 refuses ${what}`, async () => {
      const { status, body } = await io(usual(first));
      assert.deepEqual([status, body.error.reason], [422, 'io_config_invalid']);
      const faults = body.error.details.faults.map((one: { fault: string }) => one.fault);
      assert.ok(faults.includes(fault), faults.join());
    });

  it('S-M4-V1 refuses words that are none', async () => {
    assert.equal((await io(usual(push(0, { type: 'lever' })))).status, 422);
    assert.equal((await io({ inputs: [] })).status, 422);
    assert.equal((await mode({ mode: 'maybe' })).status, 422);
    assert.equal((await io({ ...usual(push(0)), timezone: 'Mars/Base' })).status, 422);
  });

  it('S-M4-V2 S-M4-V3 a good one reaches the device that is there, and is shown with the device', async () => {
    const rocker = push(0, { type: 'rocker', rocker_mode: 'follow' });
    const { status, body } = await io({ ...usual(rocker), hold_all_off: false });
    assert.equal(status, 200);
    assert.equal(body.pushed, true);
    const state = await rig.act('state');
    assert.deepEqual(state.io_config?.inputs[0], rocker);
    assert.equal(state.config_version, body.config_version);
    const { body: device } = await rig.admin.get(`/devices/${rig.id}`);
    assert.deepEqual(device.config.io_config.inputs[0], rocker);
    assert.equal(device.config.hold_all_off, false);
    assert.equal(device.config_acked, device.config_version);
    await rig.act('rock', { input: 0, on: true });
    await until(async () => (await rig.act('state')).relays[0], 'the relay to follow');
    await rig.act('rock', { input: 0, on: false });
    await until(async () => !(await rig.act('state')).relays[0], 'the relay to follow back');
  });

  it('a device that was away gets it when it comes, and one that was replaced as well (S-M4-04)', async () => {
    await rig.act('network', { on: false });
    await until(async () => !(await rig.admin.get(`/devices/${rig.id}`)).body.online, 'offline');
    const { status, body } = await io(usual(push(0, { push_mode: 'momentary' })));
    assert.deepEqual([status, body.pushed, body.push_status], [200, false, 'offline']);
    await rig.act('network', { on: true });
    await rig.online();
    const taken = await rig.act('state');
    assert.equal(taken.io_config?.inputs[0]?.push_mode, 'momentary');
    await rig.act('replace');
    await until(
      async () => (await rig.act('state')).config_version === body.config_version,
      'the new box to be set up',
    );
    await rig.online();
  });

  for (const [restore, after] of [
    ['on', [true, true, true]],
    ['off', [false, false, false]],
    ['last', [true, false, true]],
  ] as const)
    it(`S-OP-15 after a power cut with "${restore}" relays stand so, and the platform knows`, async () => {
      assert.equal((await mode({ mode: restore })).status, 200);
      assert.equal((await rig.act('state')).power_restore_mode, restore);
      for (const [relay, on] of [true, false, true].entries())
        await rig.set(relay, { state: on ? 'on' : 'off' });
      // The flash is written only when relays have stood still for a while: the device tells when.
      await until(
        async () => (await rig.act('state')).saved.join() === 'true,false,true',
        'the flash',
      );
      await rig.act('power_cut');
      await until(async () => !(await rig.admin.get(`/devices/${rig.id}`)).body.online, 'offline');
      await rig.act('power_on');
      await rig.online();
      assert.deepEqual((await rig.act('state')).relays, after);
      const words = after.map((on) => (on ? 'on' : 'off')).join(' ');
      await until(async () => (await rig.states()) === words, 'the states to be known');
    });

  it('a warm restart keeps the relays whatever the mode says', async () => {
    await mode({ mode: 'off' });
    await rig.set(null, { state: 'on' });
    await rig.act('restart');
    await rig.online();
    assert.deepEqual((await rig.act('state')).relays, [true, true, true]);
  });
});

describe('the matrix of inputs', () => {
  const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
  const anyInput = (input: number): fc.Arbitrary<InputConfig> =>
    fc
      .record({
        type: fc.constantFrom('push' as const, 'rocker' as const),
        link: fc.constantFrom('linked' as const, 'unlinked' as const),
        target_relay: maybe(fc.constantFrom<number | 'all'>(0, 1, 2, 3, 'all')),
        rocker_mode: maybe(fc.constantFrom('edge' as const, 'follow' as const)),
        push_mode: maybe(fc.constantFrom('toggle' as const, 'momentary' as const)),
        hold_events: maybe(fc.boolean()),
      })
      .map((rest) => ({ input, ...rest }) as InputConfig);
  const anyConfig: fc.Arbitrary<IoConfig> = fc
    .tuple(anyInput(0), anyInput(1), anyInput(2))
    .map((inputs) => ({ inputs }));

  it('what passes says what each input moves, and no relay has two masters', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        if (configFaults(config, SHAPE).length > 0) return;
        for (const one of config.inputs) {
          assert.equal(one.link === 'linked', one.target_relay !== undefined);
          assert.equal(one.type === 'rocker', one.rocker_mode !== undefined);
          assert.notEqual(one.target_relay, 3);
        }
        for (const one of config.inputs.filter(
          ({ rocker_mode, link }) => rocker_mode === 'follow' && link === 'linked',
        ))
          for (const other of config.inputs)
            if (other !== one && other.link === 'linked')
              assert.ok(other.target_relay !== one.target_relay && other.target_relay !== 'all');
      }),
      { numRuns: 3_000 },
    );
  });

  it('the order of the inputs makes no difference', () => {
    const sorted = (config: IoConfig) => configFaults(config, SHAPE).length > 0;
    fc.assert(
      fc.property(anyConfig, (config) =>
        assert.equal(sorted(config), sorted({ inputs: [...config.inputs].reverse() })),
      ),
    );
  });

  it('the usual configuration passes for every box', () => {
    fc.assert(
      fc.property(fc.nat(32), fc.nat(32), (relays, inputs) => {
        const { io_config } = defaultConfig({ relays, inputs });
        assert.deepEqual(configFaults(io_config, { relays, inputs }), []);
      }),
    );
  });
});
