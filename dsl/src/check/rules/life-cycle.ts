import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** A move between states, as far as both are known. */
export interface Way {
  readonly from: readonly string[];
  readonly to: string;
}

/**
 * Every state is reached from the first, and where a life can end, it can end from every state.
 * What goes round for ever in some states only is a trap: nothing in it ever comes to its end.
 */
export function reportLifeCycle(
  states: readonly NameNode[],
  ways: readonly Way[],
  reporter: Reporter,
): void {
  const next = (state: string): readonly string[] =>
    ways.flatMap(({ from, to }) => (from.includes(state) ? [to] : []));
  const first = states[0]?.name ?? '';
  const reached = reachedFrom(first, next);
  const ends = states.some(({ name }) => next(name).length === 0);
  const told = new Set<string>();
  for (const { name, span } of states) {
    if (!reached.has(name)) {
      const path = [...reached].join(', ');
      reporter.report('stateUnreached', span, { name, first, path });
      continue;
    }
    const inside = reachedFrom(name, next);
    const trapped = ends && ![...inside].some((state) => next(state).length === 0);
    if (!trapped || told.has(name)) continue;
    for (const state of inside) told.add(state);
    reporter.report('stateTrap', span, { name, path: roundFrom(name, next).join(' → ') });
  }
}

/** A state and all that moves lead to from it, nearest first. */
function reachedFrom(
  state: string,
  next: (state: string) => readonly string[],
): ReadonlySet<string> {
  const reached = new Set([state]);
  // What is added while it is walked is walked, too.
  for (const one of reached) for (const to of next(one)) reached.add(to);
  return reached;
}

/** The way from a state until it comes back to where it was. */
function roundFrom(state: string, next: (state: string) => readonly string[]): readonly string[] {
  const way = [state];
  for (;;) {
    const to = next(way.at(-1) ?? '')[0] ?? state;
    const met = way.includes(to);
    way.push(to);
    if (met) return way;
  }
}
