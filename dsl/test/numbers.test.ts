import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileExpression } from '../src/index.ts';
import { compareValues, sameKey } from '../src/values/compare.ts';
import { isZero, near, roundTo, steps, sum, TOLERANCE } from '../src/values/numbers.ts';

const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
const grams = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 });

/** A double as a whole number of 2⁻¹⁰⁷⁴: sums of these are exact. */
function exact(x: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const mantissa = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const whole = exponent === 0 ? mantissa : (mantissa | (1n << 52n)) << BigInt(exponent - 1);
  return x < 0 ? -whole : whole;
}
const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);

describe('numbers', () => {
  it('are equal within 1e-12 of the larger of 1 and the two', () => {
    fc.assert(
      fc.property(double, fc.double({ min: -2, max: 2, noNaN: true }), (a, share) => {
        const limit = TOLERANCE * Math.max(1, Math.abs(a));
        const b = a + share * limit;
        if (Math.abs(Math.abs(a - b) - limit) < 1e-3 * limit) return;
        assert.equal(near(a, b), Math.abs(a - b) < limit, `${a} ${b}`);
        assert.equal(near(a, b), near(b, a));
      }),
    );
    assert.ok(near(0.1 + 0.2, 0.3) && isZero(0.1 + 0.2 - 0.3) && !near(1, 1.000000000002));
  });

  it('are less, equal or greater: exactly one of them', () => {
    const equality = fc.constantFrom(
      { mode: 'near' } as const,
      { mode: 'step', step: 0.001 } as const,
    );
    fc.assert(
      fc.property(double, double, equality, (a, b, how) => {
        const is = (op: 'eq' | 'lt' | 'le' | 'ne', x: number, y: number): boolean =>
          compareValues(op, how, x, y);
        const outcomes = [is('lt', a, b), is('eq', a, b), is('lt', b, a)].filter(Boolean);
        assert.equal(outcomes.length, 1);
        assert.equal(is('le', a, b), is('lt', a, b) || is('eq', a, b));
        assert.equal(is('ne', a, b), !is('eq', a, b));
      }),
    );
  });

  it('kept in steps compare as whole steps, whatever bits they came by', () => {
    fc.assert(
      fc.property(grams, grams, fc.integer({ min: -1000, max: 1000 }), (a, b, apart) => {
        const kg = a / 1000 + b / 1000;
        assert.equal(steps(kg, 0.001), a + b);
        const other = (a + b + apart) / 1000;
        assert.equal(compareValues('lt', { mode: 'step', step: 0.001 }, kg, other), apart > 0);
        assert.equal(sameKey(kg, other, 0.001), apart === 0);
      }),
      { numRuns: 2_000 },
    );
    assert.equal(sameKey(0.1 + 0.2, 0.3, undefined), false);
  });

  it('round to the nearest step, half away from zero', () => {
    const step = fc.constantFrom(0.001, 0.01, 0.25, 1, 5, 60, 1000);
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), step, (k, by) => {
        assert.equal(roundTo(k * by, by, 'round'), roundTo(k * by, by, 'floor'));
        const whole = roundTo(k * by, by, 'round');
        assert.ok(near(whole, k * by));
        const half = (k + (k < 0 ? -0.5 : 0.5)) * by;
        assert.ok(
          near(roundTo(half, by, 'round'), (k + (k < 0 ? -1 : 1)) * by),
          `${half} by ${by}`,
        );
        assert.ok(near(roundTo(half, by, 'floor'), Math.floor(half / by) * by));
        assert.ok(near(roundTo(half, by, 'ceil'), Math.ceil(half / by) * by));
        assert.equal(roundTo(-half, by, 'round'), -roundTo(half, by, 'round') + 0);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(Object.is(roundTo(-0.4, 1, 'round'), 0), 'no negative zero');
    for (const by of [0, -1, NaN]) assert.ok(Number.isNaN(roundTo(1, by, 'round')));
  });

  it('floor one per cent of every gram up to 500 kg, where a plain floor is wrong 627 times', () => {
    const limit = compileExpression('floor(1% of input_kg, 1 g)', { input_kg: 'kg' });
    let plainWrong = 0;
    for (let whole = 0; whole < 500_000; whole++) {
      const input_kg = whole / 1000;
      const expected = Math.trunc(whole / 100) / 1000;
      const found = limit.evaluate({ input_kg });
      if (found !== expected) assert.fail(`${whole} g: ${String(found)} for ${expected}`);
      if (Math.floor((input_kg * 0.01) / 0.001) / 1000 !== expected) plainWrong++;
    }
    assert.equal(plainWrong, 627);
  });

  it('sum nearly exactly, in any order', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e200, max: 1e200 }), { maxLength: 50 });
    fc.assert(
      fc.property(values, (xs) => {
        const total = xs.reduce((all, x) => all + exact(x), 0n);
        const size = xs.reduce((all, x) => all + magnitude(exact(x)), 0n);
        const off = magnitude(exact(sum(xs)) - total);
        // Neumaier: off by one rounding of the sum, and by n²ε² of the sum of the sizes.
        const allowed = (magnitude(total) >> 52n) + ((size * 5_000n) >> 104n);
        assert.ok(off <= allowed, `${sum(xs)}`);
      }),
      { numRuns: 1_000 },
    );
    assert.equal(sum([1e16, 1, -1e16]), 1);
    assert.equal(sum([]), 0);
  });
});
