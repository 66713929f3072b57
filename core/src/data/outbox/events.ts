import { createHash, randomUUID } from 'node:crypto';
import type { Actor } from '../../api/operations.ts';
import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';

export const LANES = 8;
/** Woken when a transaction with events commits; the payload is its organisation. */
export const CHANNEL = 'qoida_outbox';

export interface NewEvent {
  readonly name: string;
  /** Order is kept inside a stream. */
  readonly stream: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly traceId: string;
  /** Event that caused this one. */
  readonly cause?: string;
}

/** A durable event as a consumer gets it; consumers tell repeats by `id`. */
export interface OutboxEvent {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly stream: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly trace_id: string | null;
  readonly cause: string | null;
  readonly created_at: Date;
  /** Deliveries that failed so far. */
  readonly attempts: number;
}

export const EVENT_COLUMNS =
  'id, organization_id, name, stream, payload, actor, trace_id, cause, created_at, attempts';

export const laneOf = (stream: string): number =>
  (createHash('sha256').update(stream).digest()[0] ?? 0) % LANES;

/** Puts an event into the caller's transaction; it leaves only if that commits. @returns its id */
export async function enqueueEvent(tx: Transaction, event: NewEvent): Promise<string> {
  const id = randomUUID();
  await tx.sql(
    `with event as (
       insert into outbox (id, lane, stream, name, payload, actor, trace_id, cause)
       values (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
     ) select pg_notify(?, ?)`,
    [
      id,
      laneOf(event.stream),
      event.stream,
      event.name,
      JSON.stringify(event.payload),
      JSON.stringify(event.actor),
      event.traceId,
      event.cause ?? null,
      CHANNEL,
      tx.organizationId,
    ],
  );
  return id;
}

/**
 * Delivered events after the one that a client saw last, oldest first. Lanes run side by side, so those
 * delivered up to two seconds before it on other lanes come again: the client knows them by id.
 * An unknown `afterId` (purged) gives everything that is kept.
 */
export function readEvents(
  tx: Transaction,
  query: { afterId: string; names?: readonly string[]; limit: number },
): Promise<OutboxEvent[]> {
  return tx.sql<OutboxEvent>(
    `with seen as (select lane, seq, coalesce(delivered_at, now()) as at from outbox where id = ?::uuid)
     select ${EVENT_COLUMNS} from outbox o
     where delivered_at is not null and (?::text[] is null or name = any(?::text[]))
       and not exists (
         select 1 from seen where o.delivered_at < seen.at - interval '2 seconds'
           or (o.lane = seen.lane and o.seq <= seen.seq))
     order by delivered_at, seq limit ?`,
    [query.afterId, query.names ?? null, query.names ?? null, query.limit],
  );
}

/** Forgets events delivered more than `days` ago, in every organisation. @returns how many */
export async function purgeEvents(db: Database, days: number): Promise<number> {
  let purged = 0;
  for (const { id } of await db.organizations()) {
    const rows = await db.transaction(id, (tx) =>
      tx.sql(
        'delete from outbox where delivered_at < now() - make_interval(days => ?) returning 1',
        [days],
      ),
    );
    purged += rows.length;
  }
  return purged;
}
