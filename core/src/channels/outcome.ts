import { randomUUID } from 'node:crypto';
import type { ChannelFault } from '../api/channels.ts';
import { type DataLog, enqueueEvent, type Transaction } from '../data/index.ts';
import type { Delivery } from './claim.ts';
import { alertTold, approvalTold } from './events.ts';

/** What became of the messages of one bundle. */
export type Outcome =
  | { readonly kind: 'sent'; readonly rows: readonly Delivery[] }
  | { readonly kind: 'failed'; readonly rows: readonly Delivery[]; readonly fault: ChannelFault }
  /** They were not even tried: they wait as before. */
  | { readonly kind: 'untried'; readonly rows: readonly Delivery[]; readonly until: Date };

export interface OutcomeParts {
  readonly now: Date;
  /** Wait before the second attempt, ms. */
  readonly retryMs: number;
  readonly log: DataLog;
}

const MOST_ATTEMPTS = 10;
/** The longest wait, also where another system asks for more. */
export const LONGEST_WAIT_MS = 3_600_000;

/** Keeps what became of messages, and tells it. */
export async function keepOutcomes(
  tx: Transaction,
  outcomes: readonly Outcome[],
  parts: OutcomeParts,
): Promise<void> {
  const sent = outcomes.flatMap((one) => (one.kind === 'sent' ? one.rows : []));
  if (sent.length > 0)
    await tx.sql(
      `update alert_deliveries set status = 'sent', failure = null, message = null, finished_at = ?
       where id = any(?::uuid[])`,
      [parts.now, sent.map(({ id }) => id)],
    );
  for (const row of sent) await tell(tx, row, 'sent');
  for (const one of outcomes) {
    if (one.kind === 'failed') await failed(tx, one, parts);
    if (one.kind === 'untried')
      await tx.sql(
        `update alert_deliveries set status = 'ready', attempts = attempts - 1, next_at = ?
         where id = any(?::uuid[])`,
        [one.until, one.rows.map(({ id }) => id)],
      );
  }
}

/** Tried again later, or given up: a test is told at once. */
async function failed(
  tx: Transaction,
  { rows, fault }: Extract<Outcome, { kind: 'failed' }>,
  { now, retryMs, log }: OutcomeParts,
): Promise<void> {
  for (const row of rows) {
    const attempts = row.attempts + 1;
    const again = fault.again && attempts < MOST_ATTEMPTS && row.reason !== 'test';
    const wait = Math.max(retryMs * 2 ** (attempts - 1), fault.afterMs ?? 0);
    await tx.sql(
      `update alert_deliveries set status = ?, next_at = ?, failure = ?, message = ?, finished_at = ? where id = ?`,
      [
        again ? 'ready' : 'dead',
        again ? new Date(now.getTime() + Math.min(LONGEST_WAIT_MS, wait)) : now,
        fault.reason.slice(0, 200),
        fault.message.slice(0, 2000),
        again ? null : now,
        row.id,
      ],
    );
    if (again) continue;
    log.error({ channel: row.channel, reason: fault.reason }, 'a message was given up');
    await tell(tx, row, 'dead');
  }
}

const tell = (tx: Transaction, row: Delivery, status: 'sent' | 'dead') =>
  enqueueEvent(tx, {
    name: row.approval_id === null ? alertTold.name : approvalTold.name,
    stream: `delivery:${row.id}`,
    payload: {
      ...(row.approval_id === null ? { alert_id: row.alert_id } : { approval_id: row.approval_id }),
      delivery_id: row.id,
      channel: row.channel,
      user_id: row.user_id,
      reason: row.reason,
      status,
    },
    actor: {
      kind: 'system',
      id: null,
      name: 'messages',
      roles: [],
      locale: 'uz',
      organizationId: tx.organizationId,
    },
    traceId: randomUUID(),
  });
