import { conflict, forbidden, type Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { isOwn, personOf, type RequestRow, standing, type VoteRow } from './judge.ts';
import type { Delegated, Holder } from './people.ts';

/** With which roles somebody decides, and in whose place. */
export interface Seat {
  readonly roles: readonly string[];
  readonly for?: { readonly id: string; readonly name: string };
}

export interface Seating {
  readonly at: Date;
  /** In whose places this person may decide. */
  readonly delegated: readonly Delegated[];
}

/** Why a request that has ended takes no decision. */
export const closed = (row: RequestRow): Refusal =>
  row.state === 'expired'
    ? expired(row)
    : conflict('approval_closed', `This request is ${row.state}`, { state: row.state });
export const expired = (row: RequestRow): Refusal =>
  conflict('approval_expired', 'The request has expired; ask again', {
    expires_at: row.expires_at.toISOString(),
  });

/** They mend what acts by itself. */
const MENDERS: readonly string[] = ['texnolog', 'integrator', 'admin'];

/** Whoever asked takes it back; what a rule asked for, those who mend rules. */
export const mayWithdraw = (row: RequestRow, actor: Actor): boolean =>
  row.requester === personOf(actor) ||
  (row.requester_kind === 'system' && actor.roles.some((role) => MENDERS.includes(role)));

/** How many people hold a role that brings the step on: none means that it waits for nothing. */
export function decidersOf(
  row: RequestRow,
  votes: readonly VoteRow[],
  holders: readonly Holder[],
): number {
  const acted = new Set(votes.flatMap(({ person, for_person }) => [person, for_person]));
  const able = holders.filter(
    ({ person, role }) =>
      row.waiting_for.includes(role) &&
      !acted.has(person) &&
      (!isOwn(row, person) || row.own.includes(role)),
  );
  return new Set(able.map(({ person }) => person)).size;
}

/** The roles a person may use now: his own, else those of somebody who is away; or why he may not decide. */
export function seatOf(
  actor: Actor,
  row: RequestRow,
  votes: readonly VoteRow[],
  { at, delegated }: Seating,
): Seat | { readonly refusal: Refusal } {
  const state = standing(row, votes, at);
  const me = personOf(actor);
  const replaced = votes.find(({ for_person }) => for_person === me);
  if (replaced !== undefined) {
    const by = replaced.person_name;
    return {
      refusal: conflict('decided_in_your_place', `${by} has decided in your place`, { by }),
    };
  }
  const own = state.may(me, actor.roles);
  if (own === true) return { roles: actor.roles };
  // Who has decided, or asked for it himself, decides in nobody else's place either.
  if (own === 'wrong_role' || own === 'wrong_stage')
    for (const { person, roles } of delegated) {
      const acted = votes.some((one) => one.person === person.id || one.for_person === person.id);
      if (acted || person.id === me) continue;
      // What the delegator may not decide himself (his own request), nobody decides in his place.
      if (state.may(person.id, roles) !== true || state.may(me, roles) !== true) continue;
      const usable = isOwn(row, person.id) ? roles.filter((r) => row.own.includes(r)) : roles;
      return { roles: usable, for: { id: person.id, name: person.username } };
    }
  return { refusal: whyNot(own, row, state.waitingFor) };
}

function whyNot(own: string, row: RequestRow, waitingFor: readonly string[]): Refusal {
  const details = { roles: waitingFor, stage: row.stage };
  const who = waitingFor.join(', ');
  switch (own) {
    case 'own_request':
      return forbidden('own_request', 'Nobody decides his own request', details);
    case 'already_decided':
      // F-UT-096: the same person twice is a matter of who, not of when.
      return forbidden('already_decided', 'You have decided in this request', details);
    case 'wrong_stage':
      return conflict('wrong_stage', `${who} decides first`, details);
    case 'closed':
      return closed(row);
    default:
      return forbidden('role_required', `This step is decided by ${who}`, details);
  }
}
