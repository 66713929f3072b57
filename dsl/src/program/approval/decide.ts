import { type Votes, type VoteWay, waysOf } from '../../check/blocks/votes.ts';
import {
  ApiError,
  needDate,
  needList,
  needMoment,
  needRecord,
  needText,
  needTexts,
} from '../../source/api.ts';

/** What somebody decided, with the roles he had then. */
export interface Decision {
  readonly person: string;
  readonly roles: readonly string[];
  readonly verdict: 'approve' | 'reject';
  readonly at: Date;
}

/** A request as it was made, and what has been decided since. */
export interface ApprovalRequest {
  /** The steps that are needed, in order. */
  readonly stages: readonly Votes[];
  readonly requester: string;
  /** People for whom something else asked (a rule that acted on what they did): nor is it theirs to decide. */
  readonly behind?: readonly string[] | undefined;
  readonly requestedAt: Date;
  /** Seconds after which the request is void; undefined: never. */
  readonly expiresAfter?: number | undefined;
  /** Roles that may decide what they asked for themselves. */
  readonly own?: readonly string[];
  readonly decisions: readonly Decision[];
}

/** Why a person may not decide now. */
export type Refusal =
  /** He asked for it himself, or something did for him. */
  | 'own_request'
  /** He has decided in this request. */
  | 'already_decided'
  /** None of his roles is asked, or what he could agree to is agreed. */
  | 'wrong_role'
  /** His role is asked in another step. */
  | 'wrong_stage'
  /** It is approved, rejected or expired. */
  | 'closed';

export interface ApprovalState {
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired';
  /** The step that waits, from 0; undefined when nothing waits any more. */
  readonly stage: number | undefined;
  /** The roles whose agreement would bring the step on. */
  readonly waitingFor: readonly string[];
  may(person: string, roles: readonly string[]): true | Refusal;
}

/** A vote that counts: a person with the roles he may use. */
export interface Vote {
  readonly roles: readonly string[];
}

/** Where a request stands, with the agreements that count in the step that waits. */
export interface Standing {
  readonly result: ApprovalState;
  readonly votes: readonly Vote[];
  /** When it is void, in milliseconds; infinite for never. */
  readonly deadline: number;
}

/**
 * Where a request stands. The decisions are played in the order of their times; one that was not
 * allowed when it was made counts nothing, nor does one that is yet to be made. One rejection ends the request; each person decides
 * once, whatever roles he has; the steps come one after the other.
 * @param now the instant it is asked for: a request ends at `requestedAt + expiresAfter`
 * @throws ApiError for a request or a decision of another form: who agreed must be beyond doubt
 */
export const decide = (request: ApprovalRequest, now: Date): ApprovalState =>
  standingOf(request, now).result;

/** As `decide`, with what led to it. */
export function standingOf(request: ApprovalRequest, now: Date): Standing {
  needRequest(request);
  needMoment(now, 'now');
  const { requestedAt, expiresAfter } = request;
  const deadline =
    expiresAfter === undefined ? Infinity : requestedAt.getTime() + expiresAfter * 1000;
  const play = new Play(request);
  const decisions = request.decisions.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  // The comparisons are false for a time that is none, so that such a decision counts nothing.
  for (const decision of decisions) {
    const at = decision.at.getTime();
    const made = at >= requestedAt.getTime() && at <= now.getTime();
    if (made && at < deadline) play.take(decision);
  }
  const expired = play.state === 'pending' && !(now.getTime() < deadline);
  const result = play.result(expired ? 'expired' : play.state);
  return { result, votes: result.state === 'pending' ? play.votes : [], deadline };
}

/** Read from a table, it may be anything; a role must not be a part of a text, nor nobody agree. */
function needRequest(request: ApprovalRequest): void {
  needRecord(request, 'request');
  needList(request.stages, 'request.stages');
  needPerson(request.requester, 'request.requester');
  needMoment(request.requestedAt, 'request.requestedAt');
  if (request.own !== undefined) needTexts(request.own, 'request.own');
  if (request.behind !== undefined) needTexts(request.behind, 'request.behind');
  needList(request.decisions, 'request.decisions');
  for (const [i, decision] of request.decisions.entries()) {
    const name = `request.decisions[${i}]`;
    needRecord(decision, name);
    needPerson(decision.person, `${name}.person`);
    needTexts(decision.roles, `${name}.roles`);
    needDate(decision.at, `${name}.at`);
  }
}

function needPerson(person: unknown, argument: string): void {
  needText(person, argument);
  if (person === '') throw new ApiError('not_a_text', argument, 'is empty', 'say who it is');
}

