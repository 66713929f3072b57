import type { ActionPlan, Firing, FlowContext } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { canonicalJson } from '../data/canonical.ts';
import type { PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import { alertDifferences } from './verify-alerts.ts';
import {
  cursorOf,
  type Difference,
  type Differing,
  fromCursor,
  keptSettings,
  type VerifyPage,
  type VerifyQuestion,
} from './verify-decisions.ts';

interface Row {
  readonly id: string;
  readonly kind: 'automation' | 'schedule' | 'alert';
  readonly rule: string;
  readonly key: string;
  readonly at: Date;
  readonly place: string;
  readonly events: Firing['events'];
  readonly causes: readonly string[];
  readonly rules_hash: string;
  readonly decided_at: Date | null;
  readonly settings_hash: string | null;
  readonly conditions: readonly unknown[];
  readonly facts: Readonly<Record<string, unknown>> | null;
  readonly actions: readonly KeptAction[];
}

interface KeptAction {
  readonly group_no: number;
  readonly place: number;
  readonly action: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Plans the actions of kept runs again, a page at a time, from the events and settings kept with them. */
export async function verifyRuns(
  tx: Tx,
  { since, until, after, limit }: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
): Promise<VerifyPage> {
  const from = fromCursor(after);
  const rows = await tx.sql<Row>(
    `select id, kind, rule, key, at, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place,
       events, causes, rules_hash, decided_at, settings_hash, conditions, facts,
       (select coalesce(jsonb_agg(jsonb_build_object('group_no', a.group_no, 'place', a.place, 'action', a.action,
          'target', a.target, 'args', a.args) order by a.group_no, a.place), '[]')
        from rule_actions a where a.run_id = r.id and a.phase = 'do') as actions
     from rule_runs r
     where kind <> 'approval' and at >= ?::timestamptz and at < ?::timestamptz and (at, id) > (?::timestamptz, ?::uuid)
     order by at, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
  const differing: Differing[] = [];
  for (const row of rows) {
    const found = await verifyRun(tx, row, past, standing);
    if (found !== null) differing.push(found);
  }
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { checked: rows.length, untold: [], differing, next: last ? cursorOf(last) : null };
}

async function verifyRun(
  tx: Tx,
  row: Row,
  past: PastRules,
  standing: Snapshot,
): Promise<Differing | null> {
  const { id, rule, at, rules_hash } = row;
  const because = (reason: Differing['reason'], differences: readonly Difference[] = []) =>
    ({ id, kind: 'run', of: rule, at, rules_hash, reason, differences }) as const;
  if (row.decided_at === null) return because('inputs_missing');
  const asked = await keptSettings(tx, row.settings_hash);
  if (typeof asked === 'string') return because(asked);
  const snapshot = await past.find(tx, rules_hash, standing);
  if (typeof snapshot === 'string') return because(snapshot);
  const { settings, zone } = asked;
  const context = { now: row.decided_at, settings, zone, facts: row.facts ?? {} };
  if (row.kind === 'alert') {
    const differing = await alertDifferences(tx, row, snapshot, { ...asked, now: row.decided_at });
    return differing.length === 0 ? null : because('differs', differing);
  }
  const planned = planOf(row, snapshot, context);
  if (planned === null)
    return because('differs', [
      { what: 'condition', name: rule, kept: 'ran', now: 'no such rule' },
    ]);
  const differences = actionDifferences(row.actions, planned.actions);
  if (planned.conditions !== null && !same(planned.conditions, row.conditions))
    differences.push({
      what: 'condition',
      name: rule,
      kept: row.conditions,
      now: planned.conditions,
    });
  return differences.length === 0 ? null : because('differs', differences);
}

function planOf(
  row: Row,
  { program }: Snapshot,
  context: FlowContext,
): { actions: KeptAction[]; conditions: readonly unknown[] | null } | null {
  const isIt = (entry: { module: string; name: string }) =>
    `${entry.module}.${entry.name}` === row.rule;
  if (row.kind === 'schedule') {
    const schedule = program.schedules.find(isIt);
    if (schedule === undefined) return null;
    const { conditions } = schedule.asks(context);
    return { actions: flat(schedule.actions(context)), conditions };
  }
  const automation = program.automations.find(isIt);
  if (automation === undefined) return null;
  const firing: Firing = { ...row, at: row.at.getTime() };
  // What a trigger remembered then is not kept: its conditions are not asked again, its plan is.
  return { actions: flat(automation.actions(firing, context)), conditions: null };
}

const flat = (plan: ActionPlan): KeptAction[] =>
  plan.flatMap((group, group_no) =>
    group.map(({ action, target, args }, place) => ({
      group_no,
      place,
      action,
      target: target === undefined || target === null ? null : String(target),
      args,
    })),
  );

/** Both as they come out of the database. */
const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b)));

function actionDifferences(
  kept: readonly KeptAction[],
  planned: readonly KeptAction[],
): Difference[] {
  const most = Math.max(kept.length, planned.length);
  return Array.from({ length: most }, (_, at) => [kept[at] ?? null, planned[at] ?? null])
    .filter(([was, now]) => !same(was, now))
    .map(([was, now]) => ({
      what: 'action' as const,
      name: was?.action ?? now?.action ?? '',
      kept: was,
      now,
    }));
}
