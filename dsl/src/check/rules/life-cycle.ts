import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** A move between states, as far as both are known. */
export interface Way {
  readonly from: readonly string[];
  readonly to: string;
}

type Next = ReadonlyMap<string, readonly string[]>;

/**
 * Every state is reached from the first, and where a life can end, it can end from every state.
 * What goes round for ever in some states only is a trap: nothing in it ever comes to its end.
 */
export function reportLifeCycle(
  states: readonly NameNode[],
  ways: readonly Way[],
  reporter: Reporter,
): void {
  const next = new Map<string, string[]>();
  const back = new Map<string, string[]>();
  for (const { from, to } of ways) {
    for (const state of from) {
      add(next, state, to);
      add(back, to, state);
    }
  }
  const first = states[0]?.name ?? '';
  const reached = reachedFrom([first], next);
  const ends = states.flatMap(({ name }) => (next.has(name) ? [] : [name]));
  // Each state that has an end before it: all others are in a trap, or on the way into one.
  const ending = reachedFrom(ends, back);
  const told = new Set<string>();
  for (const { name, span } of states) {
    if (!reached.has(name)) {
      reporter.report('stateUnreached', span, { name, first, path: listed(reached) });
      continue;
    }
    if (ends.length === 0 || ending.has(name) || told.has(name)) continue;
    for (const state of reachedFrom([name], next)) told.add(state);
    reporter.report('stateTrap', span, { name, path: roundFrom(name, next).join(' → ') });
  }
}

function add(table: Map<string, string[]>, from: string, to: string): void {
  const known = table.get(from);
  if (known === undefined) table.set(from, [to]);
  else known.push(to);
}

/** So many states are named in a sentence. */
const MOST_NAMED = 20;

const listed = (states: ReadonlySet<string>): string =>
  [...states].slice(0, MOST_NAMED).join(', ') + (states.size > MOST_NAMED ? ', …' : '');

/** Some states and all that moves lead to from them, nearest first. */
function reachedFrom(states: Iterable<string>, next: Next): ReadonlySet<string> {
  const reached = new Set(states);
  // What is added while it is walked is walked, too.
  for (const one of reached) for (const to of next.get(one) ?? []) reached.add(to);
  return reached;
}

/** The way from a state until it comes back to where it was. */
function roundFrom(state: string, next: Next): readonly string[] {
  const way = [state];
  const met = new Set(way);
  for (let at = state; way.length <= MOST_NAMED; ) {
    at = next.get(at)?.[0] ?? state;
    way.push(at);
    if (met.has(at)) return way;
    met.add(at);
  }
  return [...way, '…'];
}
