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
  cursorOf,
  type Difference,
  type Differing,
  fromCursor,
  keptSettings,
  type NotTaken,
  same,
  type VerifyPage,
  type VerifyQuestion,
} from './taken-again.ts';

type Row = RowOf<typeof ruleTrace> & { readonly place: string };

/** Asks near misses again, a page at a time, by the rules, settings, facts and events kept with them. */
export async function verifyMisses(
  tx: Tx,
  { since, until, after, limit }: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
): Promise<VerifyPage> {
  const from = fromCursor(after);
  const rows = await tx.sql<Row>(
    `select *, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place from rule_traces
     where rules_hash is not null and asked_on is not null
       and at >= ?::timestamptz and at < ?::timestamptz and (at, id) > (?::timestamptz, ?::uuid)
     order by at, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
  const differing: Differing[] = [];
  for (const row of rows) {
    const found = await verifyMiss(tx, row, past, standing);
    if (found !== null) differing.push(found);
  }
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const not_taken = after === null ? await notTaken(tx, { since, until }) : [];
  return {
    checked: rows.length,
    untold: [],
    differing,
    not_taken,
    next: last ? cursorOf(last) : null,
  };
}

/** Near misses of before it was kept by what and on which events they were asked. */
async function notTaken(
  tx: Tx,
  { since, until }: Pick<VerifyQuestion, 'since' | 'until'>,
): Promise<NotTaken[]> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::int as count from rule_traces
     where (rules_hash is null or asked_on is null) and at >= ? and at < ?`,
    [since, until],
  );
  const count = row?.count ?? 0;
  return count === 0 ? [] : [{ what: 'near_misses', count }];
}

async function verifyMiss(
  tx: Tx,
  row: Row,
  past: PastRules,
  standing: Snapshot,
): Promise<Differing | null> {
  const { id, rule: name, at, decided_at } = row;
  const rules_hash = row.rules_hash ?? '';
  const because = (reason: Differing['reason'], differences: readonly Difference[] = []) =>
    ({ id, kind: 'near_miss', of: name, at, rules_hash, reason, differences }) as const;
  if (decided_at === null) return because('inputs_missing');
  const asked = await keptSettings(tx, row.settings_hash);
  if (typeof asked === 'string') return because(asked);
  const snapshot = await past.find(tx, rules_hash, standing);
  if (typeof snapshot === 'string') return because(snapshot);
  const { settings, zone } = asked;
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
