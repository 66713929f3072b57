import { createHash } from 'node:crypto';
import type { ActionPlan, ConditionTrace, Firing } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { type AskedWith, keepSettings } from '../rules/asked-with.ts';
import type { DueAction } from './action.ts';
import type { FactValues } from './flows.ts';

export interface NewRun {
  readonly kind: DueAction['kind'];
  readonly rule: string;
  readonly firing: Pick<Firing, 'key' | 'at' | 'events' | 'causes'>;
  readonly chain: readonly string[];
  readonly conditions: readonly ConditionTrace[];
  readonly rulesHash: string;
  /** What the rule was asked with, so that it can be asked again. */
  readonly asked: AskedWith & { readonly now: Date };
  readonly plan: ActionPlan;
  readonly traceId: string;
  /** The people whose acts led to it, by their ids. */
  readonly people: readonly string[];
  /** How things stood, as far as the rule reads it. */
  readonly facts: FactValues;
}

/** The same firing always has the same id: delivered twice, it is kept once. */
export function runIdOf({
  kind,
  rule,
  firing,
}: Pick<NewRun, 'rule' | 'firing'> & { readonly kind: NewRun['kind'] | 'alert' }): string {
  const { key, at, causes } = firing;
  const hex = createHash('sha256')
    .update(JSON.stringify([kind, rule, key, at, causes]))
    .digest('hex');
  // Laid out as a UUID of version 8 (RFC 9562): made of our own hash.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Keeps runs with their actions in the caller's transaction, each once. The first group of a run is
 * ready at once; an action whose argument has no value is given up before it begins, and with it the run.
 * @returns how many were not there already
 */
export async function keepRuns(tx: Tx, runs: readonly NewRun[]): Promise<number> {
  if (runs.length === 0) return 0;
  const byId = new Map(runs.map((run) => [runIdOf(run), run]));
  const settings = new Map(runs.map(({ asked }) => [asked.hash, asked]));
  for (const asked of settings.values()) await keepSettings(tx, asked);
  const rows = [...byId].map(([id, { kind, rule, firing, plan, asked, ...run }]) => ({
    id,
    kind,
    rule,
    key: firing.key,
    at: new Date(firing.at),
    events: firing.events,
    causes: firing.causes,
    chain: run.chain,
    rules_hash: run.rulesHash,
    decided_at: asked.now,
    settings_hash: asked.hash,
    conditions: run.conditions,
    trace_id: run.traceId,
    people: run.people,
    facts: run.facts,
    status: plan.length === 0 ? 'empty' : 'running',
    finished_at: plan.length === 0 ? asked.now : null,
  }));
  const kept = await tx.sql<{ id: string }>(
    `insert into rule_runs (id, kind, rule, key, at, events, causes, chain, rules_hash, decided_at,
       settings_hash, conditions, trace_id, people, status, finished_at, facts)
     select id, kind, rule, key, at, events, causes, chain, rules_hash, decided_at,
       settings_hash, conditions, trace_id, people, status, finished_at, facts
     from jsonb_to_recordset(?::jsonb) as r (id uuid, kind text, rule text, key text, at timestamptz,
       events jsonb, causes text[], chain text[], rules_hash text, decided_at timestamptz,
       settings_hash text, conditions jsonb, trace_id uuid, people text[], status text, finished_at timestamptz,
       facts jsonb)
     on conflict (id) do nothing returning id`,
    [JSON.stringify(rows)],
  );
  const actions = kept.flatMap(({ id }): NewActions[] => {
    const run = byId.get(id);
    if (run === undefined) return [];
    return [{ runId: id, phase: 'do', plan: run.plan, meantAt: new Date(run.firing.at) }];
  });
  await keepActions(tx, actions);
  return kept.length;
}

export interface NewActions {
  readonly runId: string;
  readonly phase: 'do' | 'on_failure';
  readonly plan: ActionPlan;
  readonly meantAt: Date;
}

/** Writes the actions of plans, each once; those of a first group can begin. @returns how many are new */
export async function keepActions(tx: Tx, actions: readonly NewActions[]): Promise<number> {
  const rows = actions.flatMap(({ runId, phase, plan, meantAt }) =>
    plan.flatMap((group, group_no) =>
      group.map(({ action, effect, target, args, fault }, place) => ({
        run_id: runId,
        phase,
        group_no,
        place,
        action,
        effect,
        target: target === undefined || target === null ? null : String(target),
        args,
        meant_at: meantAt,
        status: group_no === 0 ? 'ready' : 'waiting',
        reason: fault === undefined ? null : 'argument_fault',
        message: fault === undefined ? null : `${fault.code}: ${fault.names.join(', ')}`,
        details: fault === undefined ? null : { code: fault.code, names: fault.names },
      })),
    ),
  );
  if (rows.length === 0) return 0;
  const kept = await tx.sql(
    `insert into rule_actions (run_id, phase, group_no, place, action, effect, target, args, meant_at,
       next_at, status, reason, message, details)
     select run_id, phase, group_no, place, action, effect, target, args, meant_at, meant_at, status, reason, message,
       details
     from jsonb_to_recordset(?::jsonb) as r (run_id uuid, phase text, group_no bigint, place bigint,
       action text, effect text, target text, args jsonb, meant_at timestamptz, status text, reason text,
       message text, details jsonb)
     on conflict (run_id, phase, group_no, place) do nothing returning 1`,
    [JSON.stringify(rows)],
  );
  return kept.length;
}
