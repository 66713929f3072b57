import { type Database, ensurePartitions, purgeEvents, purgeIdempotency } from '../data/index.ts';
import type { Log } from './progress.ts';

const HOUR_MS = 3_600_000;

/**
 * Hourly housekeeping: partitions ahead of time, old idempotency keys and events away.
 * @param eventDays events older than this leave the outbox; consumers that were away longer are told of a gap
 */
export function startMaintenance(
  db: Database,
  log: Log,
  eventDays: number,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => keepHouse(db, log, eventDays));
  }, HOUR_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function keepHouse(db: Database, log: Log, eventDays: number): Promise<void> {
  try {
    for (const { table, moved } of await ensurePartitions(db)) {
      if (moved > 0)
        log.warn({ table, rows: moved }, 'a partition was missing; its rows were moved');
    }
    await purgeIdempotency(db);
    await purgeEvents(db, eventDays);
  } catch (error) {
    log.error({ err: error }, 'housekeeping failed; it is tried again in an hour');
  }
}
