import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { ApiError } from '../src/data/errors.ts';
import { createPace } from '../src/data/pace.ts';

const tooMany = (seconds?: number) =>
  new ApiError(429, { error: { code: 'rate_limited', reason: 'rate_limited' } }, seconds);

/** A clock that the test moves, and what was told of waiting. */
function desk() {
  let now = 1_000_000;
  let planned: { work: () => void; at: number } | undefined;
  const told: (number | undefined)[] = [];
  const pace = createPace({
    now: () => now,
    later: (work, ms) => {
      const mine = { work, at: now + ms };
      planned = mine;
      return () => {
        if (planned === mine) planned = undefined;
      };
    },
    onWait: (until) => told.push(until === undefined ? undefined : (until - 1_000_000) / 1000),
  });
  return {
    pace,
    told,
    async pass(seconds: number) {
      now += seconds * 1000;
      if (planned !== undefined && planned.at <= now) {
        const { work } = planned;
        planned = undefined;
        work();
      }
      await settled();
    },
  };
}

/** Refuses what is asked until told otherwise, and counts. */
function platform() {
  const state = { asked: 0, refuses: undefined as ApiError | undefined };
  const ask = async () => {
    state.asked++;
    if (state.refuses !== undefined) throw state.refuses;
    return state.asked;
  };
  return { state, ask };
}

describe('F-SEC-09 reads at the pace that the platform lets', () => {
  it('waits as long as it says and asks again', async () => {
    const { pace, told, pass } = desk();
    const { state, ask } = platform();
    state.refuses = tooMany(40);
    const read = pace.read('/sessions', ask);
    await settled();
    state.refuses = undefined;
    await pass(39);
    assert.equal(state.asked, 1);
    await pass(1);
    assert.equal(await read, 2);
    assert.deepEqual(told, [40, undefined]);
  });

  it('what others would read waits unasked; the same is asked once', async () => {
    const { pace, told, pass } = desk();
    const { state, ask } = platform();
    state.refuses = tooMany(10);
    const first = pace.read('/sessions', ask);
    await settled();
    const later = [pace.read('/gates', ask), pace.read('/gates', ask), pace.read('/gates', ask)];
    await pass(5);
    assert.equal(state.asked, 1);
    state.refuses = undefined;
    await pass(5);
    await first;
    assert.equal(new Set(await Promise.all(later)).size, 1);
    assert.equal(state.asked, 3);
    assert.deepEqual(told, [10, undefined]);
    assert.equal(await pace.read('/gates', ask), 4);
  });

  it('waits longer when it is told so, and again when it is refused again', async () => {
    const { pace, told, pass } = desk();
    const { state, ask } = platform();
    state.refuses = tooMany(10);
    const read = pace.read('/a', ask);
    await settled();
    await pass(10);
    assert.equal(state.asked, 2);
    state.refuses = undefined;
    await pass(10);
    assert.equal(await read, 3);
    assert.deepEqual(told, [10, undefined, 20, undefined]);
  });

  it('passes every other refusal on, and one that doesn’t say how long', async () => {
    const { pace, told } = desk();
    const { state, ask } = platform();
    for (const refusal of [
      tooMany(),
      new ApiError(404, undefined),
      new ApiError(503, undefined, 5),
    ]) {
      state.refuses = refusal;
      await assert.rejects(pace.read('/a', ask), refusal);
    }
    assert.deepEqual(told, []);
  });

  it('ends the waiting of whoever doesn’t want it any more, and of nobody else', async () => {
    const { pace, pass } = desk();
    const { state, ask } = platform();
    state.refuses = tooMany(10);
    const gone = new AbortController();
    const [left, stays] = [pace.read(undefined, ask, gone.signal), pace.read('/b', ask)];
    const rejected = assert.rejects(left, { name: 'AbortError' });
    await settled();
    gone.abort();
    await rejected;
    state.refuses = undefined;
    await pass(10);
    assert.equal(await stays, 3);
  });
});
