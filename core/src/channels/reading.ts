import type { ChannelMessage } from '../api/channels.ts';
import type { Transaction } from '../data/index.ts';
import type { Delivery } from './claim.ts';

/** How a channel is set up; null where nobody did. */
export async function rowOf(tx: Transaction, name: string) {
  const [row] = await tx.sql<{
    settings: Readonly<Record<string, unknown>>;
    sealed: string | null;
    enabled: boolean;
  }>('select settings, sealed, enabled from channels where name = ?', [name]);
  return row ?? null;
}

type AlertNow = NonNullable<ChannelMessage['alert']>;
type ApprovalNow = NonNullable<ChannelMessage['approval']>;

/** The alerts of messages as they stand now. */
export async function alertsOf(
  tx: Transaction,
  rows: readonly Delivery[],
  publicUrl: string | null,
): Promise<ReadonlyMap<string, AlertNow>> {
  const ids = rows.flatMap(({ alert_id }) => (alert_id === null ? [] : [alert_id]));
  const found = await tx.sql<Omit<AlertNow, 'url'>>(
    `select id, rule, group_key as "group", status, count, value, threshold, unit, ts as opened_at
     from alerts where id = any(?::uuid[])`,
    [ids],
  );
  return new Map(
    found.map((one) => [
      one.id,
      { ...one, url: publicUrl === null ? null : `${publicUrl}/alerts/${one.id}` },
    ]),
  );
}

/** The request for approval of a message as it stands now. */
export async function approvalOf(
  tx: Transaction,
  { approval_id }: Delivery,
  publicUrl: string | null,
): Promise<ApprovalNow | null> {
  const [found] = await tx.sql<Omit<ApprovalNow, 'url'>>(
    'select id, type, state, outcome, expires_at from approval_requests where id = ?::uuid',
    [approval_id],
  );
  return found === undefined ? null : { ...found, url: approvalUrl(publicUrl, found.id) };
}

/** Where a person sees a request for approval. */
export const approvalUrl = (publicUrl: string | null, id: string): string | null =>
  publicUrl === null ? null : `${publicUrl}/approvals/${id}`;
