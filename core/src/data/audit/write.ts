import { randomUUID } from 'node:crypto';
import type { Actor, Prepared, Tx } from '../../api/operations.ts';
import type { Change } from '../changes.ts';
import { type ChainHead, type SignedRow, sealHead, signContext, signRow } from './chain.ts';
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
  tx: Tx,
  entry: AuditEntry,
  changes: readonly Change[],
): Promise<number> {
  const items = itemsOf(entry, changes);
  if (items.length === 0) return 0;
  const heads = await lockHeads(tx, items, entry);
  const rows = items.map((item) =>
    nextRow(tx.organizationId, entry, item, heads.get(keyOf(item)) ?? null),
  );
  await tx.sql(KEEP, [
    rows.map((row) => JSON.stringify(row)),
    entry.traceId,
    entry.ip ?? null,
    entry.result,
  ]);
  return rows.length;
}

// Lists instead of one JSON text: the planner then expects few rows, and finds heads by their index.
const KEEP: Prepared = {
  name: 'qoida_keep_audit',
  text: `
with rows as materialized (
  select r.* from unnest($1::jsonb[]) as of_row cross join lateral jsonb_to_record(of_row) as r (
    id uuid, ts timestamptz, position bigint, actor_id uuid, role text, action text, object_type text,
    object_id uuid, diff jsonb, prev_sig text, sig_hash text, context_sig text, context_from bigint,
    seal text)
), heads as (
  update audit_heads h set last_sig = r.sig_hash, entries = r.position, last_ts = r.ts, seal = r.seal,
    context_from = r.context_from
  from rows r where h.object_type = r.object_type and h.object_id = r.object_id
)
insert into audit_log (id, ts, position, actor_id, role, action, object_type, object_id,
  old_new_diff_json, prev_sig, sig_hash, context_sig, trace_id, ip, result)
select id, ts, position, actor_id, role, action, object_type, object_id, diff, prev_sig, sig_hash,
  context_sig, $2::uuid, $3::inet, $4 from rows`,
};

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

interface HeadRow extends Omit<ChainHead, 'seal'> {
  /** As the database writes them: what is signed must read the same later. */
  readonly trace_id: string;
  readonly ip: string | null;
}

const LOCK: Prepared = {
  name: 'qoida_lock_audit_heads',
  text: `
insert into audit_heads (object_type, object_id, last_sig, entries, last_ts, seal)
select object_type, object_id, '', 0, $1, '' from unnest($2::text[], $3::uuid[]) as r (object_type, object_id)
order by 1, 2
on conflict (organization_id, object_type, object_id) do update set seal = audit_heads.seal
returning object_type, object_id, last_sig, entries, context_from, $4::uuid as trace_id, host($5::inet) as ip`,
};

async function lockHeads(
  tx: Tx,
  items: readonly Item[],
  entry: AuditEntry,
): Promise<Map<string, HeadRow>> {
  const heads = await tx.sql<HeadRow>(LOCK, [
    entry.now,
    items.map(({ object_type }) => object_type),
    items.map(({ object_id }) => object_id),
    entry.traceId,
    entry.ip ?? null,
  ]);
  return new Map(heads.map((head) => [keyOf(head), head]));
}

function nextRow(organizationId: string, entry: AuditEntry, item: Item, last: HeadRow | null) {
  const prevSig = last?.last_sig ?? '';
  const position = (last?.entries ?? 0) + 1;
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
  const head = {
    object_type,
    object_id,
    last_sig: sig,
    entries: position,
    context_from: last?.context_from ?? position,
  };
  const context = {
    trace_id: last?.trace_id ?? null,
    ip: last?.ip ?? null,
    result: entry.result,
  };
  return {
    ...signed,
    position,
    prev_sig: prevSig,
    sig_hash: sig,
    context_sig: signContext(entry.serverSecret, organizationId, sig, context),
    context_from: head.context_from,
    seal: sealHead(entry.serverSecret, organizationId, head),
  };
}
