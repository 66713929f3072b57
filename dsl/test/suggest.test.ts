import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nearest } from '../src/source/suggest.ts';

/** Changes, omissions, additions and swaps of neighbours, by the whole table. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(i - 2, j - 2) + 1
          : 99;
      (rows[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped);
    }
  return at(a.length, b.length);
}

const word = fc.string({ unit: fc.constantFrom(...'abcdJ_1'), minLength: 1, maxLength: 14 });

describe('the nearest name', () => {
  it('is one of those with the fewest changes, where these are few', () => {
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 12 }), (name, known) => {
        const far = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
        const least = Math.min(...known.map(far));
        const found = nearest(name, known);
        const near = least <= Math.max(1, Math.floor(name.length * 0.4));
        assert.equal(found === undefined ? undefined : far(found), near ? least : undefined);
      }),
      { numRuns: 3_000 },
    );
  });

  it('costs as many names as were looked at', () => {
    const looking = { left: 10 };
    assert.equal(nearest('abcd', ['xyz', 'abcde', 'abd'], looking), 'abcde');
    assert.equal(looking.left, 7);
  });
});
