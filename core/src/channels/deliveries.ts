import { conflict } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, oneOf, text } from '../api/fields.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { APPROVAL_READERS } from '../auth/roles.ts';
import { delivery, REASONS } from './records.ts';
import { CHANNEL_KEEPERS, type ChannelOperationParts, deliveryStatus, paged } from './shared.ts';

const READERS = ['sex_boshligi', 'texnolog', 'direktor', ...CHANNEL_KEEPERS] as const;

/** Messages on their way, and those that were given up. */
export function deliveryOperations({ wake }: ChannelOperationParts): OperationDef[] {
  return [
    operation({
      name: 'deliveries.list',
      http: 'GET /deliveries',
      summary: { uz: 'Yuborilgan xabarlar', ru: 'Отправленные сообщения', en: 'Messages sent' },
      roles: READERS,
      effect: 'read',
      input: {
        status: deliveryStatus().optional(),
        channel: text({ maxLength: 64 }).optional(),
        reason: oneOf(...REASONS).optional(),
        ...paged(),
      },
      async run({ db, input, actor }) {
        const { status, channel, reason, page, page_size } = input;
        const rows = await db.sql<RowOf<typeof delivery> & { total: number }>(
          `select *, count(*) over () as total from alert_deliveries
           where (?::text is null or status = ?) and (?::text is null or channel = ?)
             and (?::text is null or reason = ?)
           order by seq desc limit ? offset ?`,
          [status, status, channel, channel, reason, reason, page_size, (page - 1) * page_size],
        );
        return {
          items: rows.map((row) => deliveryView(row, actor)),
          page,
          page_size,
          total: rows[0]?.total ?? 0,
        };
      },
    }),
    operation({
      name: 'deliveries.get',
      http: 'GET /deliveries/:delivery_id',
      summary: { uz: 'Xabar', ru: 'Сообщение', en: 'A message' },
      roles: READERS,
      effect: 'read',
      input: { delivery_id: id('alert_delivery') },
      facts: { delivery: byId(delivery, 'delivery_id') },
      run: async ({ facts, actor }) => deliveryView(facts.delivery, actor),
    }),
    operation({
      name: 'deliveries.retry',
      http: 'POST /deliveries/:delivery_id/retry',
      status: 200,
      summary: { uz: 'Qayta yuborish', ru: 'Отправить снова', en: 'Send a message again' },
      roles: CHANNEL_KEEPERS,
      effect: 'record',
      input: { delivery_id: id('alert_delivery') },
      facts: { delivery: byId(delivery, 'delivery_id', { lock: true }) },
      async run({ db, facts, now, actor, afterCommit }) {
        const row = needDead(facts.delivery);
        const address = await addressNow(db, row.user_id, row.channel, row.address);
        afterCommit(wake);
        const next = { attempts: 0, next_at: now, finished_at: null, address };
        const again = await db.of(delivery).update(row.id, { status: 'ready', ...next });
        return deliveryView(again, actor);
      },
    }),
    operation({
      name: 'deliveries.dismiss',
      http: 'POST /deliveries/:delivery_id/dismiss',
      status: 200,
      summary: { uz: 'Ro‘yxatdan olish', ru: 'Снять с разбора', en: 'Put a message aside' },
      roles: CHANNEL_KEEPERS,
      effect: 'record',
      input: { delivery_id: id('alert_delivery'), note: text({ pattern: '\\S', maxLength: 1000 }) },
      facts: { delivery: byId(delivery, 'delivery_id', { lock: true }) },
      async run({ db, facts, input, now, actor }) {
        const { id: deliveryId } = needDead(facts.delivery);
        const patch = { status: 'skipped', message: input.note, finished_at: now } as const;
        return deliveryView(await db.of(delivery).update(deliveryId, patch), actor);
      },
    }),
  ];
}

type Row = RowOf<typeof delivery>;

function needDead(row: Row): Row {
  if (row.status === 'dead') return row;
  throw conflict('delivery_not_dead', `This message is ${row.status}`, { status: row.status });
}

/** The person may have mended the address meanwhile. */
async function addressNow(
  db: { sql<T>(text: string, values: readonly unknown[]): Promise<T[]> },
  userId: string | null,
  channel: string,
  before: string | null,
): Promise<string | null> {
  const [found] = await db.sql<{ address: string }>(
    'select address from user_channels where enabled and user_id = ? and channel = ?',
    [userId, channel],
  );
  return found?.address ?? before;
}

const isFor = (row: Row, { id: own }: Actor): boolean => own !== null && row.user_id === own;

const seesAddress = (row: Row, actor: Actor): boolean =>
  isFor(row, actor) || CHANNEL_KEEPERS.some((role) => actor.roles.includes(role));

/** What an approval is about is for whom it was sent to, and for who sees every request. */
const seesWords = (row: Row, actor: Actor): boolean =>
  row.approval_id === null ||
  isFor(row, actor) ||
  APPROVAL_READERS.some((role) => actor.roles.includes(role));

/** A message as it is shown; where others are reached is for who keeps that. */
export const deliveryView = (row: Row, actor: Actor) => ({
  id: row.id,
  alert_id: row.alert_id,
  approval_id: row.approval_id,
  reason: row.reason,
  severity: row.severity,
  channel: row.channel,
  user_id: row.user_id,
  recipient: row.recipient,
  address: seesAddress(row, actor) ? row.address : null,
  ...(seesWords(row, actor)
    ? { subject: row.subject, body: row.body }
    : { subject: null, body: null }),
  status: row.status,
  attempts: row.attempts,
  meant_at: row.meant_at,
  next_at: row.status === 'ready' ? row.next_at : null,
  failure: row.failure,
  message: row.message,
  finished_at: row.finished_at,
  created_at: row.created_at,
});
