/**
 * Readings a second that are durable when they are acknowledged: through the platform's HTTP door,
 * through its ingest alone, and as raw inserts with `pg` into the same two tables of the same
 * database. All in one run, in changing order; medians of the rounds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busyness, line, median, quantile, timed, whole } from '../../dsl/bench/support/figures.ts';
import { Bench } from '../../test/support/running.ts';
import { APP_ROLE, appConfig } from '../src/data/roles.ts';
import { checkEvents, type ScaleEvent } from '../src/devices/event-check.ts';
import { createIngest } from '../src/devices/index.ts';
import { configure } from '../src/platform/configuration.ts';
import { openPlatformDatabase } from '../src/platform/database.ts';
import { ORGANIZATION } from '../src/platform/start.ts';
import { startPostgres } from '../src/postgres/index.ts';
import { DoorClient, sign } from './support/door.ts';
import { Peer, type PeerStyle } from './support/peer.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const LANES = 8;
const BATCH = 500;
const BATCHES_A_LANE = 6;
const SINGLES_A_LANE = 100;
const TARGET = 0.5;

interface Lane {
  readonly id: string;
  readonly code: string;
  readonly secret: string;
  seq: number;
}

const silent = { debug() {}, info() {}, warn: console.error, error: console.error };
const bench = new Bench();
const dataDir = bench.folder();
const server = await startPostgres({ dataDir: join(dataDir, 'server') });
const env = { DB_DSN: server.superuserDsn, INGEST_RATE_LIMIT_RPM: '100000000' };
const platform = bench.starts(join(dataDir, 'platform'), { env });
const admin = await platform.client();
const { DB_APP_PASSWORD } = JSON.parse(
  readFileSync(join(dataDir, 'platform', 'secrets.json'), 'utf8'),
) as { DB_APP_PASSWORD: string };

const lanes: Lane[] = [];
for (let index = 1; index <= LANES; index += 1) {
  const made = await admin.post('/devices', { code: `bench-${index}`, device_type: 'scale' });
  lanes.push({ id: made.body.id, code: made.body.code, secret: made.body.secret, seq: 0 });
}
const door = new DoorClient(await platform.ready(), LANES);
const peer = await Peer.connect(
  appConfig(server.superuserDsn, DB_APP_PASSWORD),
  LANES,
  ORGANIZATION,
);
const configuration = await configure({ ...env, QOIDA_CONFIG: '/nowhere/local.json' });
const opened = await openPlatformDatabase({
  settings: configuration.settings,
  dataDir: join(dataDir, 'platform'),
  appPassword: DB_APP_PASSWORD,
  plugins: configuration.plugins,
  records: [],
  log: silent,
  progress: () => undefined,
});
const ingest = createIngest({
  db: opened.db,
  settings: configuration.settings,
  log: silent,
  now: () => new Date(),
});

/** The next events of a device, as a gateway words them. */
function words(lane: Lane, count: number) {
  return Array.from({ length: count }, () => {
    lane.seq += 1;
    const gross_kg = (20_000 + (lane.seq % 1000)) / 1000;
    return { seq: lane.seq, ts_device: new Date().toISOString(), gross_kg, stable: true };
  });
}

/** The same, checked: what ingest and peer get. The raw text is kept by all three. */
const events = (lane: Lane, count: number): readonly ScaleEvent[] =>
  checkEvents(words(lane, count), 'scale').valid;

/** Prepares one piece of work a lane and turn, then lets the lanes work side by side. */
async function measure<Work>(
  turns: number,
  prepare: (lane: Lane) => Work,
  store: (work: Work, lane: Lane, index: number) => Promise<unknown>,
): Promise<{ ms: number; each: number[] }> {
  const prepared = lanes.map((lane) => Array.from({ length: turns }, () => prepare(lane)));
  const each: number[] = [];
  const ms = await timed(() =>
    Promise.all(
      lanes.map(async (lane, index) => {
        for (const work of prepared[index] ?? [])
          each.push(await timed(() => store(work, lane, index)));
      }),
    ),
  );
  return { ms, each };
}

