import type { Actor, Tx } from '../api/operations.ts';
import { enqueueEvent, type Transaction } from '../data/index.ts';

/** What happened to an alert. */
export interface HistoryEntry {
  readonly alertId: string;
  readonly at: number;
  readonly change: 'opened' | 'told' | 'acknowledged' | 'closed';
  /** A person or a program; null for the rule itself. */
  readonly by: string | null;
  readonly note?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Keeps what happened, in the order given. */
export async function keepHistory(tx: Tx, entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ alertId, at, change, by, note, details }) => ({
    alert_id: alertId,
    at: new Date(at),
    change,
    by_name: by,
    note: note ?? null,
    details: details ?? {},
  }));
  await tx.sql(
    `insert into alert_history (alert_id, at, change, by_name, note, details)
     select alert_id, at, change, by_name, note, details from jsonb_to_recordset(?::jsonb)
       as r (alert_id uuid, at timestamptz, change text, by_name text, note text, details jsonb)`,
    [JSON.stringify(rows)],
  );
}

interface Announced {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly traceId: string;
  readonly runId: string;
}

/** Tells an event of an alert. It acts as the platform, under its own name. */
export const announce = (
  tx: Transaction,
  name: string,
  { id, rule, severity, traceId, runId }: Announced,
): Promise<string> =>
  enqueueEvent(tx, {
    name,
    stream: `alert:${id}`,
    payload: { alert_id: id, rule, severity },
    actor: actorOf(rule, tx.organizationId),
    traceId,
    cause: runId,
  });

const actorOf = (rule: string, organizationId: string): Actor => ({
  kind: 'system',
  id: null,
  name: `alert ${rule}`,
  roles: [`alert:${rule}`],
  locale: 'uz',
  organizationId,
});
