import assert from 'node:assert/strict';
import { deviceModel, integer, json, text } from '@qoida/core';
import fc from 'fast-check';
import { BoundedReadings } from '../../src/devices/drivers/bounded-readings.ts';
import { type DrivenDevice, linesOf } from '../../src/devices/drivers/lines.ts';
import { seqSource } from '../../src/devices/drivers/seq.ts';

const model = deviceModel({
  vendor: 'test',
  model: 'bus-scale',
  title: 'test',
  type: 'scale',
  transports: ['tcp'],
  settings: { protocol: text(), link: json(), poll_ms: integer({ min: 20 }).default(100) },
  driver: new URL('./fixtures/steady.ts', import.meta.url),
});
const device = (code: string, line: object, more: Partial<DrivenDevice> = {}): DrivenDevice => ({
  id: `id-${code}`,
  code,
  driver_model: 'bus-scale',
  division_kg: 0.005,
  line: line as DrivenDevice['line'],
  ...more,
});
const tcp = (port: number) => ({ protocol: 'x', link: { kind: 'tcp', host: 'h', port } });

describe('lines of devices', () => {
  it('devices with one link share a line, each with its own settings', () => {
    const { lines, misfits } = linesOf(
      [
        device('a', { ...tcp(1), device: { address: 1 } }),
        device(
          'b',
          { link: { port: 1, host: 'h', kind: 'tcp' }, protocol: 'x', device: { address: 2 } },
          { division_kg: null },
        ),
        device('c', tcp(2)),
      ],
      [model],
    );
    assert.deepEqual(misfits, []);
    assert.deepEqual(
      lines.map((line) => line.devices.map(({ code }) => code)),
      [['a', 'b'], ['c']],
    );
    assert.deepEqual(lines[0]?.config, {
      ...tcp(1),
      devices: [
        { code: 'a', division_kg: 0.005, address: 1 },
        { code: 'b', address: 2 },
      ],
    });
  });

  const MISFITS: [string, DrivenDevice[], RegExp][] = [
    [
      'no plugin has the driver',
      [device('a', tcp(1), { driver_model: 'other' })],
      /no plugin drives "other"/,
    ],
    [
      'two devices set one line differently',
      [device('a', tcp(1)), device('b', { ...tcp(1), poll_ms: 50 })],
      /a and b share a line/,
    ],
    ['a setting is wrong', [device('a', { ...tcp(1), poll_ms: 1 })], /poll_ms/],
    ['a setting is unknown', [device('a', { ...tcp(1), speed: 1 })], /speed/],
    [
      'there is no address',
      [device('a', { protocol: 'x', link: { kind: 'tcp' } })],
      /no path or host/,
    ],
  ];
  for (const [what, devices, reason] of MISFITS) {
    it(`says so when ${what}, and the other lines run`, () => {
      const { lines, misfits } = linesOf([...devices, device('z', tcp(9))], [model]);
      assert.deepEqual(
        lines.map((line) => line.devices[0]?.code),
        ['z'],
      );
      assert.deepEqual(
        misfits.map(({ code }) => code),
        devices.map(({ code }) => code),
      );
      for (const misfit of misfits) assert.match(misfit.reason, reason);
    });
  }

  it('devices without an address are wires of their own, unless a bus joins them', () => {
    const open = { protocol: 'x', link: { kind: 'tcp' } };
    const devices = [
      device('a', open),
      device('b', open),
      device('c', { ...open, bus: 'k' }),
      device('d', { ...open, bus: 'k' }),
    ];
    const links: Record<string, number> = { a: 1, b: 2, c: 3, d: 3 };
    const { lines } = linesOf(devices, [model], ({ code }) => ({
      kind: 'tcp',
      host: 'h',
      port: links[code],
    }));
    assert.deepEqual(
      lines.map((line) => line.devices.map(({ code }) => code)),
      [['a'], ['b'], ['c', 'd']],
    );
    assert.ok(lines.every(({ config }) => !('bus' in config)));
  });
});

describe('numbers of readings', () => {
  it('F-OP-56 grow over a restart, also when the clock went back', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    const next = seqSource(at, new Map());
    const given = [next('a'), next('a'), next('b')];
    assert.deepEqual(
      given,
      [0, 1, 0].map((add) => Math.floor(at.getTime() / 1000) * 2 ** 20 + add),
    );
    const earlier = seqSource(
      new Date(at.getTime() - 3_600_000),
      new Map([['a', given[1] as number]]),
    );
    assert.equal(earlier('a'), (given[1] as number) + 1);
    const later = seqSource(new Date(at.getTime() + 1000), new Map([['a', given[1] as number]]));
    assert.ok(later('a') > (given[1] as number));
    assert.ok(Number.isSafeInteger(seqSource(new Date('2200-01-01'), new Map())('a')));
  });
});

describe('bounded buffer of readings', () => {
  it('F-SEC-10 never holds more than its limit, gives up the oldest unstable first, and counts each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (limit, stabilities) => {
          const buffer = new BoundedReadings<{ stable: boolean; n: number }>(limit);
          let kept: { stable: boolean; n: number }[] = [];
          const dropped = { unstable: 0, stable: 0 };
          for (const [n, stable] of stabilities.entries()) {
            if (kept.length === limit) {
              const victim = kept.find((reading) => !reading.stable) ?? kept[0];
              kept = kept.filter((reading) => reading !== victim);
              dropped[victim?.stable ? 'stable' : 'unstable'] += 1;
            }
            kept.push({ stable, n });
            buffer.push({ stable, n });
          }
          assert.deepEqual(buffer.takeDropped(), dropped);
          assert.deepEqual(buffer.peek(limit), kept);
          assert.deepEqual(buffer.takeDropped(), { unstable: 0, stable: 0 });
        },
      ),
    );
  });

  it('keeps its place right when a part is taken out', () => {
    const buffer = new BoundedReadings<{ stable: boolean }>(3);
    const all = [false, true, false].map((stable) => ({ stable }));
    for (const reading of all) buffer.push(reading);
    buffer.remove(buffer.peek(1));
    buffer.push({ stable: true });
    buffer.push({ stable: true });
    assert.deepEqual(buffer.takeDropped(), { unstable: 1, stable: 0 });
    assert.deepEqual(
      buffer.takeAll().map(({ stable }) => stable),
      [true, true, true],
    );
  });
});
