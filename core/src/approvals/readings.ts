import type { BoundReading, Readings, Tx } from '../api/operations.ts';
import type { HeldReading } from './records.ts';

/** What a trial of an operation would have bound, to be kept for it. */
export interface Watched {
  readonly readings: Readings;
  readonly bound: readonly HeldReading[];
}

/** Readings that remember what was bound. */
export function watched(inner: Readings): Watched {
  const bound: HeldReading[] = [];
  const note = (reading: BoundReading, capture_id: string | null): BoundReading => {
    bound.push({
      scale_event_id: reading.scale_event_id,
      ts: reading.ts.toISOString(),
      capture_id,
    });
    return reading;
  };
  return {
    bound,
    readings: {
      bind: async (device, target, options) =>
        note(await inner.bind(device, target, options), null),
      bindCapture: async (captureId, target, options) =>
        note(await inner.bindCapture(captureId, target, options), captureId),
    },
  };
}

/** Keeps readings for a request: nobody else binds them, and they don't grow too old. */
export async function holdReadings(
  db: Tx,
  requestId: string,
  readings: readonly HeldReading[],
  now: Date,
): Promise<void> {
  const ref = JSON.stringify({ approval_id: requestId });
  for (const { scale_event_id, ts, capture_id } of readings) {
    await db.sql('update scale_events set bind_ref = ?::jsonb where id = ? and ts_ingested = ?', [
      ref,
      scale_event_id,
      new Date(ts),
    ]);
    if (capture_id !== null)
      await db.sql('update rs_captures set used_at = ?, used_for = ?::jsonb where id = ?', [
        now,
        ref,
        capture_id,
      ]);
  }
}

/** Far enough for the operation that is run now. */
const FRESH_MS = 3_600_000;

/** Makes kept captures usable again, for the operation that was approved. */
export async function handOver(db: Tx, readings: readonly HeldReading[], now: Date): Promise<void> {
  for (const { capture_id } of readings)
    if (capture_id !== null)
      await db.sql(
        'update rs_captures set used_at = null, used_for = null, expires_at = ? where id = ?',
        [new Date(now.getTime() + FRESH_MS), capture_id],
      );
}

/** Lets readings go that nobody needs any more. */
export async function freeReadings(
  db: Tx,
  requestId: string,
  readings: readonly HeldReading[],
  now: Date,
): Promise<void> {
  for (const { scale_event_id, ts, capture_id } of readings) {
    await db.sql(
      `update scale_events set bind_ref = null
        where id = ? and ts_ingested = ? and bind_ref->>'approval_id' = ?`,
      [scale_event_id, new Date(ts), requestId],
    );
    if (capture_id !== null)
      await db.sql(
        `update rs_captures set released_at = ?
          where id = ? and (used_at is null or used_for->>'approval_id' = ?)`,
        [now, capture_id, requestId],
      );
  }
}
