import type { Prepared } from '../api/operations.ts';
import { type Database, mayBeRepeated } from '../data/index.ts';
import type { DueAction } from './action.ts';

/** How many actions may begin, and which may not: nothing that hangs keeps the others from theirs. */
export interface Room {
  /** Of those that only keep records. */
  readonly quick: number;
  /** Of those that wait for a device or another system. */
  readonly slow: number;
  /** Things that an action moves now: they are moved one after another. */
  readonly busy: readonly string[];
  /** Operations of which as many wait for the world as may. */
  readonly full: readonly string[];
}

/** Of one operation that waits for the world, at once. */
export const MOST_OF_ONE = 6;
const LOOKED_AT = 500;

// The status of what begins is looked at past its index: by that every action that waits would be read.
const CLAIM: Prepared = {
  name: 'qoida_claim_actions',
  text: `
with due as (
  select id, seq, next_at, target, action, effect in ('record', 'read') as quick from rule_actions
  where status = 'ready' and next_at <= $1 and (target is null or target <> all($2::text[]))
    and action <> all($3::text[])
    and case when effect in ('record', 'read') then $4::int else $5::int end > 0
  order by next_at, seq limit ${LOOKED_AT}
), placed as (
  select id, quick, row_number() over (partition by quick order by next_at, seq) as of_kind,
    row_number() over (partition by coalesce(target, id::text) order by next_at, seq) as of_target,
    row_number() over (partition by action order by next_at, seq) as of_action
  from due
), begun as (
  update rule_actions a set status = 'running', attempts = attempts + 1
  -- An array, so that no plan reckons the places anew for each row.
  where coalesce(a.status, '') = 'ready' and a.id = any(array(
    select id from placed where of_target = 1 and of_kind <= case when quick then $4::int else $5::int end
      and (quick or of_action <= ${MOST_OF_ONE})))
  returning a.*
)
select b.id, b.seq, b.run_id, r.kind, r.rule, r.trace_id, b.meant_at, b.phase, b.group_no, b.place,
  b.action, b.effect, b.target, b.args, b.attempts, b.answer, b.approval_id, b.asked, b.reason, b.message,
  (select count(*) = 1 from rule_actions o where o.run_id = b.run_id) as alone,
  (select count(*) from due) as seen
from begun b join rule_runs r on r.id = b.run_id order by b.seq`,
};

/**
 * Takes the actions whose turn has come, oldest first, and marks them as begun: of one thing only the first.
 * @returns them, and whether more may wait
 */
export async function claimActions(
  db: Database,
  organizationId: string,
  now: Date,
  { quick, slow, busy, full }: Room,
): Promise<{ readonly due: readonly DueAction[]; readonly more: boolean }> {
  const due = await db.transaction(organizationId, async (tx) => {
    await mayBeRepeated(tx);
    return tx.sql<DueAction & { readonly seen: number }>(CLAIM, [now, busy, full, quick, slow]);
  });
  return { due, more: (due[0]?.seen ?? 0) === LOOKED_AT };
}

/** What an owner that is gone had begun is begun anew: what was done is kept with its operation. */
export async function reclaimActions(db: Database, organizationId: string): Promise<number> {
  const rows = await db.transaction(organizationId, (tx) =>
    tx.sql(`update rule_actions set status = 'ready' where status = 'running' returning 1`),
  );
  return rows.length;
}
