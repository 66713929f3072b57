import assert from 'node:assert/strict';
import fc from 'fast-check';
import { grams, kg, shareOf, splitByWeights, subtractKg, sumKg } from '../src/mass.ts';

const mass = () => fc.integer({ min: 0, max: 100_000_000 });

describe('F-OP-19 masses are whole grams', () => {
  it('every gram survives the way to kilograms and back', () => {
    fc.assert(fc.property(mass(), (value) => assert.equal(grams(kg(value)), value)));
  });

  it('sums and differences are exact where doubles drift', () => {
    assert.equal(sumKg([0.1, 0.2]), 0.3);
    assert.equal(subtractKg(0.3, 0.1), 0.2);
    assert.equal(sumKg(Array.from({ length: 1000 }, () => 0.001)), 1);
  });

  it('refuses what is no mass', () => {
    assert.throws(() => grams(Number.NaN), RangeError);
    assert.throws(() => grams(Number.POSITIVE_INFINITY), RangeError);
  });

  it('a share is rounded half away from zero', () => {
    assert.equal(shareOf(1, 1, 2), 1);
    assert.equal(shareOf(3, 1, 2), 2);
    assert.equal(shareOf(20_500, 7200, 12_000), 12_300);
    assert.throws(() => shareOf(1, 1, 0), RangeError);
  });

  it('a split always sums to the whole, and no part is negative', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(mass(), weights, (total, parts) => {
        const split = splitByWeights(total, parts);
        assert.equal(split.length, parts.length);
        assert.equal(
          split.reduce((sum, part) => sum + part, 0),
          total,
        );
        assert.ok(split.every((part) => part >= 0));
      }),
    );
  });
});
