import type { CompiledAutomation, Firing, FlowContext } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { pointOf } from '../approvals/needed.ts';
import { approvalRequest } from '../approvals/records.ts';
import { rowsIn } from '../data/rows-in.ts';
import type { PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import {
  asOfThen,
  type Differing,
  type Found,
  fromCursor,
  notTaken,
  placeBy,
  reasonsFor,
  same,
  takePage,
  type VerifyPage,
  type VerifyQuestion,
} from './taken-again.ts';
import { actionDifferences, flat, type KeptAction } from './verify-actions.ts';
import { alertDifferences } from './verify-alerts.ts';
import { askedOn, onAny, placeOf, type Retaken } from './verify-requests.ts';

interface Row {
  readonly id: string;
  readonly kind: 'automation' | 'schedule' | 'alert' | 'approval';
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
  readonly after_failure: readonly KeptAction[];
  readonly failure_rules_hash: string | null;
  readonly failure_decided_at: Date | null;
  readonly failure_settings_hash: string | null;
  readonly failure_facts: Readonly<Record<string, unknown>> | null;
}

/** The actions of a run in one phase, as they were planned. */
const actionsIn = (phase: 'do' | 'on_failure'): string =>
  `(select coalesce(jsonb_agg(jsonb_build_object('group_no', a.group_no, 'place', a.place, 'action', a.action,
      'target', a.target, 'args', a.args) order by a.group_no, a.place), '[]')
    from rule_actions a where a.run_id = r.id and a.phase = '${phase}')`;

/** Plans the actions of kept runs again, a page at a time, from the events and settings kept with them. */
export async function verifyRuns(
  tx: Tx,
  question: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
): Promise<VerifyPage> {
  const { since, until, after, limit } = question;
  const from = fromCursor(after);
  const rows = await tx.sql<Row>(
    `select id, kind, rule, key, at, ${placeBy('at')} as place,
       events, causes, rules_hash, decided_at, settings_hash, conditions, facts,
       failure_rules_hash, failure_decided_at, failure_settings_hash, failure_facts,
       ${actionsIn('do')} as actions, ${actionsIn('on_failure')} as after_failure
     from rule_runs r
     where at >= ?::timestamptz and at < ?::timestamptz and (at, id) > (?::timestamptz, ?::uuid)
     order by at, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
  const page = await takePage(rows, question, async (row) =>
    withFailure(
      await verifyRun(tx, row, past, standing),
      await verifyFailure(tx, row, past, standing),
    ),
  );
  return { ...page, not_taken: await notTaken(tx, 'actions_after_failure', UNTAKEN, question) };
}

/** Of before it was kept by what they were planned. */
const UNTAKEN = `select count(*)::int as count from rule_actions a join rule_runs r on r.id = a.run_id
  where a.phase = 'on_failure' and r.failure_rules_hash is null and r.at >= ? and r.at < ?`;

/** What is wrong with a run, with what is wrong with how its failure was answered. */
function withFailure(run: Found, failure: Differing | null): Found {
  if (failure === null) return run;
  if (run === null || run === 'untold') return failure;
  const differences = [...run.differences, ...failure.differences];
  return { ...(run.reason === 'differs' ? failure : run), differences };
}

/** Plans again what the rule did after a failure, by the rules, settings and facts of that moment. */
async function verifyFailure(
  tx: Tx,
  row: Row,
  past: PastRules,
  standing: Snapshot,
): Promise<Differing | null> {
  const { id, rule, at, failure_rules_hash: rules_hash, failure_decided_at: now } = row;
  if (rules_hash === null) return null;
  const because = reasonsFor({ id, kind: 'run', of: rule, at, rules_hash });
  if (now === null) return because('inputs_missing');
  const { failure_settings_hash: settings_hash } = row;
  const then = await asOfThen(tx, { rules_hash, settings_hash }, past, standing);
  if (typeof then === 'string') return because(then);
  const { snapshot, settings, zone } = then;
  const context = { now, settings, zone, facts: row.failure_facts ?? {} };
  const acting = actingOf(row, snapshot);
  const plan = acting?.onFailure({ ...row, at: at.getTime() }, context) ?? [];
  const differences = actionDifferences(row.after_failure, flat(plan));
  return differences.length === 0 ? null : because('differs', differences);
}

async function verifyRun(tx: Tx, row: Row, past: PastRules, standing: Snapshot): Promise<Found> {
  const { id, rule, at, rules_hash } = row;
  const because = reasonsFor({ id, kind: 'run', of: rule, at, rules_hash });
  const { decided_at: now } = row;
  if (now === null) return because('inputs_missing');
  const then = await asOfThen(tx, row, past, standing);
  if (typeof then === 'string') return because(then);
  const { snapshot, settings, zone } = then;
  const context = { now, settings, zone, facts: row.facts ?? {} };
  if (row.kind === 'alert') {
    const differing = await alertDifferences(tx, row, snapshot, { settings, zone, now });
    return differing.length === 0 ? null : because('differs', differing);
  }
  if (row.kind === 'approval') {
    const followed = await retakeFollowing(tx, row, snapshot, context);
    if (typeof followed === 'object') return because('differs', followed.differences);
    return followed === 'same' ? null : followed === 'untold' ? followed : because(followed);
  }
  const planned = planOf(row, snapshot, context);
  if (planned === null)
    return because('differs', [
      { what: 'condition', name: rule, kept: 'ran', now: 'no such rule' },
    ]);
  const differences = actionDifferences(row.actions, planned.actions);
  if (!same(planned.conditions, row.conditions))
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
  snapshot: Snapshot,
  context: FlowContext,
): { actions: KeptAction[]; conditions: readonly unknown[] } | null {
  const acting = actingOf(row, snapshot);
  if (acting === undefined) return null;
  const firing: Firing = { ...row, at: row.at.getTime() };
  // What a trigger remembered then is not kept: whether it was complete is not asked again, what else had to hold is.
  return {
    actions: flat(acting.actions(firing, context)),
    conditions: acting.conditions(firing, context),
  };
}

type Acting = Pick<CompiledAutomation, 'actions' | 'onFailure' | 'conditions'>;

/** The rule of a run: an automation, or a schedule asked as one. */
function actingOf({ kind, rule }: Row, { program }: Snapshot): Acting | undefined {
  const isIt = (entry: { module: string; name: string }) =>
    `${entry.module}.${entry.name}` === rule;
  if (kind !== 'schedule') return program.automations.find(isIt);
  const schedule = program.schedules.find(isIt);
  return (
    schedule && {
      actions: (_, context) => schedule.actions(context),
      onFailure: (_, context) => schedule.onFailure(context),
      conditions: (_, context) => schedule.asks(context).conditions,
    }
  );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Plans again what followed a decided request, on the facts of the decision that made it.
 * @returns a reason where what it hangs on is gone
 */
async function retakeFollowing(
  tx: Tx,
  row: Row,
  { program }: Snapshot,
  context: FlowContext,
): Promise<Retaken | 'inputs_missing' | 'decision_missing'> {
  // Its key is the request's id.
  const ids = UUID.test(row.key) ? [row.key] : [];
  const [request] = await rowsIn(tx, approvalRequest, 'id', ids, 'requested_at');
  if (request === undefined) return 'inputs_missing';
  const { state } = request;
  if (state !== 'approved' && state !== 'rejected')
    return { differences: [{ what: 'state', name: request.type, kept: 'followed', now: state }] };
  const rule = program.approvals.find(({ module, name }) => `${module}.${name}` === row.rule);
  if (rule === undefined)
    return {
      differences: [{ what: 'condition', name: row.rule, kept: 'ran', now: 'no such rule' }],
    };
  const decisions = await askedOn(tx, request);
  if (decisions.length === 0) return 'decision_missing';
  const point = pointOf(placeOf(request));
  return onAny(decisions, ({ facts }) =>
    actionDifferences(row.actions, flat(rule.plan(state, point, facts, context))),
  );
}
