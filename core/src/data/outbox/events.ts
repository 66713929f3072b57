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
  /** When it happened; without it, when it was recorded. */
  readonly at?: Date;
}

/** A durable event as a consumer gets it; consumers tell repeats by `id`. */
export interface OutboxEvent {
  readonly id: string;
  readonly organization_id: string;
  readonly lane: number;
  readonly name: string;
  readonly stream: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly trace_id: string | null;
  readonly cause: string | null;
  readonly created_at: Date;
  /** When it happened: of late events this is before they were recorded. */
  readonly occurred_at: Date;
  /** Deliveries that failed so far. */
  readonly attempts: number;
}

export const EVENT_COLUMNS =
  'id, organization_id, lane, name, stream, payload, actor, trace_id, cause, created_at, occurred_at, attempts';

export const laneOf = (stream: string): number =>
  (createHash('sha256').update(stream).digest()[0] ?? 0) % LANES;

/** Puts an event into the caller's transaction; it leaves only if that commits. @returns its id */
export async function enqueueEvent(tx: Transaction, event: NewEvent): Promise<string> {
  const id = randomUUID();
  await tx.sql(
    `with event as (
       insert into outbox (id, lane, stream, name, payload, actor, trace_id, cause, occurred_at)
       values (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, coalesce(?, now()))
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
      event.at ?? null,
      CHANNEL,
      tx.organizationId,
    ],
  );
  return id;
}

/** Of the oldest at once. */
const PURGED_AT_ONCE = 2_000;

/** Forgets events delivered more than `days` ago, in every organisation. @returns how many */
export async function purgeEvents(db: Database, days: number): Promise<number> {
  let purged = 0;
  for (const { id } of await db.organizations()) {
    for (let more = true; more; ) {
      // Positions are given as events are delivered: the lowest are the oldest.
      const rows = await db.transaction(id, (tx) =>
        tx.sql(
          `with oldest as (
             select id, delivered_at from outbox where position is not null
             order by position limit ${PURGED_AT_ONCE})
           delete from outbox o using oldest where o.id = oldest.id
             and oldest.delivered_at < now() - make_interval(days => ?) returning 1`,
          [days],
        ),
      );
      purged += rows.length;
      more = rows.length === PURGED_AT_ONCE;
    }
  }
  return purged;
}
