/**
 * Events a second through outbox → dispatch → action on one node with 10,000 automations loaded: from
 * the commit of an event to its delivery, and to the end of the action that it set off. First at the
 * rate that is asked for, where some of the events set something off; then with every event setting
 * something off, faster and faster until the node can't follow.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { busyness, line, whole } from '../../dsl/bench/support/figures.ts';
import { createLog } from '../src/http/log.ts';
import { configure } from '../src/platform/configuration.ts';
import { ORGANIZATION, startPlatform } from '../src/platform/start.ts';
import { startPostgres } from '../src/postgres/index.ts';
import { ticksPlugin } from './support/ticks.ts';

const AUTOMATIONS = Number(process.env.BENCH_AUTOMATIONS ?? 10_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const RATE = Number(process.env.BENCH_RATE ?? 5_000);
/** One event in so many sets something off. */
const ONE_IN = Number(process.env.BENCH_ONE_IN ?? 100);
const BEAT_MS = 20;
const LIMIT_MS = 250;

const folder = mkdtempSync(join(tmpdir(), 'qoida-bench-'));
// The database runs as a user of its own where this is run as root.
chmodSync(folder, 0o755);
const server = await startPostgres({ dataDir: join(folder, 'server') });
const env = {
  QOIDA_PORT: '0',
  QOIDA_DATA: join(folder, 'platform'),
  NODE_RED: 'false',
  DB_DSN: server.superuserDsn,
  QOIDA_CONFIG: '/nowhere/local.json',
};
const begun = performance.now();
const platform = await startPlatform({
  configuration: await configure(env, [ticksPlugin(folder, AUTOMATIONS)]),
  version: 'bench',
  demo: false,
  log: createLog({ level: 'error', readable: true }),
  progress: () => undefined,
});
const { db } = platform;
console.log(
  line('', 'offered /s', 'delivered /s', 'p95 delivered', 'actions /s', 'p95 done', 'CPU of node'),
);

/** Puts events into the outbox at a rate; every `oneIn`-th has a code that a rule listens to. */
async function feed(rate: number, seconds: number, oneIn: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let owed = 0;
  let fed = 0;
  for (let last = performance.now(); last < end; ) {
    await sleep(BEAT_MS);
    const now = performance.now();
    owed += ((now - last) * rate) / 1000;
    last = now;
    const count = Math.floor(owed);
    owed -= count;
    const from = fed;
    fed += count;
    if (count === 0) continue;
    await db.transaction(ORGANIZATION, (tx) =>
      tx.sql(
        `with events as (
           insert into outbox (lane, stream, name, payload, actor)
           select n % 8, 'tick:' || n % 64, 'bench.ticked',
             jsonb_build_object('value', n % 10, 'code',
               case when n % ? = 0 then 'c' || (n / ?) % ? else 'none' || n % 1000 end),
             '{"kind": "system", "name": "bench", "roles": []}'
           from generate_series(?::int, ?::int) as n)
         select pg_notify('qoida_outbox', ?)`,
        [oneIn, oneIn, AUTOMATIONS, from, from + count - 1, ORGANIZATION],
      ),
    );
  }
  return fed;
}

interface Figures {
  readonly delivered: number;
  readonly deliveredMs: number;
  readonly actions: number;
  readonly doneMs: number;
  readonly seconds: number;
}

async function figures(): Promise<Figures> {
  const [row] = await db.transaction(ORGANIZATION, (tx) =>
    tx.sql<{ delivered: number; deliveredMs: number; actions: number; doneMs: number; s: number }>(
      `select count(*) as delivered,
         1000 * percentile_cont(0.95) within group (order by extract(epoch from o.delivered_at - o.created_at))
           as "deliveredMs",
         (select count(*) from rule_actions) as actions,
         (select 1000 * percentile_cont(0.95) within group (order by extract(epoch from a.finished_at - a.meant_at))
          from rule_actions a) as "doneMs",
         extract(epoch from greatest(max(o.delivered_at), (select max(finished_at) from rule_actions))
           - min(o.created_at)) as s
       from outbox o where o.name = 'bench.ticked' and o.delivered_at is not null`,
    ),
  );
  if (row === undefined) throw new Error('no figures');
  return { ...row, seconds: row.s };
}

/** Waits until nothing is left to do; false when that takes too long. */
async function emptied(): Promise<boolean> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    const [row] = await db.read(ORGANIZATION, (tx) =>
      tx.sql<{ left: number }>(
        `select (select count(*) from outbox where delivered_at is null)
           + (select count(*) from rule_runs where status = 'running') as left`,
      ),
    );
    if (row?.left === 0) return true;
    await sleep(200);
  }
  return false;
}

async function forget(): Promise<void> {
  await db.transaction(ORGANIZATION, async (tx) => {
    await tx.sql('delete from rule_actions');
    await tx.sql('delete from rule_runs');
    await tx.sql('delete from outbox');
  });
}

async function round(title: string, rate: number, seconds: number, oneIn: number) {
  await forget();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const fed = await feed(rate, seconds, oneIn);
  const all = await emptied();
  const used = process.cpuUsage(cpu);
  const share = (used.user + used.system) / 10 / (performance.now() - start);
  const seen = await figures();
  const figure = (ms: number) => `${(ms ?? Number.NaN).toFixed(0)} ms`;
  console.log(
    line(
      title,
      whole(fed / seconds),
      whole(seen.delivered / seen.seconds),
      figure(seen.deliveredMs),
      whole(seen.actions / seen.seconds),
      figure(seen.doneMs),
      `${share.toFixed(0)} %`,
    ),
  );
  return all && Math.max(seen.deliveredMs, seen.doneMs) < LIMIT_MS;
}

try {
  const loaded = `${whole(AUTOMATIONS)} automations, started in ${((performance.now() - begun) / 1000).toFixed(1)} s`;
  console.log(`  ${loaded}; ${busyness()}`);
  await round('warm', 500, 3, 100);
  await round(`one in ${ONE_IN} acts`, RATE, SECONDS, ONE_IN);
  for (let rate = Number(process.env.BENCH_FROM ?? 100); rate <= 6_400; rate *= 2)
    if (!(await round('every one acts', rate, Math.min(10, SECONDS), 1))) break;
  console.log(`\n  p95 from the event's commit; the aim is under ${LIMIT_MS} ms; ${busyness()}`);
} finally {
  await platform.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
