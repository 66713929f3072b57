import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Stored } from '../../src/devices/index.ts';
import { type Bench, openBench, reading, refusedAs, T0 } from './support.ts';

const later = (ms: number) => new Date(T0.getTime() + ms);

describe('ingest', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const submit = (device: string, events: ReturnType<typeof reading>[], receivedAt = T0) =>
    bench.ingest.submit(device, bench.organizationId, events, { receivedAt });
  const stored = (device: string) =>
    bench.asOwner<Record<string, unknown>>(
      'select * from scale_events where device_id = $1 order by seq',
      [device],
    );

  it('F-M15-01 keeps every reading with its raw text, its times and its organisation', async () => {
    const device = await bench.addDevice();
    const account = await submit(device, [reading(7, 20.52, { raw: '022b3032' })]);
    assert.deepEqual(account, { accepted: 1, duplicates: 0, late: 0, conflicts: 0 });
    const [row] = await stored(device);
    assert.equal(row?.gross_kg, 20.52);
    assert.equal(row?.raw, '022b3032');
    assert.equal(row?.organization_id, bench.organizationId);
    assert.deepEqual([row?.ts_ingested, row?.ts_device], [T0, T0]);
    assert.deepEqual(
      [row?.stable_bool, row?.trusted_bool, row?.late_bool, row?.bind_ref],
      [true, true, false, null],
    );
  });

  it('F-M15-02 a batch sent again is a no-op', async () => {
    const device = await bench.addDevice();
    const batch = [reading(1, 1), reading(2, 2), reading(3, 3)];
    await submit(device, batch);
    assert.deepEqual(await submit(device, batch), {
      accepted: 0,
      duplicates: 3,
      late: 0,
      conflicts: 0,
    });
    assert.equal((await stored(device)).length, 3);
  });

  it('F-M15-02 a batch that holds a reading twice stores it once', async () => {
    const device = await bench.addDevice();
    const account = await submit(device, [reading(1, 1), reading(2, 2), reading(1, 1)]);
    assert.deepEqual(account, { accepted: 2, duplicates: 1, late: 0, conflicts: 0 });
    assert.equal((await stored(device)).length, 2);
  });

  it('F-M15-02 two identical batches at the same time store everything once, also over two processes', async () => {
    const device = await bench.addDevice();
    const { createIngest } = await import('../../src/devices/index.ts');
    const other = createIngest({
      db: await bench.openAgain(),
      settings: {},
      log: bench.log,
      now: bench.now,
    });
    const batch = Array.from({ length: 200 }, (_, index) => reading(index, index));
    const backwards = [...batch].reverse();
    const options = { receivedAt: T0 };
    const accounts = await Promise.all([
      submit(device, batch),
      other.submit(device, bench.organizationId, backwards, options),
      submit(device, backwards),
      other.submit(device, bench.organizationId, batch, options),
    ]);
    assert.equal(sum(accounts, 'accepted'), 200);
    assert.equal(sum(accounts, 'duplicates'), 600);
    assert.equal(sum(accounts, 'conflicts'), 0);
    assert.equal((await stored(device)).length, 200);
    await other.stop();
  });

  it('F-M15-03 F-OP-14 marks what comes later than 10.000 s, and counts it', async () => {
    const device = await bench.addDevice();
    const account = await submit(
      device,
      [reading(1, 1), reading(2, 2, { ts_device: later(-1) })],
      later(10_000),
    );
    assert.deepEqual([account.accepted, account.late], [2, 1]);
    assert.deepEqual(
      (await stored(device)).map((row) => row.late_bool),
      [false, true],
    );
  });

  it('F-ALG-02 stores a reading from a clock more than 5.000 s ahead as untrusted, and tells of it once', async () => {
    const device = await bench.addDevice();
    await submit(device, [
      reading(1, 1, { ts_device: later(5_000) }),
      reading(2, 2, { ts_device: later(5_001) }),
    ]);
    await submit(device, [reading(3, 3, { ts_device: later(60_000) })]);
    assert.deepEqual(
      (await stored(device)).map((row) => row.trusted_bool),
      [true, false, false],
    );
    assert.equal((await eventsOf(device, 'device.clock_skew')).length, 1);
    assert.equal((await faultOf(device, 'clock_ahead'))?.count, 2);
  });

  it('F-OP-56 keeps the first content of a number, counts the other and raises device.seq_conflict', async () => {
    const device = await bench.addDevice();
    await submit(device, [reading(1, 20.52)]);
    assert.deepEqual(await submit(device, [reading(1, 20.53)]), {
      accepted: 0,
      duplicates: 1,
      late: 0,
      conflicts: 1,
    });
    await submit(device, [reading(1, 20.52, { stable: false })]);
    assert.deepEqual(
      (await stored(device)).map((row) => row.gross_kg),
      [20.52],
    );
    assert.equal((await faultOf(device, 'seq_conflict'))?.count, 2);
    const [event, ...more] = await eventsOf(device, 'device.seq_conflict');
    assert.deepEqual(event?.payload, { device_id: device, seq: 1, count: 1 });
    assert.equal(more.length, 0);
    await submit(device, [reading(1, 9)], later(3_600_001));
    assert.equal((await eventsOf(device, 'device.seq_conflict')).length, 2);
  });

  it('F-OP-56 another raw text of the same reading is no conflict', async () => {
    const device = await bench.addDevice();
    await submit(device, [reading(1, 20.52)]);
    assert.equal((await submit(device, [reading(1, 20.52, { raw: 'again' })])).conflicts, 0);
  });

  it('F-OP-18 stores metres of a counter, and no weight', async () => {
    const device = await bench.addDevice(undefined, { device_type: 'length_counter' });
    await submit(device, [{ ...reading(1, 0), gross_kg: null, length_m: 120.5 }]);
    const [row] = await stored(device);
    assert.deepEqual([row?.gross_kg, row?.length_m], [null, 120.5]);
  });

  it('one sender’s bad device doesn’t refuse what others sent in the same commit', async () => {
    const device = await bench.addDevice();
    const results = await Promise.allSettled([
      submit(randomUUID(), [reading(1, 1)]),
      submit(device, [reading(1, 1)]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    assert.equal((await stored(device)).length, 1);
  });

  it('answers 503 with a time to come back when the database is away', async () => {
    const broken = await openBench();
    const device = await broken.addDevice();
    await broken.db.close();
    const sent = broken.ingest.submit(device, broken.organizationId, [reading(1, 1)], {
      receivedAt: T0,
    });
    await assert.rejects(sent, refusedAs('ingest_unavailable'));
    await broken.close().catch(() => undefined);
  });

  it('F-TEL-02 counts what was stored, and shows the newest weight of a gateway once it is durable', async () => {
    const device = await bench.addDevice();
    const counts: Record<string, number> = {};
    const shown: unknown[] = [];
    const { createIngest } = await import('../../src/devices/index.ts');
    const ingest = createIngest({
      db: bench.db,
      settings: {},
      log: bench.log,
      now: bench.now,
      metrics: {
        ingested: {
          inc: ({ device_id, status }, count) => {
            assert.equal(device_id, device);
            counts[status] = (counts[status] ?? 0) + count;
          },
        },
      },
      stream: { publish: (topic, data, to) => void shown.push([topic, data, to]) },
    });
    const send = (events: ReturnType<typeof reading>[], liveAs?: string) =>
      ingest.submit(device, bench.organizationId, events, {
        receivedAt: T0,
        ...(liveAs === undefined ? {} : { liveAs }),
      });
    await send(
      [reading(2, 2), reading(1, 1), reading(3, 3, { ts_device: later(-20_000) })],
      'gate',
    );
    await send([reading(1, 1)], 'gate');
    await send([reading(4, 4)]);
    assert.deepEqual(counts, { accepted: 4, late: 1, duplicate: 1 });
    const live = { code: 'gate', ts: T0, kg: 2, stable: true, overload: false, negative: false };
    assert.deepEqual(shown, [
      ['live.gate', live, { organizationId: bench.organizationId, retain: true }],
    ]);
    await ingest.stop();
  });

  it('F-DM-54 a reading beside every daily partition goes to the default one', async () => {
    const device = await bench.addDevice();
    await submit(device, [reading(1, 1)], new Date('2019-01-01T00:00:00Z'));
    const [row] = await bench.asOwner<{ name: string }>(
      'select tableoid::regclass::text as name from scale_events where device_id = $1',
      [device],
    );
    assert.equal(row?.name, 'scale_events_default');
  });

  it('rows of another organisation are invisible', async () => {
    const device = await bench.addDevice();
    await submit(device, [reading(1, 1)]);
    const other = await bench.addOrganization(`other-${randomUUID().slice(0, 8)}`);
    const seen = await bench.db.read(other, (tx) =>
      tx.sql('select 1 from scale_events where device_id = ?', [device]),
    );
    assert.equal(seen.length, 0);
  });

  it('F-ALG-02 step 6: accepted + duplicates = sent, and what is stored is the first content of each number', async () => {
    const event = fc.record({
      seq: fc.nat(12),
      grams: fc.nat(3),
      stable: fc.boolean(),
      age: fc.constantFrom(0, 10_001),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 6 }),
        async (batches) => {
          const device = await bench.addDevice();
          const first = new Map<number, { grams: number; age: number; stable: boolean }>();
          const accounts: Stored[] = [];
          for (const batch of batches) {
            for (const { seq, ...content } of batch) if (!first.has(seq)) first.set(seq, content);
            const events = batch.map(({ seq, grams, stable, age }) =>
              reading(seq, grams / 1000, { stable, ts_device: later(-age) }),
            );
            const account = await submit(device, events);
            assert.equal(account.accepted + account.duplicates, batch.length);
            assert.ok(account.late <= account.accepted && account.conflicts <= account.duplicates);
            accounts.push(account);
          }
          const rows = await stored(device);
          assert.equal(rows.length, first.size);
          assert.equal(sum(accounts, 'accepted'), first.size);
          assert.equal(
            sum(accounts, 'late'),
            [...first.values()].filter(({ age }) => age > 10_000).length,
          );
          for (const row of rows) {
            const content = first.get(row.seq as number);
            assert.deepEqual(
              [row.gross_kg, row.stable_bool],
              [(content?.grams ?? -1) / 1000, content?.stable],
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  const sum = (accounts: Stored[], what: keyof Stored) =>
    accounts.reduce((total, account) => total + account[what], 0);
  const eventsOf = (device: string, name: string) =>
    bench.asOwner<{ payload: unknown }>(
      `select payload from outbox where name = $2 and payload->>'device_id' = $1 order by seq`,
      [device, name],
    );
  const faultOf = async (device: string, kind: string) =>
    (
      await bench.asOwner<{ count: number }>(
        'select * from device_faults where device_id = $1 and kind = $2',
        [device, kind],
      )
    )[0];
});
