import type { CompiledApproval } from '@qoida/dsl';
import { decide } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { asked, momentOf, type RequestRow, type VoteRow } from '../approvals/judge.ts';
import { approvalsOf, type Needed, neededAt, pointOf } from '../approvals/needed.ts';
import { approvalRequest, approvalVote } from '../approvals/records.ts';
import { canonicalJson } from '../data/canonical.ts';
import { DECIDED } from '../data/index.ts';
import { rowsIn } from '../data/rows-in.ts';
import type { PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import {
  asOfThen,
  type Difference,
  type Found,
  fromCursor,
  placeBy,
  reasonsFor,
  takePage,
  type VerifyPage,
  type VerifyQuestion,
} from './taken-again.ts';

/** What a request was asked on: the decision that put it before people. */
export interface AskedOn {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly settings_hash: string | null;
  readonly cut: readonly string[];
}

type AskedRequest = Pick<
  RequestRow,
  | 'kind'
  | 'operation'
  | 'object_type'
  | 'type'
  | 'trace_id'
  | 'requested_at'
  | 'rules_hash'
  | 'refs'
>;

/** Where the decision on a request stands: at its operation, or at the state of its object. */
export const placeOf = ({ operation, object_type, type }: AskedRequest): string =>
  operation ?? `${object_type}:${type}`;

/**
 * The decisions that may have put a request before people: taken at its moment, in its trace, at its place,
 * about its objects. More than one where an operation asked the same of one object twice.
 */
export async function askedOn(tx: Tx, request: AskedRequest): Promise<readonly AskedOn[]> {
  const rows = await tx.sql<AskedOn>(
    `select facts, settings_hash, cut from decisions
     where ${DECIDED} = ? and trace_id = ? and point = ? and rules_hash = ? and approval -> 'waits' is not null
     order by id`,
    [request.requested_at, request.trace_id, placeOf(request), request.rules_hash],
  );
  return rows.filter(({ facts }) =>
    Object.entries(request.refs).every(([name, id]) => {
      const fact = facts[name] as { id?: unknown } | null | undefined;
      return fact?.id === undefined || fact.id === id;
    }),
  );
}

/** What came out of asking again: nothing differs, it can't be told, or how it differs. */
export type Retaken = 'same' | 'untold' | { readonly differences: readonly Difference[] };

/** The first of the decisions on which all is the same counts; of a fact that was cut nobody can tell. */
export function onAny(
  decisions: readonly AskedOn[],
  differ: (decision: AskedOn) => readonly Difference[],
): Retaken {
  const tried = decisions.map((decision) => ({ decision, differences: differ(decision) }));
  if (tried.some(({ differences }) => differences.length === 0)) return 'same';
  if (tried.some(({ decision }) => decision.cut.length > 0)) return 'untold';
  return { differences: tried[0]?.differences ?? [] };
}

/**
 * Asks again, a page at a time, who had to agree to requests, what follows them and what they told, on the
 * facts of the decisions that made them; and judges by the votes where they stand.
 */
export async function verifyRequests(
  tx: Tx,
  question: VerifyQuestion,
  past: PastRules,
  standing: Snapshot,
): Promise<VerifyPage> {
  const { since, until, after, limit } = question;
  const from = fromCursor(after);
  const places = await tx.sql<{ id: string; place: string }>(
    `select id, ${placeBy('requested_at')} as place
     from approval_requests
     where requested_at >= ?::timestamptz and requested_at < ?::timestamptz and (requested_at, id) > (?::timestamptz, ?::uuid)
     order by requested_at, id limit ?`,
    [since, until, from.place, from.id, limit],
  );
  const ids = places.map(({ id }) => id);
  const requests = new Map(
    (await rowsIn(tx, approvalRequest, 'id', ids, 'requested_at')).map((row) => [row.id, row]),
  );
  const votes = Map.groupBy(
    await rowsIn(tx, approvalVote, 'request_id', ids, 'decided_at'),
    ({ request_id }) => request_id,
  );
  return takePage(places, question, async ({ id }) => {
    const request = requests.get(id);
    if (request === undefined) return null;
    return verifyRequest(tx, request, votes.get(id) ?? [], { past, standing });
  });
}

async function verifyRequest(
  tx: Tx,
  request: RequestRow,
  votes: readonly VoteRow[],
  { past, standing }: { readonly past: PastRules; readonly standing: Snapshot },
): Promise<Found> {
  const { id, requested_at: at, rules_hash } = request;
  const judged = stateDifferences(request, votes);
  const of = request.rules.join('+');
  const because: ReturnType<typeof reasonsFor> = (reason, differences = []) =>
    reasonsFor({ id, kind: 'request', of, at, rules_hash })(reason, [...differences, ...judged]);
  const decisions = await askedOn(tx, request);
  const [first] = decisions;
  if (first === undefined) return because('decision_missing');
  const { settings_hash } = first;
  const then = await asOfThen(tx, { rules_hash, settings_hash }, past, standing);
  if (typeof then === 'string') return because(then);
  const { snapshot, ...asked } = then;
  const rules = approvalsOf(snapshot, placeOf(request));
  const env = { now: at, ...asked };
  const retaken = onAny(decisions, ({ facts }) => askedDifferences(request, rules, { facts, env }));
  if (typeof retaken === 'object') return because('differs', retaken.differences);
  if (judged.length > 0) return because('differs');
  return retaken === 'untold' ? 'untold' : null;
}

function askedDifferences(
  request: RequestRow,
  rules: readonly CompiledApproval[],
  {
    facts,
    env,
  }: { readonly facts: AskedOn['facts']; readonly env: Parameters<typeof neededAt>[3] },
): Difference[] {
  const needed = neededAt(rules, pointOf(placeOf(request)), facts, env);
  if (needed === undefined)
    return [{ what: 'approval', name: request.type, kept: request.rules, now: null }];
  const is = partsOf(needed, env.now);
  return Object.entries(is)
    .map(([name, now]) => ({ name, kept: request[name as keyof typeof is] as unknown, now }))
    .filter(({ kept, now }) => canonicalJson(kept) !== canonicalJson(now))
    .map((part) => ({ what: 'approval' as const, ...part }));
}

/** What was frozen with a request, as plain JSON. */
function partsOf(needed: Needed, now: Date) {
  const { type, rules, stages, own, message } = needed;
  const parts = { type, rules, stages, own, message, effects: needed.effects(now) };
  return JSON.parse(JSON.stringify(parts)) as Pick<RequestRow, keyof typeof parts>;
}

/** Withdrawn or open it is where the votes leave it; else where they bring it, or its time. */
function stateDifferences(request: RequestRow, votes: readonly VoteRow[]): Difference[] {
  const { state, expires_at, type } = request;
  const last = momentOf(request, votes, request.requested_at);
  const at = state === 'expired' ? new Date(Math.max(last.getTime(), expires_at.getTime())) : last;
  const judged = decide(asked(request, votes), at).state;
  const kept = state === 'withdrawn' ? 'pending' : state;
  return kept === judged ? [] : [{ what: 'state', name: type, kept: state, now: judged }];
}
