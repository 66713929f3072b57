import type { Prepared } from '../api/operations.ts';
import type { Database, StoredAnswer } from '../data/index.ts';
import {
  DECIDED_AGAINST,
  type DueAction,
  type Ended,
  type EndedRun,
  type ExecuteParts,
} from './action.ts';
import { beginOnFailure } from './failure.ts';
import { tellGivenUp } from './given-up.ts';

type Tx = Parameters<Parameters<Database['transaction']>[1]>[0];

interface ActionRow {
  readonly id: string;
  readonly run_id: string;
  readonly phase: 'do' | 'on_failure';
  readonly group_no: number;
  readonly status: string;
  readonly approval_id: string | null;
}

const KEEP_DONE: Prepared = {
  name: 'qoida_keep_action_done',
  text: `
with done as (
  update rule_actions set status = 'done', reason = null, message = null, result = $1::jsonb, finished_at = $2
  where id = $3 and status = 'running' and attempts = $4 returning run_id
), ended as (
  update rule_runs r set status = 'done', finished_at = $2 from done where $5::boolean and r.id = done.run_id
) select count(*) as kept from done`,
};

/**
 * Keeps with an operation that it was done for an action; where that is the whole run, it has ended.
 * @param over false where the delivery is still to come: then its answer is kept for that
 * @returns false where another node has the action now
 */
export async function keepDone(
  tx: Tx,
  { id, attempts, alone }: DueAction,
  { answer, over, now }: { answer: StoredAnswer; over: boolean; now: Date },
): Promise<boolean> {
  if (!over) {
    const kept = await tx.sql(
      `update rule_actions set answer = ?::jsonb
       where id = ? and status = 'running' and attempts = ? returning 1`,
      [JSON.stringify(answer), id, attempts],
    );
    return kept.length > 0;
  }
  const result = JSON.stringify(answer.body ?? null);
  const [row] = await tx.sql<{ kept: number }>(KEEP_DONE, [result, now, id, attempts, alone]);
  return (row?.kept ?? 0) > 0;
}

/** A run that a crash left between the end of an action and what follows it goes on. */
export async function followLeft(
  tx: Tx,
  organizationId: string,
  parts: ExecuteParts,
): Promise<readonly EndedRun[]> {
  const left = await tx.sql<Followed>(
    `select r.id as run_id, r.rule, r.kind, case when exists (
         select 1 from rule_actions f where f.run_id = r.id and f.phase = 'on_failure')
       then 'on_failure' else 'do' end as phase
     from rule_runs r where r.status = 'running' and not exists (
       select 1 from rule_actions a where a.run_id = r.id and (a.status in ('ready', 'running')
         or (a.status = 'waiting' and a.approval_id is not null)))
     order by r.id for update of r`,
  );
  const rows = await rowsOf(
    tx,
    left.map(({ run_id }) => run_id),
  );
  return follow(tx, left, rows, { organizationId, now: parts.now(), parts });
}

/** What is known of an action whose run goes on. */
type Followed = Pick<DueAction, 'run_id' | 'phase' | 'rule' | 'kind'>;

const rowsOf = (tx: Tx, runs: readonly string[]): Promise<ActionRow[]> =>
  tx.sql(
    'select id, run_id, phase, group_no, status, approval_id from rule_actions where run_id = any(?)',
    [runs],
  );

/**
 * Keeps how actions ended, and what follows for their runs: the last of a group lets the next group
 * begin, a failure ends the run.
 * @returns the runs that ended with it
 */
