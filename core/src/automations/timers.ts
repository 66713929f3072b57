import type { Tx } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import type { Flows } from './flows.ts';

/** Rules and keys whose time has come, the longest due first. */
export const dueTimers = (
  tx: Tx,
  now: Date,
  { limit, skip }: { limit: number; skip: number },
): Promise<{ rule: string; key: string }[]> =>
  tx.sql(
    `select rule, key from rule_states where timer_at <= ? order by timer_at, rule, key
     limit ? offset ?`,
    [now, limit, skip],
  );

export async function nextTimer(db: Database, organizationId: string): Promise<number> {
  const [row] = await db.read(organizationId, (tx) =>
    tx.sql<{ at: Date | null }>('select min(timer_at) as at from rule_states'),
  );
  return row?.at?.getTime() ?? Infinity;
}

/**
 * Forgets what rules remember that are gone or read otherwise: a window of another rule is not theirs. What
 * was due of a schedule under its earlier text is still due.
 */
export async function forgetOthers(tx: Tx, flows: Flows): Promise<void> {
  const standing = [...flows.automations.values(), ...flows.schedules.values()];
  await tx.sql(
    `delete from rule_states s where not exists (
       select 1 from unnest(?::text[], ?::text[]) as r (rule, hash)
       where r.rule = s.rule and r.hash = s.rule_hash) 
         and not (s.key = '' and s.rule = any(?::text[]))`,
    [standing.map(({ id }) => id), standing.map(({ hash }) => hash), [...flows.schedules.keys()]],
  );
}
