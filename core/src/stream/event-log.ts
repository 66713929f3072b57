import { type Database, DELIVERED_CHANNEL } from '../data/index.ts';

/** A durable event at its place in the order that all clients of an organisation see. */
export interface LoggedEvent {
  readonly position: number;
  readonly id: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly trace_id: string | null;
  readonly created_at: Date;
}

export interface EventLog {
  after(organizationId: string, position: number, limit: number): Promise<LoggedEvent[]>;
  /** Position of the newest event; 0 when there is none. */
  latest(organizationId: string): Promise<number>;
  /** Calls `handler` with the organisation of each new event, and with '' when some may have been missed. */
  listen(handler: (organizationId: string) => void): Promise<{ stop(): Promise<void> }>;
}

/**
 * The order of events as clients see it. The outbox gives an event its position as it is delivered, under
 * the lock of the organisation's head, held until the commit: whoever reads position n has n-1 before it,
 * so a resume loses and repeats nothing.
 */
export function eventLog(db: Database): EventLog {
  return {
    after: (organizationId, position, limit) =>
      db.read(organizationId, (tx) =>
        tx.sql<LoggedEvent>(
          `select position, id, name, payload, actor, trace_id, created_at from outbox
           where position > ? order by position limit ?`,
          [position, limit],
        ),
      ),
    async latest(organizationId) {
      const [head] = await db.read(organizationId, (tx) =>
        tx.sql<{ position: number }>('select position from stream_heads'),
      );
      return head?.position ?? 0;
    },
    listen: (handler) => db.listen(DELIVERED_CHANNEL, handler),
  };
}
