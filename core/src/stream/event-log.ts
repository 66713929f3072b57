import type { Database, OutboxEvent, Transaction } from '../data/index.ts';

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
  /** Gives a delivered event its position; a repeated delivery changes nothing. */
  append(event: Pick<OutboxEvent, 'id' | 'organization_id'>): Promise<void>;
  after(organizationId: string, position: number, limit: number): Promise<LoggedEvent[]>;
  /** Position of the newest event; 0 when there is none. */
  latest(organizationId: string): Promise<number>;
  /** Calls `handler` with the organisation of each new event, and with '' when some may have been missed. */
  listen(handler: (organizationId: string) => void): Promise<{ stop(): Promise<void> }>;
}

const CHANNEL = 'qoida_stream';

/**
 * The order of events as clients see it. Positions are given under the lock of the organisation's head,
 * held until the commit: whoever reads position n has n-1 before it, so a resume loses and repeats nothing.
 */
export function eventLog(db: Database): EventLog {
  return {
    append: ({ id, organization_id }) => db.transaction(organization_id, (tx) => append(tx, id)),
    after: (organizationId, position, limit) =>
      db.read(organizationId, (tx) =>
        tx.sql<LoggedEvent>(
          `select l.position, o.id, o.name, o.payload, o.actor, o.trace_id, o.created_at
           from stream_log l join outbox o on o.id = l.event_id
           where l.position > ? order by l.position limit ?`,
          [position, limit],
        ),
      ),
    async latest(organizationId) {
      const [head] = await db.read(organizationId, (tx) =>
        tx.sql<{ position: number }>('select position from stream_heads'),
      );
      return head?.position ?? 0;
    },
    listen: (handler) => db.listen(CHANNEL, handler),
  };
}

async function append(tx: Transaction, eventId: string): Promise<void> {
  await tx.sql('insert into stream_heads (position) values (0) on conflict do nothing');
  const [head] = await tx.sql<{ position: number }>('select position from stream_heads for update');
  const position = (head?.position ?? 0) + 1;
  const added = await tx.sql(
    'insert into stream_log (position, event_id) values (?, ?) on conflict (event_id) do nothing returning position',
    [position, eventId],
  );
  if (added.length === 0) return;
  await tx.sql('update stream_heads set position = ?', [position]);
  await tx.sql('select pg_notify(?, ?)', [CHANNEL, tx.organizationId]);
}
