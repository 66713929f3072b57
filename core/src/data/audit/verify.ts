import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { type AuditFault, type ChainHead, type ChainRow, checkChain } from './chain.ts';

export interface VerifyRange {
  readonly from?: Date;
  readonly to?: Date;
  readonly serverSecret: string;
}

interface Place {
  readonly object_type: string;
  readonly object_id: string;
}

const PAGE = 500;
const FIRST: Place = { object_type: '', object_id: '00000000-0000-0000-0000-000000000000' };

/**
 * Checks the whole chain of every object that has an entry between `from` and `to`.
 * @returns the number of rows checked and what doesn't fit
 */
export async function verifyAudit(
  db: Database,
  organizationId: string,
  range: VerifyRange,
): Promise<{ checked: number; faults: AuditFault[] }> {
  const faults: AuditFault[] = [];
  let checked = 0;
  let after: Place | undefined = FIRST;
  while (after) {
    const start: Place = after;
    const page: { checked: number; faults: AuditFault[]; next: Place | undefined } = await db.read(
      organizationId,
      (tx) => verifyPage(tx, start, range),
    );
    checked += page.checked;
    faults.push(...page.faults);
    after = page.next;
  }
  return { checked, faults };
}

async function verifyPage(tx: Transaction, after: Place, range: VerifyRange) {
  const places = await placesAfter(tx, after, range);
  const list = JSON.stringify(places);
  const join = `join jsonb_to_recordset(?::jsonb) as p (object_type text, object_id uuid) using (object_type, object_id)`;
  const rows = await tx.sql<ChainRow>(
    `select id, ts, actor_id, role, action, object_type, object_id, old_new_diff_json as diff, prev_sig, sig_hash
     from audit_log ${join} order by object_type, object_id, position, ts`,
    [list],
  );
  const heads = await tx.sql<ChainHead>(
    `select object_type, object_id, last_sig, entries, seal from audit_heads ${join}`,
    [list],
  );
  const key = (place: Place) => `${place.object_type} ${place.object_id}`;
  const rowsOf = Map.groupBy(rows, key);
  const headOf = new Map(heads.map((head) => [key(head), head]));
  const keys = { secret: range.serverSecret, organizationId: tx.organizationId };
  const faults = places.flatMap((place) =>
    checkChain(place, rowsOf.get(key(place)) ?? [], headOf.get(key(place)) ?? null, keys),
  );
  return { checked: rows.length, faults, next: places.length === PAGE ? places.at(-1) : undefined };
}

/** Objects after `after`, by their rows or, where all rows were taken away, by their heads. */
function placesAfter(tx: Transaction, after: Place, { from, to }: VerifyRange): Promise<Place[]> {
  const within = (column: string) =>
    `(object_type, object_id) > (?, ?::uuid) and ${column} >= ?::timestamptz and ${column} <= ?::timestamptz`;
  const values = [after.object_type, after.object_id, from ?? '-infinity', to ?? 'infinity'];
  return tx.sql<Place>(
    `(select distinct object_type, object_id from audit_log where ${within('ts')} order by 1, 2 limit ${PAGE})
     union
     (select object_type, object_id from audit_heads where ${within('last_ts')} order by 1, 2 limit ${PAGE})
     order by 1, 2 limit ${PAGE}`,
    [...values, ...values],
  );
}
