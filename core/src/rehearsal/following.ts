import type { CompiledApproval } from '@qoida/dsl';
import { pointOf } from '../approvals/needed.ts';
import { runIdOf } from '../automations/runs.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import type { Finding } from './findings.ts';
import type { KeptDecision, Waits } from './judged.ts';
import { idOf } from './reads.ts';
import { detailsOf, type PlannedAction, plainText, planned } from './runs.ts';
import type { Reader } from './task.ts';

/** A request that people decided, with what followed. */
export interface DecidedRequest {
  readonly id: string;
  readonly outcome: 'approved' | 'rejected';
  /** When it was decided, and what followed began. */
  readonly at: Date;
  /** What each rule did, by its whole name. */
  readonly runs: ReadonlyMap<string, KeptEffect>;
}

interface KeptEffect {
  readonly id: string;
  readonly actions: readonly PlannedAction[];
}

/** A decision that put something before people. */
interface Asking extends Pick<KeptDecision, 'point' | 'facts'> {
  readonly id: string;
  readonly trace_id: string;
  readonly at: Date;
}

interface RequestRow {
  readonly id: string;
  readonly trace_id: string;
  readonly requested_at: Date;
  readonly place: string;
  readonly refs: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
  readonly outcome: 'approved' | 'rejected';
  readonly at: Date;
}

/**
 * The requests that these decisions made and that were agreed to (of an operation: and done) or rejected,
 * by the decision's id. What expired, was withdrawn or still waits has nothing that follows.
 */
export async function decidedRequests(
  reader: Reader,
  asking: readonly Asking[],
): Promise<ReadonlyMap<string, DecidedRequest>> {
  const [first, last] = [asking[0], asking.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const rows = await reader.rows<RequestRow>(
    `select id, trace_id, requested_at, coalesce(operation, object_type || ':' || type) as place, refs, rules,
       state as outcome, case when kind = 'operation' and state = 'approved' then finished_at else decided_at end as at
     from approval_requests
     where state in ('approved', 'rejected') and requested_at >= $1 and requested_at <= $2
       and trace_id = any($3) and (state = 'rejected' or kind = 'object' or outcome = 'done')
     order by requested_at, id`,
    [first.at, last.at, asking.map(({ trace_id }) => trace_id)],
  );
  // A run's id is made of its rule, its request and its moment.
  const effects = rows.flatMap(({ id: key, rules, at }) =>
    rules.map((rule) => {
      const firing = { key, at: at.getTime(), events: [], causes: [] };
      const id = runIdOf({ kind: 'approval', rule, firing });
      return { key, rule, id };
    }),
  );
  const details = await detailsOf(reader, effects);
  const byRequest = Map.groupBy(
    effects.filter(({ id }) => details.has(id)),
    ({ key }) => key,
  );
  const waiting = Map.groupBy(rows, (row) => placeOf(row.trace_id, row.place, row.requested_at));
  const found = new Map<string, DecidedRequest>();
  for (const one of asking) {
    const those = waiting.get(placeOf(one.trace_id, one.point, one.at)) ?? [];
    const index = those.findIndex(({ refs }) => isAbout(one.facts, refs));
    const [request] = index < 0 ? [] : those.splice(index, 1);
    if (request === undefined) continue;
    const runs = (byRequest.get(request.id) ?? []).map(({ rule, id }): [string, KeptEffect] => [
      rule,
      { id, actions: details.get(id)?.actions ?? [] },
    ]);
    const { id, outcome, at } = request;
    found.set(one.id, { id, outcome, at, runs: new Map(runs) });
  }
  return found;
}

const placeOf = (trace: string, place: string, at: Date): string =>
  `${trace} ${place} ${at.getTime()}`;

const isAbout = (facts: KeptDecision['facts'], refs: RequestRow['refs']): boolean =>
  Object.entries(refs).every(([name, id]) => {
    const fact = facts[name] as { readonly id?: unknown } | null | undefined;
    return fact?.id === undefined || fact.id === id;
  });

/** In what the effects of a rule differ from those that there were. */
export interface EffectFinding extends Finding {
  /** The approval's whole name. */
  readonly of: string;
  /** The run that there was. */
  readonly ref: string | null;
}

/**
 * What would follow a decided request by other rules, decided as it was: nothing where they would not ask
 * for it, or not let it through.
 * @param waits who would have to agree; null for nobody
 */
export function effectsOtherwise(
  request: DecidedRequest,
  approvals: readonly CompiledApproval[],
  waits: Waits | null,
  {
    point,
    facts,
    env,
  }: Pick<KeptDecision, 'point' | 'facts'> & { readonly env: EvaluationContext },
): EffectFinding[] {
  const rules = waits?.rules ?? [];
  const plans = new Map(
    approvals
      .filter((rule) => rules.includes(idOf(rule)))
      .map((rule) => [idOf(rule), planned(rule.plan(request.outcome, pointOf(point), facts, env))]),
  );
  const all = [...new Set([...request.runs.keys(), ...plans.keys()])].sort();
  return all.flatMap((of): EffectFinding[] => {
    const run = request.runs.get(of);
    const [was, now] = [run?.actions ?? [], plans.get(of) ?? []];
    if (plainText(was) === plainText(now)) return [];
    const kind = run === undefined ? 'would_run' : now.length === 0 ? 'would_not_run' : OTHERWISE;
    const about = { key: request.id, causes: [], point, outcome: request.outcome };
    return [{ kind, of, ref: run?.id ?? null, detail: { ...about, was, now } }];
  });
}

const OTHERWISE = 'acts_otherwise' as const;
