import { stagesInWords } from '@qoida/dsl';
import type { Say } from '../api/locale.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { worded } from '../automations/index.ts';
import { rowsIn } from '../data/rows-in.ts';
import { type Followed, followedBy } from './effects.ts';
import { effectsView } from './effects-view.ts';
import { neededText, personOf, type RequestRow, standing, type VoteRow } from './judge.ts';
import { type Delegated, delegatedTo, type Holder, holdersOf } from './people.ts';
import { approvalStep, approvalVote } from './records.ts';
import { shownInput } from './sealed-input.ts';
import { decidersOf, mayWithdraw, seatOf } from './seat.ts';

export interface Reader {
  readonly actor: Actor;
  readonly now: Date;
  readonly zone: string;
  readonly nameOf: (role: string) => string;
  /** Where it is not given a refusal is told in the words in which it was kept. */
  readonly say?: Say;
}

/** What is read once for all requests of a page. */
interface Around {
  readonly votes: ReadonlyMap<string, readonly VoteRow[]>;
  readonly steps: ReadonlyMap<string, readonly RowOf<typeof approvalStep>[]>;
  readonly delegated: readonly Delegated[];
  readonly names: ReadonlyMap<string, string>;
  readonly followed: ReadonlyMap<string, readonly Followed[]>;
  readonly holders: readonly Holder[];
  /** What came of each, in the reader's language. */
  readonly ends: ReadonlyMap<string, string | null>;
}

/** A request as whoever asked, and whoever decides, sees it. */
export async function requestView(
  db: Tx,
  row: RequestRow,
  reader: Reader,
): Promise<Record<string, unknown>> {
  const [view] = await requestViews(db, [row], reader);
  return view as Record<string, unknown>;
}

/** Requests as their reader sees them: what it takes does not grow with how many they are. */
export async function requestViews(
  db: Tx,
  rows: readonly RequestRow[],
  reader: Reader,
): Promise<Record<string, unknown>[]> {
  const ids = rows.map(({ id }) => id);
  const votes = await rowsIn(db, approvalVote, 'request_id', ids, 'decided_at');
  const steps = await rowsIn(db, approvalStep, 'group_id', ids, 'stage');
  const around: Around = {
    votes: Map.groupBy(votes, ({ request_id }) => request_id),
    steps: Map.groupBy(steps, ({ group_id }) => group_id),
    delegated: await delegatedTo(db, personOf(reader.actor), reader.now),
    names: await namesOf(db, new Set(rows.flatMap(({ behind }) => behind))),
    followed: await followedBy(db, rows),
    holders: await holdersOf(db, new Set(rows.flatMap(({ waiting_for }) => waiting_for))),
    ends: await endsOf(db, rows, reader),
  };
  return rows.map((row) => viewOf(row, around, reader));
}

function viewOf(row: RequestRow, around: Around, reader: Reader): Record<string, unknown> {
  const votes = around.votes.get(row.id) ?? [];
  const steps = around.steps.get(row.id) ?? [];
  const { actor, now, zone, nameOf } = reader;
  const { locale } = actor;
  const advice = row.advice[locale];
  const reply = row.reply as { body?: unknown } | null;
  return {
    approval_id: row.id,
    type: row.type,
    rules: row.rules,
    kind: row.kind,
    operation: row.operation,
    object_type: row.object_type,
    object_id: row.object_id,
    input: shownInput(row.input),
    payload: row.payload,
    refs: row.refs,
    state: row.state,
    stage: row.stage,
    message: row.message[locale] ?? row.message.en,
    remedy: advice?.remedy ?? null,
    would_pass: advice?.would_pass ?? [],
    requested_by: row.requested_by,
    on_behalf_of: row.behind.flatMap((person) => around.names.get(person) ?? []).sort(),
    requested_at: row.requested_at,
    expires_at: row.expires_at,
    decided_at: row.decided_at,
    waiting_for: row.waiting_for,
    needed: neededText(row, votes, now, { locale, zone, nameOf }),
    steps: steps.map((step, index) => ({
      stage: step.stage,
      state: step.state,
      who: stagesInWords(row.stages.slice(index, index + 1), locale, nameOf),
      decided_at: step.approved_at,
    })),
    votes: votes.map(voteView),
    mine: row.requester === personOf(actor),
    may_withdraw: row.state === 'pending' && mayWithdraw(row, actor),
    may_decide: mayDecide(row, votes, around.delegated, reader),
    deciders: row.state === 'pending' ? decidersOf(row, votes, around.holders) : null,
    effects: effectsView(row.effects),
    followed: around.followed.get(row.id) ?? [],
    outcome: row.outcome,
    outcome_reason: row.outcome_reason,
    outcome_message: around.ends.get(row.id) ?? null,
    result: reply?.body ?? null,
    finished_at: row.finished_at,
  };
}

async function namesOf(db: Tx, people: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  if (people.size === 0) return new Map();
  const rows = await db.sql<{ id: string; username: string }>(
    'select id, username from users where id::text = any(?)',
    [[...people]],
  );
  return new Map(rows.map(({ id, username }) => [id, username]));
}

async function endsOf(
  db: Tx,
  rows: readonly RequestRow[],
  { actor: { locale }, say, zone }: Reader,
): Promise<ReadonlyMap<string, string | null>> {
  const failures = rows.map((row) => ({
    reason: row.outcome_reason,
    message: row.outcome_message,
    details: row.outcome_details,
  }));
  const ends =
    say === undefined
      ? failures.map(({ message }) => message)
      : await worded(db, failures, { say, locale, zone });
  return new Map(rows.map(({ id }, index) => [id, ends[index] ?? null]));
}

const voteView = (one: VoteRow) => ({
  stage: one.stage,
  person: one.person_name,
  for_person: one.for_name,
  by_request: one.by_request,
  verdict: one.verdict,
  comment: one.comment,
  decided_at: one.decided_at,
});

/** Whether this person could decide now, by his own roles or in somebody's place. */
export function mayDecide(
  row: RequestRow,
  votes: readonly VoteRow[],
  delegated: readonly Delegated[],
  { actor, now }: Pick<Reader, 'actor' | 'now'>,
): boolean {
  if (row.state !== 'pending' || actor.kind !== 'user') return false;
  if (standing(row, votes, now).state !== 'pending') return false;
  return !('refusal' in seatOf(actor, row, votes, { at: now, delegated }));
}
