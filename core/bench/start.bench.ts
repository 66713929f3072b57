/**
 * From the command to "ready": with an empty folder and with one that was used before, by main.ts
 * itself and through tools/start.mjs as `npm start` has it. Node-RED runs, as it does by default.
 */
import { join } from 'node:path';
import { busyness, line, median, timed } from '../../dsl/bench/support/figures.ts';
import { Bench, noServerIn } from '../../test/support/running.ts';

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const TARGET_S = 3;

const bench = new Bench();

interface Way {
  readonly name: string;
  readonly starter: boolean;
  readonly demo: boolean;
}

const WAYS: readonly Way[] = [
  { name: 'main.ts', starter: false, demo: false },
  { name: 'main.ts --demo', starter: false, demo: true },
  { name: 'npm start', starter: true, demo: false },
  { name: 'npm start -- --demo', starter: true, demo: true },
];

/** Seconds until it says that it is ready; then it is stopped. */
async function start(dataDir: string, { starter, demo }: Way): Promise<number> {
  const platform = bench.starts(dataDir, { starter, demo, env: { NODE_RED: 'true' } });
  const ms = await timed(() => platform.ready());
  const code = await platform.stops();
  if (code !== 0) throw new Error(`it ended with ${code}:\n${platform.said}`);
  await noServerIn(dataDir);
  return ms / 1000;
}

try {
  // Once aside: compiled code is cached, and the web app is built when it isn't yet.
  await start(join(bench.folder(), 'data'), WAYS[2] as Way);
  console.log(line('', 'empty folder s', 'used folder s', `under ${TARGET_S} s`));
  for (const way of WAYS) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const dataDir = join(bench.folder(), 'data');
      cold.push(await start(dataDir, way));
      warm.push(await start(dataDir, way));
    }
    const [first, second] = [median(cold), median(warm)];
    const verdict = second < TARGET_S ? 'reached' : 'MISSED';
    console.log(line(way.name, first.toFixed(2), second.toFixed(2), verdict));
  }
  console.log(
    `\n  medians of ${RUNS} runs; a used folder is the second start on it; ${busyness()}`,
  );
} finally {
  await bench.tidies();
}
