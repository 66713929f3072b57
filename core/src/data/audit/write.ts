import { randomUUID } from 'node:crypto';
import type { Actor } from '../../api/operations.ts';
import type { Change } from '../changes.ts';
import type { Transaction } from '../transaction.ts';
import { type ChainHead, type SignedRow, sealHead, signRow } from './chain.ts';
import { type Diff, diffOf } from './diff.ts';

/** The object of an entry that concerns none (a sign-in, an export). */
export const NO_OBJECT = '00000000-0000-0000-0000-000000000000';

export interface AuditEntry {
  readonly action: string;
  readonly actor: Actor;
  readonly role: string;
  /** uuid */
  readonly traceId: string;
  readonly now: Date;
  readonly ip?: string;
  readonly result: string;
  readonly serverSecret: string;
  /** For an action that changes no record: what it was done to. Written even without changes. */
  readonly object?: { readonly object_type: string; readonly object_id?: string };
}

interface Item {
  readonly object_type: string;
  readonly object_id: string;
  readonly diff: Diff;
}

/**
 * Writes one signed row per changed object in the caller's transaction. The heads are locked in one
 * order, so writers of one object queue up and its chain never forks.
 * @returns the number of rows
 */
export async function writeAudit(
  tx: Transaction,
  entry: AuditEntry,
  changes: readonly Change[],
): Promise<number> {
  const items = itemsOf(entry, changes);
  if (items.length === 0) return 0;
  const heads = await lockHeads(tx, items, entry.now);
  const rows = items.map((item) => {
    const head = heads.get(keyOf(item));
    return nextRow(tx.organizationId, entry, item, head?.last_sig ?? '', (head?.entries ?? 0) + 1);
  });
  await tx.sql(
    `with rows as materialized (
       select * from jsonb_to_recordset(?::jsonb) as r (
         id uuid, ts timestamptz, position bigint, actor_id uuid, role text, action text, object_type text,
         object_id uuid, diff jsonb, prev_sig text, sig_hash text, seal text)
     ), heads as (
       update audit_heads h set last_sig = r.sig_hash, entries = r.position, last_ts = r.ts, seal = r.seal
       from rows r where h.object_type = r.object_type and h.object_id = r.object_id
     )
     insert into audit_log (id, ts, position, actor_id, role, action, object_type, object_id,
       old_new_diff_json, prev_sig, sig_hash, trace_id, ip, result)
     select id, ts, position, actor_id, role, action, object_type, object_id, diff, prev_sig, sig_hash,
       ?::uuid, ?::inet, ? from rows`,
    [JSON.stringify(rows), entry.traceId, entry.ip ?? null, entry.result],
  );
  return rows.length;
}

function itemsOf(entry: AuditEntry, changes: readonly Change[]): Item[] {
  const items = changes.flatMap((change): Item[] => {
    const diff = change.record.options.audit === false ? null : diffOf(change);
    return diff ? [{ object_type: change.record.name, object_id: change.object_id, diff }] : [];
  });
  const { object } = entry;
  if (object && items.length === 0) {
    const object_id = object.object_id ?? NO_OBJECT;
    items.push({ object_type: object.object_type, object_id, diff: { old: null, new: null } });
  }
  return items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = (item: { object_type: string; object_id: string }) =>
  `${item.object_type} ${item.object_id}`;

type HeadRow = Pick<ChainHead, 'object_type' | 'object_id' | 'last_sig' | 'entries'>;

async function lockHeads(
  tx: Transaction,
  items: readonly Item[],
  now: Date,
): Promise<Map<string, HeadRow>> {
  const places = items.map(({ object_type, object_id }) => ({ object_type, object_id }));
  const heads = await tx.sql<HeadRow>(
    `insert into audit_heads (object_type, object_id, last_sig, entries, last_ts, seal)
     select r.object_type, r.object_id, '', 0, ?, ''
     from jsonb_to_recordset(?::jsonb) as r (object_type text, object_id uuid) order by 1, 2
     on conflict (organization_id, object_type, object_id) do update set seal = audit_heads.seal
     returning object_type, object_id, last_sig, entries`,
    [now, JSON.stringify(places)],
  );
  return new Map(heads.map((head) => [keyOf(head), head]));
}

function nextRow(
  organizationId: string,
  entry: AuditEntry,
  item: Item,
  prevSig: string,
  position: number,
) {
  const signed: SignedRow = {
    id: randomUUID(),
    ts: entry.now,
    actor_id: entry.actor.id,
    role: entry.role,
    action: entry.action,
    ...item,
  };
  const sig = signRow(entry.serverSecret, prevSig, signed);
  const { object_type, object_id } = item;
  const head = { object_type, object_id, last_sig: sig, entries: position };
  const seal = sealHead(entry.serverSecret, organizationId, head);
  return { ...signed, position, prev_sig: prevSig, sig_hash: sig, seal };
}
