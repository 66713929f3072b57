import { median } from './figures.ts';

const ROUNDS = 9;
const ROUND_MS = 25;

/** Something that answers a record: its loop is its own, so that no racer spoils another's. */
export interface Racer {
  readonly name: string;
  readonly records: readonly unknown[];
  readonly run: (record: never) => unknown;
}

type Loop = (run: (record: never) => unknown, records: readonly unknown[], times: number) => number;

let loops = 0;
/**
 * A loop over the records. Each has its own text: an engine shares what it learns of a loop among
 * all that have the same text, and then judges each racer by the company it keeps.
 */
const ownLoop = (): Loop =>
  new Function(
    'run',
    'records',
    'times',
    `const loop = ${loops++};
    let found = 0;
    const length = records.length;
    for (let time = 0; time < times; time++) {
      for (let i = 0; i < length; i++) if (run(records[i])) found++;
    }
    return found;`,
  ) as Loop;

/** What the loops found, kept so that no work can be left out as useless. */
export let found = 0;

/** Nanoseconds a record, medians of interleaved rounds after a warm-up. */
export function race(racers: readonly Racer[]): number[] {
  const runs = racers.map(({ run, records }) => {
    const loop = ownLoop();
    const spend = (times: number): number => {
      const start = performance.now();
      found += loop(run, records, times);
      return performance.now() - start;
    };
    return { spend, records: records.length, times: timesIn(spend), samples: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const run = runs[(turn + round) % runs.length] as (typeof runs)[number];
      run.samples.push((run.spend(run.times) * 1e6) / (run.times * run.records));
    }
  }
  return runs.map(({ samples }) => median(samples));
}

/** How often the records go through in a round, found out by doubling: this warms up too. */
function timesIn(spend: (times: number) => number): number {
  for (let times = 1; ; times *= 2) {
    const spent = spend(times);
    if (spent >= ROUND_MS) return Math.max(1, Math.round((times * ROUND_MS) / spent));
  }
}

/** Nanoseconds a record of something that answers later, one after the other. */
export async function raceLater(
  run: (record: unknown) => Promise<unknown>,
  records: readonly unknown[],
): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let count = 0;
    do {
      for (const record of records) if (await run(record)) found++;
      count += records.length;
    } while (performance.now() - start < ROUND_MS);
    samples.push(((performance.now() - start) * 1e6) / count);
  }
  return median(samples.slice(2));
}
