import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bench, openBench } from './support.ts';

const LOADER = fileURLToPath(new URL('./fixtures/loader.ts', import.meta.url));
const BATCH = 20;

describe('durability of ingest', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  /** Loads until `acknowledged` batches are told, kills without warning, and gives every number told. */
  async function loadAndKill(
    device: string,
    first: number,
    acknowledged: number,
  ): Promise<number[]> {
    const child = spawn(
      process.execPath,
      ['-C', 'qoida-src', LOADER, bench.ownerDsn, bench.organizationId, device, String(first)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const told: number[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      told.push(Number(line));
      if (told.length === acknowledged) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL');
    return told;
  }

  it('F-M15-09 after kill -9 under load every acknowledged reading is there, and none twice', async () => {
    const device = await bench.addDevice();
    const told: number[] = [];
    for (const [round, acknowledged] of [37, 120, 211].entries()) {
      told.push(...(await loadAndKill(device, round * 1_000_000, acknowledged)));
    }
    assert.ok(told.length >= 37 + 120 + 211);
    const rows = await bench.asOwner<{ seq: number; gross_kg: number }>(
      'select seq, gross_kg from scale_events where device_id = $1',
      [device],
    );
    const stored = new Map(rows.map(({ seq, gross_kg }) => [seq, gross_kg]));
    assert.equal(stored.size, rows.length, 'a number is stored twice');
    for (const from of told) {
      for (let seq = from; seq < from + BATCH; seq += 1)
        assert.equal(stored.get(seq), seq / 1000, `reading ${seq} is lost`);
    }
    const [keys] = await bench.asOwner<{ count: number }>(
      'select count(*) from scale_event_keys where device_id = $1',
      [device],
    );
    assert.equal(keys?.count, rows.length, 'a key without its reading, or the other way round');
  });
});
