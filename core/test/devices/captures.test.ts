import assert from 'node:assert/strict';
import { createReadings } from '../../src/devices/index.ts';
import { type Roads, roadOf } from './road-support.ts';
import { type Bench, openBench, operator, reading, refusedAs, T0 } from './support.ts';

const later = (ms: number) => new Date(T0.getTime() + ms);
const HALF_HOUR = 30 * 60_000;
interface Capture {
  readonly capture_id: string;
  readonly kg: number;
  readonly scale_event_id: string;
  readonly expires_at: Date;
}

describe('captures (F-API-119, F-OP-61)', () => {
  let bench: Bench;
  let road: Roads;
  let scale: string;
  let seq = 0;
  before(async () => {
    bench = await openBench();
    road = roadOf(bench);
  });
  after(() => bench.close());
  beforeEach(async () => {
    scale = await bench.addDevice();
    bench.clock.at = T0;
  });

  const arrives = (ms: number, kg: number, stable = true) =>
    bench.ingest.submit(
      scale,
      bench.organizationId,
      [reading(++seq, kg, { stable, ts_device: later(ms) })],
      { receivedAt: later(ms) },
    );
  const at = (ms: number) => {
    bench.clock.at = later(ms);
  };
  const capture = () =>
    road.as<Capture>('main_ombor', 'reading.capture', { device_id: scale, purpose: 'transfer' });
  const release = (id: string) => road.as('main_ombor', 'reading.release_capture', { id });
  const use = (id: string, options = {}) =>
    bench.db.transaction(bench.organizationId, (tx) =>
      createReadings(tx, {
        now: bench.now(),
        settings: {},
        actor: operator(bench.organizationId),
      }).bindCapture(id, { line: 'L1' }, options),
    );
  const eventOf = async (id: string) =>
    (
      await bench.asOwner<Record<string, unknown>>('select * from scale_events where id = $1', [id])
    )[0] ?? {};

  it('F-UT-003 two lines on one scale get two readings, each once', async () => {
    await arrives(0, 20.5);
    const first = await capture();
    assert.deepEqual([first.kg, first.expires_at], [20.5, later(HALF_HOUR)]);
    await assert.rejects(capture(), refusedAs('reading_already_used'));
    await arrives(3000, 0);
    await arrives(4000, 30.25);
    at(4000);
    const second = await capture();
    assert.notEqual(second.scale_event_id, first.scale_event_id);
    at(60_000);
    const bound = [await use(first.capture_id), await use(second.capture_id, { tare_kg: 0.25 })];
    assert.deepEqual(
      bound.map(({ net_kg }) => net_kg),
      [20.5, 30],
    );
    assert.deepEqual((await eventOf(first.scale_event_id)).bind_ref, {
      capture_id: first.capture_id,
      line: 'L1',
    });
    await assert.rejects(use(first.capture_id), refusedAs('reading_already_used'));
  });

  it('is good for 30 minutes and not a moment longer', async () => {
    await arrives(0, 20);
    const { capture_id } = await capture();
    at(HALF_HOUR);
    await assert.rejects(use(capture_id), refusedAs('capture_expired'));
    at(HALF_HOUR - 1);
    assert.equal((await use(capture_id)).gross_kg, 20);
  });

  it('two users of one capture have one winner', async () => {
    await arrives(0, 20);
    const { capture_id } = await capture();
    const results = await Promise.allSettled([1, 2, 3].map(() => use(capture_id)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('let go, its reading is free for another line, and it itself is gone', async () => {
    await arrives(0, 20);
    const { capture_id, scale_event_id } = await capture();
    await release(capture_id);
    assert.equal((await eventOf(scale_event_id)).bind_ref, null);
    await assert.rejects(use(capture_id), refusedAs('capture_unknown'));
    await release(capture_id);
    assert.equal((await capture()).scale_event_id, scale_event_id);
  });

  it('used, it can’t be let go', async () => {
    await arrives(0, 20);
    const { capture_id } = await capture();
    await use(capture_id);
    await assert.rejects(release(capture_id), refusedAs('reading_already_used'));
  });

  it('expired unused, it no longer counts as the load bound last', async () => {
    await arrives(0, 20);
    const { scale_event_id } = await capture();
    at(HALF_HOUR);
    await arrives(HALF_HOUR, 20);
    const again = await capture();
    assert.notEqual(again.scale_event_id, scale_event_id);
    assert.equal((await eventOf(scale_event_id)).bind_ref, null);
  });

  it('a made-up capture is unknown', async () => {
    await assert.rejects(use('no-uuid'), refusedAs('capture_unknown'));
    await assert.rejects(use(scale), refusedAs('capture_unknown'));
    await assert.rejects(release(scale), refusedAs('not_found'));
  });

  it('refused because of the tare, it stays as it was', async () => {
    await arrives(0, 20);
    const { capture_id } = await capture();
    await assert.rejects(use(capture_id, { tare_kg: 20 }), refusedAs('net_not_positive'));
    assert.equal((await use(capture_id)).net_kg, 20);
  });

  it('needs a role of those who weigh', async () => {
    await arrives(0, 20);
    await assert.rejects(
      road.as('moliya', 'reading.capture', { device_id: scale }),
      refusedAs('role_required'),
    );
  });
});
