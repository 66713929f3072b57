import type { CompiledAlert, Firing } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { canonicalJson } from '../data/canonical.ts';
import type { AskedWith } from './asked-with.ts';
import type { Snapshot } from './snapshot.ts';
import { type Difference, same } from './taken-again.ts';

/** What is kept of the firing of an alert. */
export interface FiringRow {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly at: Date;
  readonly events: Firing['events'];
  readonly causes: readonly string[];
  readonly conditions: readonly unknown[];
}

/**
 * Asks an alert again on the events, facts and settings kept with its firing: to which group it
 * belongs, how severe it is, its figures and what it says.
 */
export async function alertDifferences(
  tx: Tx,
  row: FiringRow,
  { program }: Snapshot,
  { now, settings, zone }: Pick<AskedWith, 'settings' | 'zone'> & { readonly now: Date },
): Promise<Difference[]> {
  const alert = program.alerts.find(({ module, name }) => `${module}.${name}` === row.rule);
  if (alert === undefined)
    return [{ what: 'condition', name: row.rule, kept: 'raised', now: 'no such rule' }];
  const [kept] = await tx.sql<{
    outcome: Readonly<Record<string, unknown>> | null;
    facts: Readonly<Record<string, unknown>> | null;
  }>('select outcome, facts from rule_runs where id = ?', [row.id]);
  const firing: Firing = { ...row, at: row.at.getTime() };
  const context = { now, settings, zone, facts: kept?.facts ?? {} };
  const again = outcomeOf(alert, firing, context);
  const conditions = alert.conditions(firing, context);
  const asked = same(conditions, row.conditions)
    ? []
    : [{ what: 'condition' as const, name: row.rule, kept: row.conditions, now: conditions }];
  const figures = Object.entries(again)
    .filter(
      ([name, value]) => canonicalJson(value) !== canonicalJson(kept?.outcome?.[name] ?? null),
    )
    .map(([name, value]) => ({
      what: 'figure' as const,
      name: `${alert.name}.${name}`,
      kept: kept?.outcome?.[name] ?? null,
      now: value,
    }));
  return [...asked, ...figures];
}

/** What a firing comes to; `JSON` as it comes out of the database. */
export function outcomeOf(
  alert: CompiledAlert,
  firing: Firing,
  context: Parameters<CompiledAlert['group']>[1],
): Readonly<Record<'group' | 'severity' | 'value' | 'threshold' | 'message', unknown>> {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return {
    group: alert.group(firing, context),
    severity: alert.severity,
    value: plain(alert.value(firing, context)?.value),
    threshold: plain(alert.threshold(firing, context)?.value),
    message: alert.message(firing, context, 'en'),
  };
}
