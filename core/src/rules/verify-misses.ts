import type {
  CompiledAlert,
  CompiledAutomation,
  CompiledSchedule,
  Firing,
  FlowContext,
  FlowEvent,
} from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { ruleTrace } from '../automations/records.ts';
import { eventOf, OWN_EVENT } from '../automations/traces.ts';
import type { PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import {
  asOfThen,
  type Difference,
  type Differing,
  fromCursor,
  notTaken,
  placeBy,
  reasonsFor,
  same,
  takePage,
  type VerifyPage,
  type VerifyQuestion,
} from './taken-again.ts';

type Row = RowOf<typeof ruleTrace> & { readonly place: string };

/** Asks near misses again, a page at a time, by the rules, settings, facts and events kept with them. */
export async function verifyMisses(
  tx: Tx,
  question: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
): Promise<VerifyPage> {
  const { since, until, after, limit } = question;
  const from = fromCursor(after);
  const rows = await tx.sql<Row>(
    `select *, ${placeBy('at')} as place from rule_traces
     where rules_hash is not null and asked_on is not null
       and at >= ?::timestamptz and at < ?::timestamptz and (at, id) > (?::timestamptz, ?::uuid)
     order by at, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
  const page = await takePage(rows, question, (row) => verifyMiss(tx, row, past, standing));
  return { ...page, not_taken: await notTaken(tx, 'near_misses', UNTAKEN, question) };
}

/** Of before it was kept by what and on which events they were asked. */
const UNTAKEN = `select count(*)::int as count from rule_traces
  where (rules_hash is null or asked_on is null) and at >= ? and at < ?`;

async function verifyMiss(
  tx: Tx,
  row: Row,
  past: PastRules,
  standing: Snapshot,
): Promise<Differing | null> {
  const { id, rule: name, at, decided_at } = row;
  const rules_hash = row.rules_hash ?? '';
  const because = reasonsFor({ id, kind: 'near_miss', of: name, at, rules_hash });
  if (decided_at === null) return because('inputs_missing');
  const then = await asOfThen(tx, { ...row, rules_hash }, past, standing);
  if (typeof then === 'string') return because(then);
  const { snapshot, settings, zone } = then;
  const context = { now: decided_at, settings, zone, facts: row.facts ?? {} };
  const again = retake(row, snapshot, context);
  if (again === null)
    return because('differs', [{ what: 'outcome', name, kept: row.outcome, now: 'no such rule' }]);
  const differences: Difference[] = [];
  if (again.outcome !== undefined && again.outcome !== row.outcome)
    differences.push({ what: 'outcome', name, kept: row.outcome, now: again.outcome });
  if (!same(again.conditions, row.conditions))
    differences.push({ what: 'condition', name, kept: row.conditions, now: again.conditions });
  return differences.length === 0 ? null : because('differs', differences);
}

interface Retaken {
  readonly conditions: readonly unknown[];
  /** Why it did not go off, or that it did; undefined where that hangs on what the trigger remembered. */
  readonly outcome?: string | undefined;
}

/** @returns null where there is no such rule in that snapshot */
function retake(row: Row, { program }: Snapshot, context: FlowContext): Retaken | null {
  const isIt = (entry: { module: string; name: string }) =>
    `${entry.module}.${entry.name}` === row.rule;
  const schedule = program.schedules.find(isIt);
  if (schedule !== undefined) return retakeSchedule(row, schedule, context);
  const rule = program.automations.find(isIt) ?? program.alerts.find(isIt);
  return rule === undefined ? null : retakeTrigger(row, rule, context);
}

function retakeSchedule(row: Row, schedule: CompiledSchedule, context: FlowContext): Retaken {
  const { holds, conditions } = schedule.asks(context);
  // It was not asked: it may have been planned by an earlier text, and days off may be others by now.
  if (row.outcome === 'missed') return { conditions: [] };
  return { conditions, outcome: holds ? 'fired' : 'if' };
}

/** Outcomes that tell of what the trigger remembered, or of the chain: no condition was asked. */
const UNASKED: ReadonlySet<string> = new Set([
  'duplicate',
  'late',
  'data',
  'loop',
  'chain_too_long',
]);
/** It would have gone off, but for what it remembered or the chain that it stood in. */
const REMEMBERED: ReadonlySet<string> = new Set(['cooldown', 'once', 'loop', 'chain_too_long']);

function retakeTrigger(
  row: Row,
  rule: CompiledAutomation | CompiledAlert,
  context: FlowContext,
): Retaken {
  const input = eventOf(row);
  const at = row.at.getTime();
  if (row.outcome === 'condition') {
    const step = rule.step(undefined, { kind: 'facts', at }, context, row.key);
    const [trace] = step.trace;
    return { conditions: trace?.conditions ?? [], outcome: trace?.outcome ?? 'decided' };
  }
  const events = eventsOf(row);
  const asked = UNASKED.has(row.outcome) ? [] : rule.conditions({ events }, context);
  const conditions =
    row.outcome === 'where' ? asked.filter(({ clause }) => clause === 'where') : asked;
  if (rule.trigger.kind !== 'event' || input === null || row.outcome === 'duplicate')
    return { conditions };
  const came = outcomeOf(rule, { ...input, at }, context, row.key);
  return {
    conditions,
    outcome: came === 'fired' && REMEMBERED.has(row.outcome) ? row.outcome : came,
  };
}

/** What comes of an event for a rule that remembers nothing. */
function outcomeOf(
  rule: CompiledAutomation | CompiledAlert,
  event: FlowEvent,
  context: FlowContext,
  key: string,
): string | undefined {
  return rule.step(undefined, { kind: 'event', event }, context, key).trace[0]?.outcome;
}

const eventsOf = (row: Row): Firing['events'] =>
  (row.asked_on ?? []).map((data) =>
    data === OWN_EVENT ? (eventOf(row)?.data ?? null) : (data as Firing['events'][number]),
  );
