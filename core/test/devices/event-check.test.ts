import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkEvent, checkEvents } from '../../src/devices/event-check.ts';

const GOOD = { seq: 1, ts_device: '2025-08-28T10:14:37Z', gross_kg: 20.52, stable: true };
const fault = (change: object) => checkEvent({ ...GOOD, ...change }, 'scale');

describe('check of events', () => {
  it('F-ALG-02 keeps a good event and what came beside it', () => {
    assert.deepEqual(checkEvent(GOOD, 'scale'), {
      seq: 1,
      ts_device: new Date('2025-08-28T10:14:37Z'),
      gross_kg: 20.52,
      length_m: null,
      stable: true,
      raw: JSON.stringify(GOOD),
    });
    const framed = checkEvent({ ...GOOD, raw: '022b' }, 'scale');
    assert.equal(typeof framed === 'object' && framed.raw, '022b');
  });

  const FAULTS: [string, object, string][] = [
    ['a negative seq', { seq: -1 }, 'seq_invalid'],
    ['a broken seq', { seq: 1.5 }, 'seq_invalid'],
    ['a seq beyond 2^53', { seq: 2 ** 53 }, 'seq_invalid'],
    ['a seq in quotes', { seq: '1' }, 'seq_invalid'],
    ['a day that is none', { ts_device: '2025-02-30T00:00:00Z' }, 'ts_device_invalid'],
    ['a time without zone', { ts_device: '2025-08-28T10:14:37' }, 'ts_device_invalid'],
    ['a time as a number', { ts_device: 1756376077 }, 'ts_device_invalid'],
    ['a negative weight', { gross_kg: -0.001 }, 'gross_kg_invalid'],
    ['no weight', { gross_kg: undefined }, 'gross_kg_invalid'],
    ['a weight in quotes', { gross_kg: '20.52' }, 'gross_kg_invalid'],
    ['an endless weight', { gross_kg: Number.POSITIVE_INFINITY }, 'gross_kg_invalid'],
    ['a weight that no column holds', { gross_kg: 1e12 }, 'gross_kg_invalid'],
    ['four decimals (F-OP-19)', { gross_kg: 20.5201 }, 'gross_kg_decimals'],
    ['a length beside the weight', { length_m: 1 }, 'value_unexpected'],
    ['no stability', { stable: undefined }, 'stable_invalid'],
    ['stability as a word', { stable: 'true' }, 'stable_invalid'],
    ['a NUL in raw', { raw: 'a\0' }, 'raw_invalid'],
  ];
  for (const [what, change, reason] of FAULTS) {
    it(`F-ALG-02 rejects ${what}`, () => assert.equal(fault(change), reason));
  }

  it('F-OP-18 takes metres of a length counter, and of a scale not', () => {
    const { gross_kg: _, stable: __, ...rest } = GOOD;
    const counted = checkEvent({ ...rest, length_m: 120.55 }, 'length_counter');
    assert.ok(
      typeof counted === 'object' &&
        counted.length_m === 120.55 &&
        counted.gross_kg === null &&
        counted.stable,
    );
    assert.equal(checkEvent({ ...rest, length_m: 120.555 }, 'length_counter'), 'length_m_decimals');
    assert.equal(checkEvent(GOOD, 'length_counter'), 'value_unexpected');
  });

  it('F-ALG-02 tells the place and the reason of each that it rejects', () => {
    const { valid, rejected } = checkEvents([GOOD, null, [], { ...GOOD, seq: -1 }], 'scale');
    assert.equal(valid.length, 1);
    assert.deepEqual(rejected, [
      { index: 1, reason: 'not_an_object' },
      { index: 2, reason: 'not_an_object' },
      { index: 3, reason: 'seq_invalid' },
    ]);
  });

  it('F-OP-19 takes every weight of whole grams and nothing finer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (grams) => {
        const kg = Number((grams / 1000).toFixed(3));
        assert.equal(typeof fault({ gross_kg: kg }), 'object');
        assert.equal(fault({ gross_kg: Number((kg + 0.0004).toFixed(4)) }), 'gross_kg_decimals');
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), (value) => void checkEvents([value], 'scale')));
  });
});
