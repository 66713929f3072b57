import type { Page, PageRequest } from '../paging.ts';
import { pageOf } from '../paging.ts';
import type { Transaction } from '../transaction.ts';

export interface AuditSearch extends PageRequest {
  readonly object_type?: string;
  readonly object_id?: string;
  readonly actor_id?: string;
  readonly action?: string;
  /** Only objects that this person has an entry with. */
  readonly touched_by?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** An audit row as it is shown: who, when, what, before and after, with its signature. */
export interface AuditRow {
  readonly id: string;
  readonly ts: Date;
  readonly actor_id: string | null;
  readonly role: string | null;
  readonly action: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly old_new_diff_json: {
    old: Record<string, unknown> | null;
    new: Record<string, unknown> | null;
  };
  readonly prev_sig: string;
  readonly sig_hash: string;
  readonly trace_id: string | null;
  readonly ip: string | null;
  readonly result: string | null;
}

/** Audit rows, newest first. */
export async function searchAudit(tx: Transaction, search: AuditSearch): Promise<Page<AuditRow>> {
  const { page, page_size, offset } = pageOf(search);
  const terms: [string, unknown][] = [
    ['object_type = ?', search.object_type],
    ['object_id = ?::uuid', search.object_id],
    ['actor_id = ?::uuid', search.actor_id],
    ['action = ?', search.action],
    [
      `exists (select 1 from audit_log own where own.object_type = audit_log.object_type
         and own.object_id = audit_log.object_id and own.actor_id = ?::uuid)`,
      search.touched_by,
    ],
    ['ts >= ?::timestamptz', search.from],
    ['ts <= ?::timestamptz', search.to],
  ];
  const given = terms.filter(([, value]) => value !== undefined);
  const where = given.length ? `where ${given.map(([term]) => term).join(' and ')}` : '';
  const values = given.map(([, value]) => value);
  const items = await tx.sql<AuditRow>(
    `select id, ts, actor_id, role, action, object_type, object_id, old_new_diff_json, prev_sig, sig_hash,
       trace_id, host(ip) as ip, result
     from audit_log ${where} order by ts desc, position desc, id limit ${page_size} offset ${offset}`,
    values,
  );
  const [count] = await tx.sql<{ total: number }>(
    `select count(*) as total from audit_log ${where}`,
    values,
  );
  return { items, page, page_size, total: count?.total ?? 0 };
}
