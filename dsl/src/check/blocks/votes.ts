import type { NameNode, VoteNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../../source/limits.ts';
import { namedOnce } from '../rules/named-once.ts';
import { wholeNumber } from './durations.ts';

/** Who has to agree, as data. Each agreement is one person's, and each person's counts once. */
export type Votes =
  | { readonly kind: 'role'; readonly role: string }
  /** This many of the roles, each once. */
  | { readonly kind: 'some'; readonly count: number; readonly roles: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Votes[] };

/** One way to agree: of each group so many roles, each role once. */
export type VoteWay = readonly { readonly count: number; readonly roles: readonly string[] }[];

/** A step is decided by looking at all the ways it can be taken. */
export const MOST_WAYS = 64;

/** The votes of a step as data; what makes no sense is reported. */
export function readVotes(node: VoteNode, reporter: Reporter): Votes {
  if (rolesWritten(node).length > LIMITS.roles) {
    reportTooMany('roles', node.span, reporter);
    return { kind: 'and', parts: [] };
  }
  const votes = read(node, reporter);
  if (countWays(votes) > MOST_WAYS)
    reporter.report('tooManyWays', node.span, { limit: String(MOST_WAYS) });
  return votes;
}

function read(node: VoteNode, reporter: Reporter): Votes {
  switch (node.kind) {
    case 'role':
      return { kind: 'role', role: node.name.name };
    case 'some': {
      demandDifferent(node.roles, reporter);
      const count = wholeNumber(node.count, 1, node.roles.length, reporter);
      return { kind: 'some', count, roles: node.roles.map(({ name }) => name) };
    }
    default: {
      const roles = node.parts.flatMap((part) => (part.kind === 'role' ? [part.name] : []));
      // `a and a` are two people of one role; `a or a` is a slip.
      if (node.kind === 'or') demandDifferent(roles, reporter);
      return { kind: node.kind, parts: node.parts.map((part) => read(part, reporter)) };
    }
  }
}

/** A role that stands twice is a slip. */
export function demandDifferent(roles: readonly NameNode[], reporter: Reporter): void {
  namedOnce(roles, reporter, 'duplicateRole');
}

/** The names of the roles in a step, as they are written. */
export function rolesWritten(node: VoteNode): readonly NameNode[] {
  if (node.kind === 'role') return [node.name];
  return node.kind === 'some' ? node.roles : node.parts.flatMap(rolesWritten);
}

/** `a or b` of plain roles is one of (a, b); the other parts of an `or` are ways of their own. */
function alternatives(parts: readonly Votes[]): readonly Votes[] {
  const roles = parts.flatMap((part) => (part.kind === 'role' ? [part.role] : []));
  const others = parts.filter((part) => part.kind !== 'role');
  return roles.length === 0 ? others : [{ kind: 'some', count: 1, roles }, ...others];
}

function countWays(votes: Votes): number {
  if (votes.kind === 'role' || votes.kind === 'some') return 1;
  const counts = (votes.kind === 'or' ? alternatives(votes.parts) : votes.parts).map(countWays);
  return counts.reduce((a, b) => (votes.kind === 'or' ? a + b : a * b));
}

/** All the ways a step can be taken: at most `MOST_WAYS`. */
export function waysOf(votes: Votes): readonly VoteWay[] {
  switch (votes.kind) {
    case 'role':
      return [[{ count: 1, roles: [votes.role] }]];
    case 'some':
      return [[{ count: votes.count, roles: votes.roles }]];
    case 'or':
      return alternatives(votes.parts).flatMap(waysOf);
    case 'and':
      return votes.parts
        .map(waysOf)
        .reduce((ways, more) => ways.flatMap((way) => more.map((next) => [...way, ...next])));
  }
}
