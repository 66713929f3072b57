import assert from 'node:assert/strict';
import { retryDelay } from '../src/data/retry.ts';

describe('coming back after a break', () => {
  it('waits longer each time, up to a bound, never at once', () => {
    const middle = [0, 1, 2, 3, 10, 100].map((attempt) => retryDelay(attempt, () => 0.5));
    assert.deepEqual(middle, [500, 1000, 2000, 4000, 10_000, 10_000]);
  });
  it('spreads the screens of a plant', () => {
    assert.equal(
      retryDelay(1, () => 0),
      750,
    );
    assert.ok(retryDelay(1, () => 0.999) < 1250);
  });
});
