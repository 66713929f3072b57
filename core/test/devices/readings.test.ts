import assert from 'node:assert/strict';
import { device, type Readings } from '@qoida/core';
import type { Transaction } from '../../src/data/index.ts';
import { createReadings, type ScaleEvent } from '../../src/devices/index.ts';
import { type Bench, openBench, operator, reading, refusedAs, T0 } from './support.ts';

const later = (ms: number) => new Date(T0.getTime() + ms);
const NOT_FOUND = refusedAs('rs_not_found_in_window');
const USED = refusedAs('reading_already_used');

describe('binding of readings (F-ALG-01)', () => {
  let bench: Bench;
  let scale: string;
  let code: string;
  let seq: number;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());
  beforeEach(async () => {
    code = `scale-${++count}`;
    scale = await bench.addDevice(code);
    seq = 0;
  });
  let count = 0;

  /** A reading that arrives `ms` after T0, made at that moment. */
  const arrives = (ms: number, kg: number, more: Partial<ScaleEvent> = {}) =>
    bench.ingest.submit(
      scale,
      bench.organizationId,
      [reading(++seq, kg, { ts_device: later(ms), ...more })],
      {
        receivedAt: later(ms),
      },
    );
  const inside = <T>(work: (tx: Transaction) => Promise<T>) =>
    bench.db.transaction(bench.organizationId, work);
  const readings = (
    tx: Transaction,
    ms: number,
    settings: Record<string, unknown> = {},
  ): Readings =>
    createReadings(tx, {
      now: later(ms),
      settings,
      actor: operator(bench.organizationId, 'operator'),
      onBound: bench.ingest.noteBound,
      afterCommit: (work) => work(),
    });
  const bind = (ms: number, options = {}, settings = {}) =>
    inside((tx) => readings(tx, ms, settings).bind(code, { package_id: `p${ms}` }, options));
  const boundTo = async () =>
    (
      await bench.asOwner<{ seq: number; bind_ref: unknown }>(
        'select seq, bind_ref from scale_events where device_id = $1 and bind_ref is not null order by seq',
        [scale],
      )
    ).map((row) => [row.seq, row.bind_ref]);

  it('F-M15-04 binds the newest stable reading, by code or id, and writes to what', async () => {
    await arrives(0, 19.9);
    await arrives(1000, 20.52);
    await arrives(1500, 25, { stable: false });
    const bound = await bind(2000);
    assert.deepEqual([bound.gross_kg, bound.net_kg, bound.ts], [20.52, 20.52, later(1000)]);
    assert.deepEqual(await boundTo(), [[2, { package_id: 'p2000' }]]);
    await arrives(2500, 0, { stable: false });
    await arrives(3000, 7);
    const byId = await inside((tx) => readings(tx, 3500).bind(scale, { x: 'y' }));
    assert.equal(byId.gross_kg, 7);
  });

  it('F-EX-06 takes a reading 10.000 s old and refuses one of 10.001 s', async () => {
    await arrives(0, 20.52);
    await assert.rejects(bind(10_001), NOT_FOUND);
    assert.equal((await bind(10_000)).gross_kg, 20.52);
  });

  it('F-CFG-06 follows IOT_ACCEPT_WINDOW_SEC', async () => {
    await arrives(0, 20.52);
    await assert.rejects(bind(3_001, {}, { IOT_ACCEPT_WINDOW_SEC: 3 }), NOT_FOUND);
    assert.equal((await bind(3_000, {}, { IOT_ACCEPT_WINDOW_SEC: 3 })).gross_kg, 20.52);
  });

  it('F-OP-14 never takes an unstable, a late or an untrusted reading', async () => {
    await arrives(0, 20, { stable: false });
    await arrives(100, 21, { ts_device: later(-10_000) });
    await arrives(200, 22, { ts_device: later(60_000) });
    await assert.rejects(bind(1000), NOT_FOUND);
    await arrives(1000, 20);
    assert.equal((await bind(1000)).gross_kg, 20);
  });

  it('of readings that arrived together the one with the highest number is the newest', async () => {
    const events = [reading(5, 5), reading(9, 9), reading(7, 7)];
    await bench.ingest.submit(scale, bench.organizationId, events, { receivedAt: T0 });
    assert.equal((await bind(0)).gross_kg, 9);
  });

  it('F-ALG-01 step 4: a bound reading is used up, and no older one takes its place', async () => {
    await arrives(0, 10);
    await arrives(100, 20);
    await bind(200);
    await assert.rejects(bind(300), USED);
  });

  it('two bindings of one reading at the same moment have one winner', async () => {
    await arrives(0, 20);
    const results = await Promise.allSettled(Array.from({ length: 6 }, (_, index) => bind(index)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) if (result.status === 'rejected') assert.ok(USED(result.reason));
  });

  it('F-OP-14 a load that stays is not counted twice, also by a binding that waited for the first', async () => {
    await arrives(0, 20.52);
    let second: Promise<unknown> | undefined;
    await inside(async (tx) => {
      await readings(tx, 100).bind(code, { package_id: 'a' });
      await arrives(200, 20.53);
      second = assert.rejects(bind(300), USED);
    });
    await second;
  });

  const CASES: [string, (from: number) => Promise<unknown>, boolean][] = [
    ['nothing in between', async () => undefined, false],
    ['the same weight again', (from) => arrives(from, 20.51), false],
    ['an unstable reading', (from) => arrives(from, 20.52, { stable: false }), true],
    ['an empty scale (199 g)', (from) => arrives(from, 0.199), true],
    ['another weight (21 g more)', (from) => arrives(from, 20.541), true],
    ['a weight at the edge (20 g more)', (from) => arrives(from, 20.54), false],
    [
      'a buffered unstable reading from before the binding',
      (from) => arrives(from, 3, { stable: false, ts_device: later(-60_000) }),
      false,
    ],
    [
      'a buffered unstable reading from after the binding',
      (from) => arrives(from + 15_000, 3, { stable: false, ts_device: later(50) }),
      true,
    ],
  ];
  for (const [what, between, free] of CASES) {
    it(`F-ALG-02 step 5: after ${what} the same weight is ${free ? 'a new load' : 'still the old one'}`, async () => {
      await arrives(0, 20.52);
      await bind(10);
      await between(1000);
      await arrives(17_000, 20.52);
      if (free) assert.equal((await bind(17_100)).gross_kg, 20.52);
      else await assert.rejects(bind(17_100), USED);
    });
  }

  it('F-CFG-34 RS_SAME_LOAD_GUARD off, RS_DEBOUNCE_KG and RS_ZERO_KG count', async () => {
    await arrives(0, 20);
    await bind(0);
    await arrives(1000, 20.05);
    await assert.rejects(bind(1000, {}, { RS_DEBOUNCE_KG: 0.05 }), USED);
    assert.equal(
      (await bind(1000, {}, { RS_SAME_LOAD_GUARD: false, RS_DEBOUNCE_KG: 0.05 })).gross_kg,
      20.05,
    );
  });

  it('F-DM-06 flags a reading of the load that was bound, also after a restart', async () => {
    await arrives(0, 20);
    await bind(10);
    await arrives(1000, 20.01);
    const { createIngest } = await import('../../src/devices/index.ts');
    const restarted = createIngest({ db: bench.db, settings: {}, log: bench.log, now: bench.now });
    for (const [ms, kg] of [
      [2000, 20],
      [3000, 0],
      [4000, 20],
    ] as const) {
      await restarted.submit(
        scale,
        bench.organizationId,
        [reading(++seq, kg, { ts_device: later(ms) })],
        { receivedAt: later(ms) },
      );
    }
    const rows = await bench.asOwner<{ same_load_bool: boolean }>(
      'select same_load_bool from scale_events where device_id = $1 order by seq',
      [scale],
    );
    assert.deepEqual(
      rows.map((row) => row.same_load_bool),
      [false, true, true, false, false],
    );
  });

  it('F-OP-55 takes the tare off in whole grams', async () => {
    await arrives(0, 20.52);
    assert.equal((await bind(0, { tare_kg: 0.42 })).net_kg, 20.1);
  });

  it('F-ALG-01 step 6: net 0 is refused unless allowed, below 0 always, and nothing stays bound', async () => {
    await arrives(0, 0.42);
    const refused = refusedAs('net_not_positive');
    await assert.rejects(bind(0, { tare_kg: 0.42 }), refused);
    await assert.rejects(bind(0, { tare_kg: 0.421, allowZero: true }), refused);
    assert.equal((await bind(0, { tare_kg: 0.42, allowZero: true })).net_kg, 0);
  });

  it('F-OP-29 an empty scale may stand for several empty lines', async () => {
    await arrives(0, 0);
    await bind(0, { allowZero: true });
    await arrives(1000, 0);
    assert.equal((await bind(1000, { allowZero: true })).net_kg, 0);
  });

  it('F-ALG-01 step 1: an unknown device is not found, a switched off one refuses', async () => {
    await arrives(0, 20);
    await assert.rejects(
      inside((tx) => readings(tx, 0).bind('no-such-scale', {})),
      refusedAs('not_found'),
    );
    await inside((tx) => tx.of(device).update(scale, { active: false }));
    await assert.rejects(bind(0), refusedAs('device_inactive'));
  });

  it('a binding whose operation fails leaves the reading free', async () => {
    await arrives(0, 20);
    const failing = inside(async (tx) => {
      await readings(tx, 0).bind(code, { package_id: 'x' });
      throw new Error('later in the operation');
    });
    await assert.rejects(failing, /later/);
    assert.equal((await bind(100)).gross_kg, 20);
  });
});
