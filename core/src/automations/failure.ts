import type { ActionPlan, Firing } from '@qoida/dsl';
import type { Transaction } from '../data/index.ts';
import { askedWith, keepSettings } from '../rules/asked-with.ts';
import type { DueAction, ExecuteParts } from './action.ts';
import { contextAt, type Flows, factsRead } from './flows.ts';
import { keepActions } from './runs.ts';

type Failed = Pick<DueAction, 'run_id' | 'rule' | 'kind'>;

/**
 * What the rule does when one of its actions has failed, by the rules, settings and facts as they stand now;
 * they are kept with the run, so that it can be planned again. Once a run.
 * @returns whether there is something to do
 */
export async function beginOnFailure(
  tx: Transaction,
  { run_id, rule, kind }: Failed,
  organizationId: string,
  parts: ExecuteParts,
): Promise<boolean> {
  const flows = parts.flows(organizationId);
  const acting = actingRule(flows, kind, rule);
  const [row] = await tx.sql<{ key: string; at: Date; events: never[]; causes: string[] }>(
    'select key, at, events, causes from rule_runs where id = ?',
    [run_id],
  );
  if (row === undefined || acting === undefined) return false;
  const now = parts.now();
  const names = new Set(acting.facts);
  const read = names.size === 0 ? {} : await parts.standing?.(tx, names, now);
  const facts = factsRead(acting.facts, read);
  const plan = acting.plan(
    { rule, ...row, at: row.at.getTime() },
    contextAt(now, { ...parts, facts }),
  );
  if (plan.length === 0) return false;
  const kept = await keepActions(tx, [{ runId: run_id, phase: 'on_failure', plan, meantAt: now }]);
  if (kept === 0) return false;
  const asked = askedWith(flows.catalog, parts);
  await keepSettings(tx, asked);
  await tx.sql(
    `update rule_runs set failure_rules_hash = ?, failure_decided_at = ?, failure_settings_hash = ?,
       failure_facts = ?::jsonb where id = ?`,
    [flows.hash, now, asked.hash, JSON.stringify(facts), run_id],
  );
  return true;
}

interface ActingRule {
  readonly facts: readonly string[];
  plan(firing: Firing, context: ReturnType<typeof contextAt>): ActionPlan;
}

function actingRule(flows: Flows, kind: DueAction['kind'], id: string): ActingRule | undefined {
  if (kind === 'schedule') {
    const found = flows.schedules.get(id);
    return found && { facts: found.facts, plan: (_, context) => found.rule.onFailure(context) };
  }
  const found = flows.automations.get(id);
  return (
    found && {
      facts: found.facts,
      plan: (firing, context) => found.rule.onFailure(firing, context),
    }
  );
}
