import { median, quantile } from './figures.ts';

/** Many short rounds: what else a busy machine does falls into few of them, and into those of all alike. */
const ROUNDS = 45;
const ROUND_MS = 5;
/** Who takes longer for one pass than so many rounds' time takes part in fewer of them. */
const LONG = 4;
/** Who is measured runs so long at a stretch before. */
const WARM_MS = 25;

/** Rounds of those that answer later. */
const LATER = 9;

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

/** Nanoseconds a record over interleaved rounds. */
export interface Times {
  readonly median: number;
  /** Of rounds that nothing else disturbed, if there were any: a tenth were not slower. */
  readonly calm: number;
}

/** What each takes, after a warm-up. */
export function race(racers: readonly Racer[]): Times[] {
  const runs = racers.map(({ run, records }) => {
    const loop = ownLoop();
    const spend = (times: number): number => {
      const start = performance.now();
      found += loop(run, records, times);
      return performance.now() - start;
    };
    const times = timesIn(spend);
    const every = times === 1 && spend(1) > LONG * ROUND_MS ? LONG + 1 : 1;
    return { spend, records: records.length, times, every, samples: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const run = runs[(turn + round) % runs.length] as (typeof runs)[number];
      if (round % run.every !== 0) continue;
      run.samples.push((run.spend(run.times) * 1e6) / (run.times * run.records));
    }
  }
  return runs.map(({ samples }) => ({ median: median(samples), calm: quantile(samples, 0.1) }));
}

/** How often the records go through in a round, found out by doubling: this warms up too. */
function timesIn(spend: (times: number) => number): number {
  for (let times = 1; ; times *= 2) {
    const spent = spend(times);
    // A longer time than a round: engines get better until then, and the figure is surer.
    if (spent >= WARM_MS) return Math.max(1, Math.round((times * ROUND_MS) / spent));
  }
}

/** Nanoseconds a record of something that answers later, one after the other. */
export async function raceLater(
  run: (record: unknown) => Promise<unknown>,
  records: readonly unknown[],
): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < LATER; round++) {
    const start = performance.now();
    let count = 0;
    do {
      for (const record of records) if (await run(record)) found++;
      count += records.length;
    } while (performance.now() - start < WARM_MS);
    samples.push(((performance.now() - start) * 1e6) / count);
  }
  return median(samples.slice(2));
}