class Play {
  readonly #request: ApprovalRequest;
  readonly #stages: readonly (readonly VoteWay[])[];
  readonly #decided = new Set<string>();
  #stage = 0;
  #votes: Vote[] = [];
  state: ApprovalState['state'];

  constructor(request: ApprovalRequest) {
    this.#request = request;
    this.#stages = request.stages.map(waysOf);
    this.state = request.stages.length === 0 ? 'approved' : 'pending';
  }

  /** Of the step that waits. */
  get votes(): readonly Vote[] {
    return this.#votes;
  }

  take({ person, roles, verdict }: Decision): void {
    // What comes from a table may be any text: only these two words decide.
    if (verdict !== 'approve' && verdict !== 'reject') return;
    if (this.may(person, roles) !== true) return;
    this.#decided.add(person);
    if (verdict === 'reject') {
      this.state = 'rejected';
      return;
    }
    this.#votes.push({ roles: this.#usable(person, roles) });
    if (!this.#ways.some((way) => missingFrom(way, this.#votes) === 0)) return;
    this.#stage += 1;
    this.#votes = [];
    if (this.#stage === this.#stages.length) this.state = 'approved';
  }

  may(person: string, roles: readonly string[]): true | Refusal {
    if (this.state !== 'pending') return 'closed';
    const usable = this.#usable(person, roles);
    if (this.#isOwn(person) && usable.length === 0) return 'own_request';
    if (this.#decided.has(person)) return 'already_decided';
    if (this.#helps({ roles: usable })) return true;
    const asked = (ways: readonly VoteWay[]): boolean =>
      ways.some((way) => way.some((group) => group.roles.some((role) => usable.includes(role))));
    const elsewhere = this.#stages.some((ways, i) => i !== this.#stage && asked(ways));
    return elsewhere && !asked(this.#ways) ? 'wrong_stage' : 'wrong_role';
  }

  result(state: ApprovalState['state']): ApprovalState {
    if (state !== 'pending')
      return { state, stage: undefined, waitingFor: [], may: () => 'closed' };
    const roles = this.#ways.flatMap((way) => way.flatMap((group) => group.roles));
    const waitingFor = [...new Set(roles)].filter((role) => this.#helps({ roles: [role] }));
    return {
      state,
      stage: this.#stage,
      waitingFor,
      may: (person, own) => {
        needPerson(person, 'person');
        needTexts(own, 'roles');
        return this.may(person, own);
      },
    };
  }

  get #ways(): readonly VoteWay[] {
    return this.#stages[this.#stage] ?? [];
  }

  /** Who asked decides only in roles that may decide what is their own. */
  #usable(person: string, roles: readonly string[]): readonly string[] {
    const { own = [] } = this.#request;
    return this.#isOwn(person) ? roles.filter((role) => own.includes(role)) : roles;
  }

  #isOwn(person: string): boolean {
    const { requester, behind = [] } = this.#request;
    return person === requester || behind.includes(person);
  }

  /** Would one more vote bring one of the ways on? */
  #helps(vote: Vote): boolean {
    return this.#ways.some(
      (way) => missingFrom(way, [...this.#votes, vote]) < missingFrom(way, this.#votes),
    );
  }
}

/**
 * How many agreements a way still needs, each vote given to that role where the most is fulfilled:
 * a maximum matching of votes and roles along augmenting paths (Kuhn, Nav. Res. Logist. 2, 1955).
 * It depends on the set of the votes alone, not on their order. Of a group that takes `count` of
 * its roles, fillers hold the others.
 */
function missingFrom(way: VoteWay, votes: readonly Vote[]): number {
  const seats = way.flatMap(({ roles }, group) => roles.map((role) => ({ role, group })));
  const holders: (Vote | number | undefined)[] = way.flatMap(({ roles, count }, group) =>
    roles.map((_, i) => (i < roles.length - count ? group : undefined)),
  );
  const fits = (holder: Vote | number, { role, group }: (typeof seats)[number]): boolean =>
    typeof holder === 'number' ? holder === group : holder.roles.includes(role);
  /** Seats a holder, moving others where that helps. */
  const place = (holder: Vote | number, tried: Set<number>): boolean =>
    seats.some((seat, i) => {
      if (tried.has(i) || !fits(holder, seat)) return false;
      tried.add(i);
      const other = holders[i];
      if (other !== undefined && !place(other, tried)) return false;
      holders[i] = holder;
      return true;
    });
  const seated = votes.filter((vote) => place(vote, new Set())).length;
  return way.reduce((total, { count }) => total + count, 0) - seated;
}
