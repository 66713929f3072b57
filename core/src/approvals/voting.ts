import type { BaseContext, RunContext, Tx } from '../api/operations.ts';
import { beginEffects, tellAsker } from './effects.ts';
import { approvalDecided } from './events.ts';
import { momentOf, personOf, type RequestRow, standing, type VoteRow, votesOf } from './judge.ts';
import { deciderNow, delegatedTo, requesterNow } from './people.ts';
import { freeReadings } from './readings.ts';
import { approvalRequest, approvalStep, approvalVote } from './records.ts';
import { closed, expired, seatOf } from './seat.ts';

const LONGEST_NAMES = 200;

/** What deciding needs of an operation's context. */
export type VotingContext = Pick<BaseContext, 'db' | 'actor' | 'now'> &
  Pick<RunContext<never, never>, 'emit' | 'afterCommit'>;

/** What events tell of a request. */
export const aboutOf = (row: RequestRow) => ({
  approval_id: row.id,
  type: row.type,
  object_type: row.object_type,
  object_id: row.object_id,
});

/**
 * Takes a person's decision. The request's row must be locked: two people at once come one after another.
 * @throws Refusal approval_closed, approval_expired, own_request, already_decided, wrong_stage, role_required,
 *   people_only, signed_out
 */
export async function vote(
  context: VotingContext,
  row: RequestRow,
  verdict: 'approve' | 'reject',
  comment: string | null,
): Promise<RequestRow> {
  const { db, now } = context;
  const actor = await deciderNow(db, context.actor);
  if (row.state !== 'pending') throw closed(row);
  const votes = await votesOf(db, row.id);
  const at = next(row, votes, now);
  if (standing(row, votes, at).state === 'expired') throw expired(row);
  const delegated = await delegatedTo(db, personOf(actor), at);
  const seat = seatOf(actor, row, votes, { at, delegated });
  if ('refusal' in seat) throw seat.refusal;
  const taken = await db.of(approvalVote).insert({
    request_id: row.id,
    stage: row.stage,
    person: personOf(actor),
    person_name: actor.name,
    roles: [...seat.roles],
    verdict,
    comment,
    decided_at: at,
    for_person: seat.for?.id ?? null,
    for_name: seat.for?.name ?? null,
  });
  const all = await withRequesters(db, row, [...votes, taken], at);
  return settle(context, row, all, actor.name);
}

/** Strictly after what was decided before, so that the order is beyond doubt. */
function next(row: RequestRow, votes: readonly VoteRow[], now: Date): Date {
  const moment = momentOf(row, votes, now);
  const taken = votes.some(({ decided_at }) => decided_at.getTime() === moment.getTime());
  return taken ? new Date(moment.getTime() + 1) : moment;
}

/** Where the rules let a requester decide what he asked for, his request counts as his agreement (F-OP-25). */
export async function withRequesters(
  db: Tx,
  row: RequestRow,
  votes: readonly VoteRow[],
  now: Date,
): Promise<readonly VoteRow[]> {
  // Only people agree: a program that holds a role does not.
  if (row.own.length === 0 || row.requester_kind !== 'user') return votes;
  const state = standing(row, votes, now);
  const requester = await requesterNow(db, row);
  if (state.state !== 'pending' || requester === undefined) return votes;
  if (state.may(row.requester, requester.roles) !== true) return votes;
  const counted = await db.of(approvalVote).insert({
    request_id: row.id,
    stage: (state.stage ?? 0) + 1,
    person: row.requester,
    person_name: row.requested_by,
    roles: requester.roles.filter((role) => row.own.includes(role)),
    verdict: 'approve',
    decided_at: next(row, votes, now),
    by_request: true,
  });
  return [...votes, counted];
}

/** Keeps where a request stands now and tells it. */
export async function settle(
  context: Pick<VotingContext, 'db' | 'now' | 'emit'>,
  row: RequestRow,
  votes: readonly VoteRow[],
  by: string,
): Promise<RequestRow> {
  const { db, now } = context;
  const { state, stage, waitingFor } = standing(row, votes, now);
  const all = row.stages.length;
  const done = state === 'approved' ? all : (stage ?? row.stage - 1);
  await keepSteps(db, row, { state, done, by, now, votes });
  const ready = state === 'approved' && row.kind === 'operation';
  const kept = await db.of(approvalRequest).update(row.id, {
    state,
    stage: Math.min(all, state === 'rejected' ? row.stage : done + 1),
    waiting_for: [...waitingFor],
    // Of what is approved and has yet to run the end is told, once it is known.
    tell_at: ready ? null : now,
    ...(state === 'pending' ? {} : { decided_at: now, remind_at: null }),
    ...(ready ? { outcome: 'ready' as const, next_at: now } : {}),
  });
  if (state !== 'pending' && state !== 'approved')
    await freeReadings(db, row.id, row.readings, now);
  // An operation has yet to run: what follows it waits for that.
  const decided = state === 'rejected' || (state === 'approved' && row.kind === 'object');
  if (decided) {
    await beginEffects(db, row, state, now);
    await tellAsker(db, row, now);
  }
  await context.emit(approvalDecided, { ...aboutOf(row), state, stage: kept.stage });
  return kept;
}

interface Standing {
  readonly state: RequestRow['state'];
  /** How many steps are agreed to. */
  readonly done: number;
  /** Who brought it there. */
  readonly by: string;
  readonly now: Date;
  readonly votes?: readonly VoteRow[];
}

async function keepSteps(db: Tx, row: RequestRow, { state, done, by, now, votes = [] }: Standing) {
  const steps = await db.of(approvalStep).list({ group_id: row.id }, { sort: 'stage' });
  for (const step of steps) {
    if (step.state !== 'pending') continue;
    const reached = step.stage <= done ? ('approved' as const) : state;
    if (reached === 'pending') continue;
    const approver = (reached === 'approved' && namesOf(votes, step.stage)) || by;
    await db.of(approvalStep).update(step.id, { state: reached, approver, approved_at: now });
  }
}

/** Who agreed at a step: whose request counts as his agreement is one of them. */
const namesOf = (votes: readonly VoteRow[], at: number): string =>
  votes
    .filter(({ stage, verdict }) => stage === at && verdict === 'approve')
    .map(({ person_name }) => person_name)
    .join(', ')
    .slice(0, LONGEST_NAMES);

/**
 * Ends a request that waits without anybody's decision.
 * @throws Refusal approval_closed
 */
export async function end(
  context: Pick<VotingContext, 'db' | 'now' | 'emit'>,
  row: RequestRow,
  state: 'expired' | 'withdrawn',
  by: string,
): Promise<RequestRow> {
  const { db, now } = context;
  if (row.state !== 'pending') throw closed(row);
  await keepSteps(db, row, { state, done: row.stage - 1, by, now });
  const kept = await db
    .of(approvalRequest)
    .update(row.id, { state, waiting_for: [], decided_at: now, tell_at: now, remind_at: null });
  await freeReadings(db, row.id, row.readings, now);
  await tellAsker(db, row, now);
  await context.emit(approvalDecided, { ...aboutOf(row), state, stage: row.stage });
  return kept;
}
