import { median } from './figures.ts';

const ROUNDS = 9;
const ROUND_MS = 60;

/** What the loops found; kept so that no work can be left out as useless. */
export let found = 0;

/** Nanoseconds a call of each work: medians of rounds in changing order, after a warm-up. */
export function nanosecondsEach(works: readonly (() => boolean)[]): number[] {
  const counts = works.map((work) => callsIn(work, ROUND_MS));
  const samples: number[][] = works.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < works.length; turn += 1) {
      const index = (turn + round) % works.length;
      const count = counts[index] as number;
      samples[index]?.push((spend(works[index] as () => boolean, count) * 1e6) / count);
    }
  }
  return samples.map(median);
}

/** How many calls fill the time, found out by doubling: this warms the work up too. */
function callsIn(work: () => boolean, ms: number): number {
  for (let count = 1_000; ; count *= 2) {
    const spent = spend(work, count);
    if (spent >= ms) return Math.max(1, Math.round((count * ms) / spent));
  }
}

function spend(work: () => boolean, count: number): number {
  const start = performance.now();
  let hits = 0;
  for (let call = 0; call < count; call += 1) if (work()) hits += 1;
  found += hits;
  return performance.now() - start;
}
