import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { crc16, crcAgrees, withCrc } from '../src/modbus/frames.ts';
import { MAP_NAMES } from '../src/modbus/maps.ts';
import { findSocat } from '../src/simulator/pty.ts';
import type { BoardState } from '../src/simulator/types.ts';
import { register, type Simulator, startPlant, startSimulator } from './support.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('frames of Modbus RTU', () => {
  it('agree with the words that boards are known to take', () => {
    // Waveshare's manual: relay 0 on, off; all off.
    assert.equal(hex(withCrc([1, 5, 0, 0, 0xff, 0])), '01050000ff008c3a');
    assert.equal(hex(withCrc([1, 5, 0, 0, 0, 0])), '010500000000cdca');
    assert.equal(crc16(Buffer.from('123456789')), 0x4b37);
    assert.equal(crcAgrees(Buffer.from('01050000ff008c3b', 'hex')), false);
  });
});

for (const kind of ['tcp', 'serial'] as const)
  describe(`relay boards on a bus (${kind === 'tcp' ? 'TCP converter' : 'pseudo-terminal'})`, () => {
    let plant: TestPlatform;
    before(async function () {
      if (kind === 'serial' && findSocat() === undefined) {
        console.log('      not shown: there is no socat on this machine');
        return this.skip();
      }
      plant = await startPlant();
    });
    after(() => plant?.stop());
    let playing: Simulator | undefined;
    afterEach(async () => {
      await playing?.stop();
      playing = undefined;
    });

    async function board(map: string, channels: { relays: number; inputs: number }) {
      const address = map === 'lc-tech' ? 255 : 1;
      const simulator: Simulator = await startSimulator({
        lines: [{ link: { kind }, map, channels, scales: [{ code: 'board', address }] }],
      });
      playing = simulator;
      const link = simulator.ready.scales[0]?.link;
      const device = await register(plant.admin, 'modbus-relay-board', {
        line: { link, map, channels, device: { address }, poll_ms: 30, answer_ms: 1_000 },
      });
      const act = (what: string, more = {}) =>
        simulator.act<BoardState>({ scale: 'board', do: what, ...more });
      const of = async () => (await plant.admin.get(`/devices/${device.id}/relays`)).body;
      const set = (relay: number | null, state: string) =>
        plant.admin.post(`/devices/${device.id}/relays${relay === null ? '' : `/${relay}`}`, {
          state,
        });
      await until(async () => (await of()).online, 'the board to answer');
      await until(async () => !(await of()).states.includes('unknown'), 'its states');
      return { ...device, act, of, set };
    }

    for (const map of MAP_NAMES)
      it(`${map}: one relay and all of them, read back, by the same operations as a switch`, async () => {
        const { set, act, of } = await board(map, { relays: 4, inputs: 0 });
        const one = await set(2, 'on');
        assert.equal(one.status, 200, JSON.stringify(one.body));
        assert.deepEqual(one.body.states, ['off', 'off', 'on', 'off']);
        assert.deepEqual((await act('state')).relays, [false, false, true, false]);
        assert.deepEqual((await set(null, 'on')).body.states, ['on', 'on', 'on', 'on']);
        assert.deepEqual((await set(null, 'off')).body.differing, []);
        assert.deepEqual((await act('state')).relays, [false, false, false, false]);
        assert.equal((await of()).relays[2].source, 'service');
      });

    it('a damaged answer is asked for once more; a silent board is ack_timeout, then offline, then back', async () => {
      const { set, act, of } = await board('waveshare', { relays: 2, inputs: 2 });
      await act('break_crc', { frames: 1 });
      const damaged = await set(0, 'on');
      assert.equal(damaged.status, 200, JSON.stringify(damaged.body));
      await act('silence', { frames: 1000 });
      const { status, body } = await set(0, 'off');
      assert.ok(
        ['ack_timeout', 'device_offline', 'command_expired'].includes(body.error.reason),
        JSON.stringify(body),
      );
      assert.ok([504, 409].includes(status));
      await until(async () => !(await of()).online, 'the board to be offline');
      assert.equal((await set(0, 'off')).body.error.reason, 'device_offline');
      await act('silence', { frames: 0 });
      await until(async () => (await of()).online, 'the board to be back');
      assert.equal((await set(0, 'off')).status, 200);
    });

    it('an input that was pressed when the board went away is pressed anew when it is back: no hold spans what nobody saw', async () => {
      const { act, of, id } = await board('waveshare', { relays: 2, inputs: 2 });
      const kinds = async () =>
        (
          await plant.asOwner<{ kind: string }>(
            "select payload ->> 'kind' as kind from outbox where name = 'relay.input' and payload ->> 'device_id' = $1 order by seq",
            [id],
          )
        ).map(({ kind: word }) => word);
      const active = async () => (await of()).inputs[1].active;
      await act('press', { input: 1 });
      await until(async () => (await kinds()).includes('hold'), 'the hold');
      await act('silence', { frames: 1000 });
      await until(async () => !(await of()).online, 'the board to be offline');
      const before = (await kinds()).length;
      await act('silence', { frames: 0 });
      await until(async () => (await of()).online, 'the board to be back');
      await act('release', { input: 1 });
      await until(async () => !(await active()), 'the input to be seen open');
      await act('press', { input: 1 });
      await until(async () => (await kinds()).length > before, 'the next press');
      assert.equal((await kinds())[before], 'press');
    });

    it('its inputs are events like those of a switch', async () => {
      const { act, id } = await board('waveshare', { relays: 2, inputs: 2 });
      await act('press', { input: 1 });
      const kinds = async () =>
        (
          await plant.asOwner<{ kind: string }>(
            "select payload ->> 'kind' as kind from outbox where name = 'relay.input' and payload ->> 'device_id' = $1 order by seq",
            [id],
          )
        ).map(({ kind: word }) => word);
      await until(async () => (await kinds()).includes('hold'), 'the hold');
      await act('release', { input: 1 });
      await until(async () => (await kinds()).includes('release'), 'the release');
      assert.equal((await kinds())[0], 'press');
    });
  });
