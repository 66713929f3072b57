import type {
  CompiledAlert,
  CompiledAutomation,
  CompiledSchedule,
  ExplainNode,
  Firing,
  FlowContext,
  FlowInput,
  Remedy,
  TriggerState,
} from '@qoida/dsl';
import { notFound } from '../api/errors.ts';
import type { Locale } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { settingsOfHash } from '../rules/asked-with.ts';
import type { Lost, PastRules } from '../rules/rule-sets.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import { contextAt, type FlowClock, idOf } from './flows.ts';
import type { ruleRun, ruleTrace } from './records.ts';
import { eventOf } from './traces.ts';

type TraceRow = RowOf<typeof ruleTrace>;

export interface NearMiss {
  readonly rule: string;
  readonly outcome: string;
  readonly at: Date;
  /** How its conditions came out for that event, as trees. */
  readonly explanation: Readonly<Record<string, ExplainNode>>;
  /** Why it is explained by the rules of today instead of its own; null when it is not. */
  readonly rules_lost: Lost | 'settings_missing' | 'not_kept' | null;
  /** There is no such rule today. */
  readonly rule_gone: boolean;
  /** What would set it off if the same came now; each way was tried. */
  readonly would_run: readonly Remedy[];
}

interface ExplainParts extends FlowClock {
  readonly now: Date;
  readonly locale: Locale;
  readonly past: PastRules;
  readonly standing: Snapshot;
}

/** A rule that nearly went off: an automation, a schedule or an alert. */
type Acting = CompiledAutomation | CompiledSchedule | CompiledAlert;

const ruleIn = ({ program }: Pick<Snapshot, 'program'>, id: string): Acting | undefined =>
  [...program.automations, ...program.schedules, ...program.alerts].find(
    (rule) => idOf(rule) === id,
  );

/**
 * A near miss by the rules, settings and moment of then, with what would set the rule off if the same
 * event came now: that is told by the rules of today, and what the rule remembers is as it is now.
 */
export async function explainMiss(tx: Tx, row: TraceRow, parts: ExplainParts): Promise<NearMiss> {
  const { now, locale, settings, zone, facts, standing } = parts;
  const today = contextAt(now, { settings, zone, ...(facts === undefined ? {} : { facts }) });
  const present = ruleIn(standing, row.rule);
  const { explanation, lost } = await missExplanation(tx, row, parts);
  if (explanation === undefined) throw notFound('automation', row.rule);
  return {
    rule: row.rule,
    outcome: row.outcome,
    at: row.at,
    explanation,
    rules_lost: lost,
    rule_gone: present === undefined,
    would_run:
      present === undefined || present.kind === 'schedule'
        ? []
        : present.remedies(
            {
              state: await presentState(tx, present, row.key),
              input: inputOf(row, present, now),
              key: row.key,
            },
            today,
            locale,
          ),
  };
}

/** How the conditions of a near miss came out, as trees; undefined where there is no such rule any more. */
export async function missExplanation(
  tx: Tx,
  row: TraceRow,
  parts: ExplainParts,
): Promise<{
  readonly explanation: Readonly<Record<string, ExplainNode>> | undefined;
  readonly lost: NearMiss['rules_lost'];
}> {
  const { now, locale, settings, zone, facts, standing } = parts;
  const then = await ruleOfThen(tx, row, parts);
  const rule = then.rule ?? ruleIn(standing, row.rule);
  if (rule === undefined) return { explanation: undefined, lost: then.lost };
  const today = { settings, zone, ...(facts === undefined ? {} : { facts }) };
  const context = then.context ?? contextAt(now, today);
  return { explanation: { ...explanationOf(rule, row, context, locale) }, lost: then.lost };
}

function explanationOf(rule: Acting, row: TraceRow, context: FlowContext, locale: string) {
  // A run that was missed was never asked for.
  if (rule.kind === 'schedule')
    return row.outcome === 'missed' ? {} : rule.explain(context, locale);
  const input = inputOf(row, rule, context.now);
  const data = input.kind === 'event' ? input.event.data : null;
  const events = rule.trigger.events.map((name) =>
    input.kind === 'event' && input.event.type === name ? data : null,
  );
  return rule.explain({ events }, context, locale);
}

async function ruleOfThen(
  tx: Tx,
  row: TraceRow,
  { past, standing }: ExplainParts,
): Promise<{
  rule?: Acting;
  context?: FlowContext;
  lost: NearMiss['rules_lost'];
}> {
  if (row.rules_hash === null || row.decided_at === null) return { lost: 'not_kept' };
  const rules = await past.find(tx, row.rules_hash, standing);
  if (typeof rules === 'string') return { lost: rules };
  const asked = await settingsOfHash(tx, row.settings_hash);
  if (asked === null) return { lost: 'settings_missing' };
  const rule = ruleIn(rules, row.rule);
  if (rule === undefined) return { lost: 'not_kept' };
  return {
    rule,
    context: contextAt(row.decided_at, { ...asked, facts: row.facts ?? {} }),
    lost: null,
  };
}

/** The same once more; without its id, by which an event that has counted is known. */
function inputOf(row: TraceRow, rule: CompiledAutomation | CompiledAlert, now: Date): FlowInput {
  const at = now.getTime();
  const event = eventOf(row);
  if (event === null) return { kind: rule.trigger.kind === 'absence' ? 'timer' : 'facts', at };
  return { kind: 'event', event: { ...event, at } };
}

async function presentState(tx: Tx, rule: CompiledAutomation | CompiledAlert, key: string) {
  const [row] = await tx.sql<{ state: TriggerState; rule_hash: string }>(
    `select state, rule_hash from ${rule.kind === 'alert' ? 'alert_triggers' : 'rule_states'}
     where rule = ? and key = ?`,
    [idOf(rule), key],
  );
  return row?.rule_hash === rule.meaning ? row.state : undefined;
}

export interface RunWhy {
  readonly rule: string;
  readonly at: Date;
  /** How its conditions came out, as trees; empty where the rules of then are not kept. */
  readonly explanation: Readonly<Record<string, ExplainNode>>;
}

type RunRow = RowOf<typeof ruleRun>;

/** Why a rule went off: by the rules and the settings of then. */
export async function explainRun(
  tx: Tx,
  row: RunRow,
  { past, standing, locale }: { past: PastRules; standing: Snapshot; locale: Locale },
): Promise<RunWhy> {
  const plain = { rule: row.rule, at: row.at };
  const rules = await past.find(tx, row.rules_hash, standing);
  const asked = await settingsOfHash(tx, row.settings_hash);
  if (typeof rules === 'string' || asked === null || row.decided_at === null)
    return { ...plain, explanation: {} };
  const automation = rules.program.automations.find((rule) => idOf(rule) === row.rule);
  if (automation === undefined) return { ...plain, explanation: {} };
  const context = contextAt(row.decided_at, { ...asked, facts: row.facts ?? {} });
  const firing = { events: row.events as Firing['events'] };
  return { ...plain, explanation: { ...automation.explain(firing, context, locale) } };
}
