import type { Firing, FlowContext, Program } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';
import { settingsOfHash } from '../rules/asked-with.ts';
import type { ItemRow, RehearsalRow } from './reading.ts';
import { idOf } from './reads.ts';
import type { PlannedAction } from './runs.ts';

interface Kept {
  readonly events: Firing['events'];
  readonly causes: readonly string[];
  readonly conditions: unknown;
  readonly decided_at: Date | null;
  readonly settings_hash: string | null;
  readonly facts: Readonly<Record<string, unknown>> | null;
}

/** What followed an approval, and would follow: it has no condition of its own. */
export function followingTrees({ of, detail }: ItemRow, { approvals }: Program): unknown {
  const now = detail.now as readonly PlannedAction[];
  return {
    key: String(detail.key ?? ''),
    events: [],
    facts: {},
    kept_conditions: null,
    exists: approvals.some((rule) => idOf(rule) === of),
    now: {},
    conditions: [],
    actions: [...Map.groupBy(now, ({ group_no }) => group_no).values()],
    message: null,
    severity: null,
  };
}

/** The conditions of a run's rule as trees, and what it would do, on what it was or would be asked with. */
export async function runTrees(
  tx: Tx,
  row: RehearsalRow,
  { of, at, ref, detail }: ItemRow,
  program: Program,
  locale: Locale,
): Promise<unknown> {
  const [kept] =
    ref === null
      ? []
      : await tx.sql<Kept>(
          `select events, causes, conditions, decided_at, settings_hash, facts from rule_runs
           where id = ?`,
          [ref],
        );
  const moment = at ?? row.from_at;
  const hash = kept?.settings_hash ?? (detail.settings_hash as string | null | undefined) ?? null;
  const { settings, zone } = (await settingsOfHash(tx, hash)) ?? row.asked;
  const facts = kept?.facts ?? (detail.facts as Kept['facts'] | undefined) ?? {};
  const context: FlowContext = { now: kept?.decided_at ?? moment, settings, zone, facts };
  const events = (detail.events ?? kept?.events ?? []) as Firing['events'];
  const causes = (detail.causes ?? kept?.causes ?? []) as readonly string[];
  const key = String(detail.key ?? '');
  const firing: Firing = { rule: of, key, at: moment.getTime(), events, causes };
  const automation = program.automations.find((rule) => idOf(rule) === of);
  const alert = program.alerts.find((rule) => idOf(rule) === of);
  const schedule = program.schedules.find((rule) => idOf(rule) === of);
  const rule = automation ?? alert;
  const asks = rule !== undefined && (events.length > 0 || rule.trigger.events.length === 0);
  return {
    key,
    events,
    facts,
    kept_conditions: kept?.conditions ?? null,
    // Gone from the draft, or asked by its events: the trees say why it does or does not go off.
    exists: rule !== undefined || schedule !== undefined,
    now: asks ? rule.explain({ events }, context, locale) : {},
    conditions: schedule?.asks(context).conditions ?? [],
    actions: automation?.actions(firing, context) ?? schedule?.actions(context) ?? [],
    message: alert?.message(firing, context, locale) ?? null,
    severity: alert?.severity ?? null,
  };
}
