import type { Database } from '../database.ts';
import { EVENT_COLUMNS, type OutboxEvent } from './events.ts';

export type Deliver = (event: OutboxEvent) => Promise<void>;

/** How a drain ended: nothing waits, or the lane has to wait after a failure. */
export type Drained =
  | { readonly failed: false }
  | { readonly failed: true; readonly attempts: number };

const BATCH = 50;

/**
 * Delivers what waits in one lane of one organisation, in order; stops at the first failure.
 * Of two events of a stream the later was inserted after the earlier had committed, or they ran side
 * by side; so whoever sees the later sees the earlier too, and `seq` orders them. Rows are marked one
 * by one instead of moving a cursor, so a row that commits late is only later, never skipped.
 * @param mayGoOn asked before each delivery; false when the lane is no longer ours
 */
export async function drainLane(
  db: Database,
  place: { organizationId: string; lane: number },
  deliver: Deliver,
  mayGoOn: () => boolean,
): Promise<Drained> {
  for (;;) {
    const events = await waiting(db, place);
    if (events.length === 0 || !mayGoOn()) return { failed: false };
    const delivered: string[] = [];
    let failure: { event: OutboxEvent; error: unknown } | undefined;
    for (const event of events) {
      if (!mayGoOn()) break;
      try {
        await deliver(event);
        delivered.push(event.id);
      } catch (error) {
        failure = { event, error };
        break;
      }
    }
    await settle(db, place.organizationId, delivered, failure);
    if (failure) return { failed: true, attempts: failure.event.attempts + 1 };
  }
}

function waiting(db: Database, { organizationId, lane }: { organizationId: string; lane: number }) {
  return db.read(organizationId, (tx) =>
    tx.sql<OutboxEvent>(
      `select ${EVENT_COLUMNS} from outbox where lane = ? and delivered_at is null order by seq limit ${BATCH}`,
      [lane],
    ),
  );
}

async function settle(
  db: Database,
  organizationId: string,
  delivered: readonly string[],
  failure: { event: OutboxEvent; error: unknown } | undefined,
): Promise<void> {
  await db.transaction(organizationId, async (tx) => {
    if (delivered.length > 0) {
      await tx.sql(
        'update outbox set delivered_at = clock_timestamp(), last_error = null where id = any(?)',
        [delivered],
      );
    }
    if (failure) {
      const message =
        failure.error instanceof Error ? failure.error.message : String(failure.error);
      await tx.sql('update outbox set attempts = attempts + 1, last_error = ? where id = ?', [
        message.slice(0, 2000),
        failure.event.id,
      ]);
    }
  });
}
