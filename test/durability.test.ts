import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../core/src/postgres/index.ts';
import { Random } from './support/random.ts';
import { Bench, noServerIn, postmasterOf, type RunningPlatform } from './support/running.ts';
import { Sender } from './support/senders.ts';

const KILLS = 20;
const SENDERS = 4;
/** The platform works at least and at most so long between two kills, ms. */
const LIFE_MS = [30, 500] as const;
const ENV = { INGEST_RATE_LIMIT_RPM: '1000000' };

const seed = Number(process.env.QOIDA_TEST_SEED ?? randomInt(2 ** 31));

describe(`readings and kill -9 (QOIDA_TEST_SEED=${seed} plays it again)`, function () {
  this.timeout(300_000 + KILLS * 60_000);
  const bench = new Bench();
  before(function () {
    if (process.platform === 'linux') return;
    console.log('      not shown: orphan processes are looked for in /proc, which is Linux');
    this.skip();
  });
  after(() => bench.tidies());

  it(`F-ALG-02 F-DM-07 keeps every acknowledged reading once over ${KILLS} kills under load`, async () => {
    const random = new Random(seed);
    const dataDir = bench.folder();
    let platform = bench.starts(dataDir, { env: ENV });
    const integrator = await platform.client();
    const codes = Array.from({ length: SENDERS }, (_, index) => `gateway-${index + 1}`);
    const senders = await Promise.all(
      codes.map((code) => Sender.registers(code, integrator, random)),
    );

    for (let kill = 1; kill <= KILLS; kill += 1) {
      const url = await platform.ready();
      const sending = senders.map((sender) => sender.sendsUntilGone(url));
      await pause(random.whole(...LIFE_MS));
      await dies(platform, kill);
      await Promise.all(sending);
      await noServerIn(dataDir);
      platform = bench.starts(dataDir, { env: ENV });
    }
    const url = await platform.ready();
    for (const sender of senders) await sender.sendsTheRest(url);
    assert.equal(await platform.stops(), 0);

    const interrupted = senders.reduce((sum, sender) => sum + sender.interrupted, 0);
    assert.ok(interrupted >= KILLS, `only ${interrupted} requests were cut off: too little load`);
    const stored = await readAll(dataDir);
    for (const sender of senders) assertKeptOnce(sender, stored);
  });
});

/** Every second time the database dies with it, as in a power cut: then nothing is written back. */
async function dies(platform: RunningPlatform, kill: number): Promise<void> {
  if (kill % 2 === 0) process.kill(postmasterOf(platform.dataDir), 'SIGKILL');
  await platform.dies();
}

interface StoredRow {
  readonly code: string;
  readonly seq: number;
  readonly gross_kg: number;
  readonly ts_device: Date;
  readonly stable_bool: boolean;
  readonly keys: number;
}

/** All readings as they lie in the database, each with how many keys name it. */
async function readAll(dataDir: string): Promise<readonly StoredRow[]> {
  const server = await startPostgres({ dataDir });
  const client = new pg.Client(server.superuserDsn);
  await client.connect();
  try {
    const { rows } = await client.query<StoredRow>(
      `select d.code, e.seq::int as seq, e.gross_kg::float8 as gross_kg, e.ts_device, e.stable_bool,
         (select count(*) from scale_event_keys k
          where k.event_id = e.id and k.device_id = e.device_id and k.seq = e.seq)::int as keys
       from scale_events e join devices d on d.id = e.device_id`,
    );
    return rows;
  } finally {
    await client.end();
    await server.stop();
  }
}

/** What is stored of a device is what was acknowledged: nothing else, nothing twice, nothing changed. */
function assertKeptOnce(sender: Sender, stored: readonly StoredRow[]): void {
  const own = stored.filter((row) => row.code === sender.code);
  const numbers = new Set(own.map((row) => row.seq));
  assert.equal(own.length, numbers.size, `${sender.code}: a reading is stored twice`);
  const lost = [...sender.acknowledged.keys()].filter((seq) => !numbers.has(seq));
  assert.deepEqual(lost, [], `${sender.code}: acknowledged and lost`);
  assert.equal(own.length, sender.acknowledged.size, `${sender.code}: nobody knows of these`);
  for (const { seq, gross_kg, ts_device, stable_bool, keys } of own) {
    const sent = sender.acknowledged.get(seq);
    assert.deepEqual(
      [gross_kg, ts_device.toISOString(), stable_bool, keys],
      [sent?.gross_kg, sent?.ts_device, sent?.stable, 1],
      `${sender.code} ${seq}`,
    );
  }
}
