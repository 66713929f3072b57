import type { ConditionTrace, Firing } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { runIdOf } from '../automations/runs.ts';
import type { Lineage } from '../automations/step.ts';
import { type AskedWith, keepSettings } from '../rules/asked-with.ts';
import type { FactValues } from './rules.ts';

export interface NewFiring {
  readonly rule: string;
  readonly firing: Firing;
  readonly lineage: Lineage;
  readonly conditions: readonly ConditionTrace[];
  readonly facts: FactValues;
  /** What it came to: asked again on what is kept with it, it has to be the same. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** By what firings were decided. */
export interface DecidedBy {
  readonly rulesHash: string;
  readonly asked: AskedWith & { readonly now: Date };
}

/** The same firing always has the same id: delivered twice, it counts once. */
export const firingId = ({ rule, firing }: Pick<NewFiring, 'rule' | 'firing'>): string =>
  runIdOf({ kind: 'alert', rule, firing });

/** Keeps firings as runs that are over. @returns the ids of those that were not kept before */
export async function keepFirings(
  tx: Tx,
  firings: readonly NewFiring[],
  { rulesHash, asked }: DecidedBy,
): Promise<ReadonlySet<string>> {
  if (firings.length === 0) return new Set();
  await keepSettings(tx, asked);
  const rows = firings.map((one) => ({
    id: firingId(one),
    rule: one.rule,
    key: one.firing.key,
    at: new Date(one.firing.at),
    events: one.firing.events,
    causes: one.firing.causes,
    chain: [...one.lineage.chain, one.rule],
    people: one.lineage.people,
    trace_id: one.lineage.traceId,
    conditions: one.conditions,
    facts: one.facts,
    outcome: one.outcome,
  }));
  const kept = await tx.sql<{ id: string }>(
    `insert into rule_runs (id, kind, rule, key, at, events, causes, chain, people, rules_hash, decided_at,
       settings_hash, conditions, trace_id, status, finished_at, facts, outcome)
     select id, 'alert', rule, key, at, events, causes, chain, people, ?, ?, ?, conditions, trace_id, 'done', ?,
       facts, outcome
     from jsonb_to_recordset(?::jsonb) as r (id uuid, rule text, key text, at timestamptz, events jsonb,
       causes text[], chain text[], people text[], trace_id uuid, conditions jsonb, facts jsonb, outcome jsonb)
     on conflict (id) do nothing returning id`,
    [rulesHash, asked.now, asked.hash, asked.now, JSON.stringify(rows)],
  );
  return new Set(kept.map(({ id }) => id));
}
