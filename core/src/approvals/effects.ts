import type { Tx } from '../api/operations.ts';
import { keepRuns, type NewRun, tellWork, wakeAsking } from '../automations/index.ts';
import { settingsOfHash } from '../rules/asked-with.ts';
import type { RequestRow } from './judge.ts';

/**
 * Begins what the rules say follows, in the transaction in which it was decided: kept with it, it is done
 * once, down the one road, as actions of automations are.
 */
export async function beginEffects(
  tx: Tx,
  row: RequestRow,
  outcome: 'approved' | 'rejected',
  now: Date,
): Promise<void> {
  const planned = row.effects.filter((one) => one[outcome].length > 0);
  if (planned.length === 0) return;
  const asked = await settingsOfHash(tx, row.settings_hash);
  if (asked === null) throw new Error(`the settings of request ${row.id} are not kept`);
  const chain = await chainOf(tx, row);
  const runs = planned.map((one): NewRun => {
    const firing = { key: row.id, at: now.getTime(), events: [], causes: [] };
    return {
      kind: 'approval',
      rule: one.rule,
      firing,
      chain: [...chain, one.rule],
      conditions: [],
      rulesHash: row.rules_hash,
      asked: { ...asked, now: row.requested_at },
      plan: one[outcome],
      traceId: row.trace_id,
      people: [...(row.requester_kind === 'user' ? [row.requester] : []), ...row.behind],
      facts: {},
    };
  });
  await keepRuns(tx, runs);
  await tellWork(tx);
}

/** The rules that led to a request which a rule made. */
async function chainOf(tx: Tx, { cause }: RequestRow): Promise<readonly string[]> {
  if (cause === null) return [];
  const [run] = await tx.sql<{ chain: string[] }>('select chain from rule_runs where id = ?', [
    cause,
  ]);
  return run?.chain ?? [];
}

/** Lets the rule that asked go on: what it waited for has ended. */
export async function tellAsker(tx: Tx, row: RequestRow, now: Date): Promise<void> {
  if (row.cause !== null) await wakeAsking(tx, row.id, now);
}

/** What became of an action that followed a decision. */
export interface Followed {
  readonly run_id: string;
  readonly action: string;
  readonly target: string | null;
  readonly status: string;
  readonly message: string | null;
  readonly approval_id: string | null;
}

/** What followed requests, by their ids, in the order of the rules. */
export async function followedBy(
  db: Tx,
  rows: readonly RequestRow[],
): Promise<ReadonlyMap<string, readonly Followed[]>> {
  const ids = rows.flatMap(({ id, effects }) => (effects.length > 0 ? [id] : []));
  if (ids.length === 0) return new Map();
  const found = await db.sql<Followed & { key: string }>(
    `select r.key, a.run_id, a.action, a.target, a.status, a.message, a.approval_id
       from rule_runs r join rule_actions a on a.run_id = r.id
      where r.kind = 'approval' and r.key = any(?)
      order by r.created_at, r.rule, a.phase, a.group_no, a.place`,
    [ids],
  );
  const plain = found.map(({ key, ...action }) => [key, action] as const);
  return new Map(
    [...Map.groupBy(plain, ([key]) => key)].map(([key, actions]) => [
      key,
      actions.map(([, action]) => action),
    ]),
  );
}