type Way = 'http' | 'ingest' | PeerStyle;
const WAYS: readonly Way[] = ['http', 'ingest', 'values', 'unnest'];
const NAMES: Readonly<Record<Way, string>> = {
  http: 'platform over HTTP, HMAC',
  ingest: 'platform, ingest.submit',
  values: 'raw pg, two inserts, values',
  unnest: 'raw pg, two inserts, unnest',
};

function run(way: Way, turns: number, size: number) {
  if (way === 'http') {
    return measure(
      turns,
      (lane) => sign(lane.code, lane.secret, words(lane, size)),
      (body) => door.post(body),
    );
  }
  if (way === 'ingest') {
    return measure(
      turns,
      (lane) => events(lane, size),
      (batch, lane) => ingest.submit(lane.id, ORGANIZATION, batch, { receivedAt: new Date() }),
    );
  }
  return measure(
    turns,
    (lane) => events(lane, size),
    (batch, lane, index) => peer.insert(index, lane.id, batch, way),
  );
}

async function compare(title: string, turns: number, size: number): Promise<Map<Way, number>> {
  const rates = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
  const each = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
  for (const way of WAYS) await run(way, turns, size); // warm: plans, caches, connections
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = WAYS.map((_, index) => WAYS[(index + round) % WAYS.length] as Way);
    for (const way of round % 2 === 0 ? order : order.toReversed()) {
      const result = await run(way, turns, size);
      rates.get(way)?.push((LANES * turns * size * 1000) / result.ms);
      each.get(way)?.push(...result.each);
    }
  }
  const medians = new Map(WAYS.map((way) => [way, median(rates.get(way) ?? [])]));
  const best = Math.max(medians.get('values') ?? 0, medians.get('unnest') ?? 0);
  console.log(`\n${title}; ${LANES} at once, medians of ${ROUNDS} rounds`);
  console.log(line('', 'events/s', 'of the peer', 'p50 ms', 'p95 ms'));
  for (const way of WAYS) {
    const rate = medians.get(way) ?? 0;
    const all = each.get(way) ?? [];
    const [p50, p95] = [quantile(all, 0.5), quantile(all, 0.95)].map((ms) => ms.toFixed(1));
    console.log(line(NAMES[way], whole(rate), (rate / best).toFixed(2), p50 ?? '', p95 ?? ''));
  }
  return new Map(WAYS.map((way) => [way, (medians.get(way) ?? 0) / best]));
}

/** What isn't stored must not count as speed. */
async function checkAll(): Promise<void> {
  const sent = lanes.reduce((sum, lane) => sum + lane.seq, 0);
  const counts = await peer.counts();
  if (counts.keys !== sent || counts.events !== sent) {
    throw new Error(`${sent} sent, but stored are ${counts.events} events, ${counts.keys} keys`);
  }
  console.log(`\n${whole(sent)} readings sent, all of them stored once`);
}

try {
  const shown = async (setting: string) => `${setting} ${await peer.shows(setting)}`;
  const [fsync, commit] = [await shown('fsync'), await shown('synchronous_commit')];
  const version = await peer.shows('server_version');
  console.log(
    `PostgreSQL ${version}, ${fsync}, ${commit}, role ${APP_ROLE} for all of them; ${busyness()}`,
  );
  const ratios = await compare(`Batches of ${BATCH}`, BATCHES_A_LANE, BATCH);
  await compare('Single events', SINGLES_A_LANE, 1);
  await checkAll();
  const [overHttp = 0, inProcess = 0] = [ratios.get('http'), ratios.get('ingest')];
  const verdict = overHttp >= TARGET ? 'reached' : 'MISSED';
  console.log(
    `\nBatches: HTTP ${overHttp.toFixed(2)}, ingest ${inProcess.toFixed(2)} of the better peer; target ${TARGET}: ${verdict}`,
  );
} finally {
  door.close();
  await ingest.stop();
  await peer.close();
  await opened.close();
  await platform.stops();
  await server.stop();
  await bench.tidies();
}
