import type { Database } from '../database.ts';
import { mayBeRepeated } from '../repeatable.ts';
import type { Transaction } from '../transaction.ts';
import { EVENT_COLUMNS, type OutboxEvent } from './events.ts';

/** Done once a delivery is committed. It must not throw. */
export type AfterCommit = () => void;

/**
 * Gives events to their consumers, in their order. What a consumer keeps in `tx` is kept together with
 * the delivery: all of it once, or nothing. What it does elsewhere may be done again.
 */
export type Deliver = (
  events: readonly OutboxEvent[],
  tx: Transaction,
) => Promise<AfterCommit | undefined>;

/** Lanes of one organisation. */
export interface Place {
  readonly organizationId: string;
  readonly lanes: readonly number[];
}

/** Listeners are told that events have got their place in the order; the payload is the organisation. */
export const DELIVERED_CHANNEL = 'qoida_stream';

/** Of one lane in one batch: what is more waits for the next. */
const OF_A_LANE = 200;

/** Events that their consumers did not take. Nothing of them is kept. */
export class DeliveryFailed extends Error {
  readonly events: readonly OutboxEvent[];
  constructor(events: readonly OutboxEvent[], cause: unknown) {
    super('events could not be delivered', { cause });
    this.events = events;
  }
}

/**
 * Delivers what waits in some lanes, as one batch in one transaction.
 * @param mayGoOn asked before the consumers are; false when the lanes are no longer ours
 * @param most of each lane
 * @returns whether more may wait
 * @throws DeliveryFailed
 */
export async function deliverBatch(
  db: Database,
  { organizationId, lanes }: Place,
  deliver: Deliver,
  mayGoOn: () => boolean,
  most = OF_A_LANE,
): Promise<boolean> {
  let taken: readonly OutboxEvent[] = [];
  let after: AfterCommit | undefined;
  try {
    await db.transaction(organizationId, async (tx) => {
      await mayBeRepeated(tx);
      const events = await waiting(tx, lanes, most);
      if (events.length === 0 || !mayGoOn()) return;
      taken = events;
      after = await deliver(events, tx);
      await settle(tx, events);
    });
  } catch (error) {
    if (taken.length === 0) throw error;
    throw new DeliveryFailed(taken, error);
  }
  after?.();
  const ofLane = Map.groupBy(taken, ({ lane }) => lane);
  return [...ofLane.values()].some(({ length }) => length >= most);
}

/**
 * What waits, in the order of `seq`. Of two events of a stream the later was inserted after the earlier had
 * committed, or they ran side by side; so whoever sees the later sees the earlier too. Rows are marked one
 * by one instead of moving a cursor, so a row that commits late is only later, never skipped.
 */
const waiting = (tx: Transaction, lanes: readonly number[], most: number): Promise<OutboxEvent[]> =>
  tx.sql(
    `select ${EVENT_COLUMNS} from unnest(?::smallint[]) as lanes (of_lane) cross join lateral (
       select * from outbox o where o.lane = lanes.of_lane and o.delivered_at is null
       order by o.seq limit ?) as e order by seq`,
    [lanes, most],
  );

/** Lanes that were lost meanwhile were delivered by another node: then none of it counts. */
async function settle(tx: Transaction, events: readonly OutboxEvent[]): Promise<void> {
  const count = events.length;
  const [row] = await tx.sql<{ settled: number }>(
    `with head as (
       insert into stream_heads (position) values (?) on conflict (organization_id)
         do update set position = stream_heads.position + excluded.position returning position
     ), settled as (
       update outbox o set delivered_at = clock_timestamp(), last_error = null,
         position = head.position - ? + e.place
       from unnest(?::uuid[]) with ordinality as e (id, place), head
       where o.id = e.id and o.delivered_at is null returning 1
     ) select count(*) as settled, pg_notify(?, ?) from settled`,
    [count, count, events.map(({ id }) => id), DELIVERED_CHANNEL, tx.organizationId],
  );
  if (row?.settled !== count) throw new Error('these events were delivered by another node');
}

/** Keeps that an event was not taken. */
export async function noteFailure(
  db: Database,
  { id, organization_id }: OutboxEvent,
  error: unknown,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  await db.transaction(organization_id, (tx) =>
    tx.sql('update outbox set attempts = attempts + 1, last_error = ? where id = ?', [
      message.slice(0, 2000),
      id,
    ]),
  );
}
