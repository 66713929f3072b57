import { type Votes, type VoteWay, waysOf } from '../../check/blocks/votes.ts';
import {
  type ApprovalRequest,
  type ApprovalState,
  decide,
  standingOf,
  type Vote,
} from './decide.ts';

/** What is left of a step. */
export interface StepNeeded {
  /** From 0. */
  readonly stage: number;
  /** Who has yet to agree, and which of them instead of one another. */
  readonly votes: Votes;
  /** How many agreements it takes at least. */
  readonly fewest: number;
}

/** What a request still needs to be approved. Plain data. */
export interface StillNeeded {
  readonly state: ApprovalState['state'];
  /** It is void from here on; undefined where it never is. */
  readonly by: Date | undefined;
  /** The step that waits and those after it; none once nothing can be agreed to any more. */
  readonly steps: readonly StepNeeded[];
  /** The fewest agreements that approve it, in their order, each of another person. */
  readonly nearest: readonly { readonly stage: number; readonly role: string }[];
}

/**
 * Who has yet to agree for a request to be approved. What people have agreed to already is taken
 * from each way as they can be matched with it; the votes told as nearest were counted: with them
 * the request is approved, without the last of them it is not.
 * @param now a request that is void by then needs nothing
 */
export function stillNeeded(request: ApprovalRequest, now: Date): StillNeeded {
  const { result, votes, deadline } = standingOf(request, now);
  const by = Number.isFinite(deadline) ? new Date(deadline) : undefined;
  const { state, stage } = result;
  if (stage === undefined) return { state, by, steps: [], nearest: [] };
  const steps = request.stages.slice(stage).map((whole, i) => {
    const found = leftOf(whole, i === 0 ? votes : []);
    return { ...found, stage: stage + i };
  });
  const nearest = steps.flatMap((step) =>
    step.shortest.map((role) => ({ stage: step.stage, role })),
  );
  return {
    state,
    by,
    steps: steps.map(({ stage: at, votes: left, shortest }) => ({
      stage: at,
      votes: left,
      fewest: shortest.length,
    })),
    nearest: isNearest(request, now, nearest) ? nearest : [],
  };
}

/** With all of these votes it is approved, without the last one it is not. */
function isNearest(
  request: ApprovalRequest,
  now: Date,
  nearest: readonly { readonly role: string }[],
): boolean {
  const known = new Set([
    request.requester,
    ...(request.behind ?? []),
    ...request.decisions.map(({ person }) => person),
  ]);
  const at = new Date(
    Math.max(now.getTime(), ...request.decisions.map((decision) => decision.at.getTime() || 0)),
  );
  const added = nearest.map(({ role }, i) => {
    let person = `${i}`;
    while (known.has(person)) person += '+';
    return { person, roles: [role], verdict: 'approve' as const, at };
  });
  const after = (votes: typeof added): ApprovalState['state'] =>
    decide({ ...request, decisions: [...request.decisions, ...votes] }, now).state;
  return after(added) === 'approved' && after(added.slice(0, -1)) === 'pending';
}

/** What is left of a step once votes are matched with it, and the roles of its shortest way. */
function leftOf(
  whole: Votes,
  votes: readonly Vote[],
): { readonly votes: Votes; readonly shortest: readonly string[] } {
  const ways = withoutLonger(waysOf(whole).flatMap((way) => leftOfWay(way, votes)));
  const lengths = ways.map(lengthOf);
  const shortest = ways[lengths.indexOf(Math.min(...lengths))] ?? [];
  return {
    votes: votes.length === 0 ? whole : votesOf(ways),
    shortest: shortest.flatMap(({ count, roles }) => roles.slice(0, count)),
  };
}

/** What may be left of a way: a vote may be counted for one of several roles. */
function leftOfWay(way: VoteWay, votes: readonly Vote[]): readonly VoteWay[] {
  let states = new Map([[keyOf(way), way]]);
  for (const { roles } of votes) {
    const next = new Map(states);
    for (const state of states.values())
      for (const role of roles)
        for (const [i, group] of state.entries()) {
          if (group.count === 0 || !group.roles.includes(role)) continue;
          const others = group.roles.filter((one) => one !== role);
          const seated = state.with(i, { count: group.count - 1, roles: others });
          next.set(keyOf(seated), seated);
          if (next.size >= MOST_STATES) return shortestOf(next);
        }
    states = next;
  }
  return shortestOf(states);
}

function shortestOf(states: ReadonlyMap<string, VoteWay>): readonly VoteWay[] {
  const found = [...states.values()];
  const fewest = Math.min(...found.map(lengthOf));
  return found
    .filter((state) => lengthOf(state) === fewest)
    .map((state) => state.filter(({ count }) => count > 0));
}

/** How many ways of counting votes are followed; beyond these alternatives may be left out. */
const MOST_STATES = 2000;

const keyOf = (way: VoteWay): string => JSON.stringify(way);

const lengthOf = (way: VoteWay): number => way.reduce((total, { count }) => total + count, 0);

/** Each way once, and none that asks for another one and more. */
function withoutLonger(ways: readonly VoteWay[]): readonly VoteWay[] {
  const single = (way: VoteWay): VoteWay =>
    way.flatMap((group) =>
      group.count === group.roles.length
        ? group.roles.map((role) => ({ count: 1, roles: [role] }))
        : group,
    );
  const texts = (way: VoteWay): string[] => way.map((group) => JSON.stringify(group)).sort();
  const all = new Map(ways.map(single).map((way) => [texts(way).join(' '), way]));
  const found = [...all.values()];
  return found.filter((way) => !found.some((other) => other !== way && isWithin(other, way)));

  function isWithin(other: VoteWay, way: VoteWay): boolean {
    const left = texts(way);
    return texts(other).every((text) => {
      const at = left.indexOf(text);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  }
}

/** Ways as votes: each a group or several, one way or another. */
function votesOf(ways: readonly VoteWay[]): Votes {
  const parts = ways.map((way): Votes => {
    const groups = way.map(({ count, roles }): Votes => {
      const [role = '', ...more] = roles;
      return more.length === 0 ? { kind: 'role', role } : { kind: 'some', count, roles };
    });
    return only(groups) ?? { kind: 'and', parts: groups };
  });
  return only(parts) ?? { kind: 'or', parts };
}

const only = (parts: readonly Votes[]): Votes | undefined =>
  parts.length === 1 ? parts[0] : undefined;