export async function settle(
  tx: Tx,
  ended: readonly Ended[],
  organizationId: string,
  parts: ExecuteParts,
): Promise<readonly EndedRun[]> {
  const now = parts.now();
  const runs = [...new Set(ended.map(({ action }) => action.run_id))];
  // One at a time for a run: two actions of a group may end together.
  await tx.sql('select 1 from rule_runs where id = any(?) order by id for update', [runs]);
  const kept = await tx.sql<{ id: string }>(
    `update rule_actions a set status = e.status, reason = e.reason, message = e.message,
       details = coalesce(e.details, a.details), result = e.result, finished_at = ?
     from jsonb_to_recordset(?::jsonb)
       as e (id uuid, attempts bigint, status text, reason text, message text, details jsonb, result jsonb)
     where a.id = e.id and a.status = 'running' and a.attempts = e.attempts returning a.id`,
    [
      now,
      JSON.stringify(
        ended.map(({ action: { id, attempts }, outcome }) => ({
          id,
          attempts,
          status: outcome.status,
          reason: outcome.reason,
          message: outcome.message,
          details: outcome.details ?? null,
          result: outcome.result ?? null,
        })),
      ),
    ],
  );
  const keptIds = new Set(kept.map(({ id }) => id));
  await tellGivenUp(
    tx,
    ended.filter(({ action }) => keptIds.has(action.id)),
  );
  // Of what another node has taken over meanwhile nothing follows here.
  const own = ended.filter(({ action, outcome }) => outcome.kept || keptIds.has(action.id));
  return follow(
    tx,
    own.map(({ action }) => action),
    await rowsOf(tx, runs),
    { organizationId, now, parts },
  );
}

interface Following {
  readonly organizationId: string;
  readonly now: Date;
  readonly parts: ExecuteParts;
}

async function follow(
  tx: Tx,
  ended: readonly Followed[],
  rows: readonly ActionRow[],
  { organizationId, now, parts }: Following,
): Promise<readonly EndedRun[]> {
  const byRun = Map.groupBy(rows, ({ run_id }) => run_id);
  const seen = new Map(ended.map((action) => [`${action.run_id} ${action.phase}`, action]));
  const begin: string[] = [];
  const ends = { done: [] as string[], failed: [] as string[] };
  const failed: Followed[] = [];
  for (const action of seen.values()) {
    const { run_id, phase } = action;
    const next = nextOf((byRun.get(run_id) ?? []).filter((row) => row.phase === phase));
    if (next === 'running') continue;
    if (next === 'done') ends[phase === 'do' ? 'done' : 'failed'].push(run_id);
    else if (next === 'failed') failed.push(action);
    else begin.push(...next);
  }
  if (begin.length > 0)
    await tx.sql(`update rule_actions set status = 'ready', next_at = ? where id = any(?)`, [
      now,
      begin,
    ]);
  for (const action of failed) {
    const { run_id } = action;
    await tx.sql(
      `update rule_actions set status = 'skipped', reason = 'earlier_failed', finished_at = ?
       where run_id = ? and status = 'waiting'`,
      [now, run_id],
    );
    const more = action.phase === 'do' && (await beginOnFailure(tx, action, organizationId, parts));
    if (!more) ends.failed.push(run_id);
  }
  await endRuns(tx, ends.done, 'done', now);
  await endRuns(tx, ends.failed, 'failed', now);
  const kinds = new Map(ended.map(({ run_id, kind }) => [run_id, kind]));
  const endedAs = (ids: readonly string[], status: EndedRun['status']) =>
    ids.map((id) => ({ kind: kinds.get(id) ?? 'automation', status }));
  return [...endedAs(ends.done, 'done'), ...endedAs(ends.failed, 'failed')];
}

/**
 * What follows for the actions of one phase: some still run, all is done, a failure ends it, or the
 * actions that may begin now.
 */
export function nextOf(
  rows: readonly Pick<ActionRow, 'id' | 'group_no' | 'status' | 'approval_id'>[],
): 'running' | 'done' | 'failed' | readonly string[] {
  const has = (...statuses: string[]) => rows.some(({ status }) => statuses.includes(status));
  const asks = rows.some(({ status, approval_id }) => status === 'waiting' && approval_id !== null);
  if (asks || has('ready', 'running')) return 'running';
  if (has('dead', ...DECIDED_AGAINST)) return 'failed';
  const waiting = rows.filter(({ status }) => status === 'waiting');
  if (waiting.length === 0) return 'done';
  const first = Math.min(...waiting.map(({ group_no }) => group_no));
  return waiting.filter(({ group_no }) => group_no === first).map(({ id }) => id);
}

async function endRuns(
  tx: Tx,
  runs: readonly string[],
  status: 'done' | 'failed',
  now: Date,
): Promise<void> {
  if (runs.length === 0) return;
  await tx.sql('update rule_runs set status = ?, finished_at = ? where id = any(?)', [
    status,
    now,
    [...runs],
  ]);
}
