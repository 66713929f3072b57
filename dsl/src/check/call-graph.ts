import type { CallableBlock } from '../language/callable.ts';
import { MAX_CALL_DEPTH } from './call-order.ts';
import { depthOf, namesCalledBy } from './callables.ts';
import { sameNames } from './lookups.ts';

/** What one name calls, and how many calls in a row it is by itself. */
export interface Calls {
  readonly calls: readonly string[];
  readonly depth: number;
}

export const callsOf = (block: CallableBlock): Calls => ({
  calls: namesCalledBy(block),
  depth: depthOf(block),
});

/** Do the same names call the same, in the same order? */
export function sameCalls(a: ReadonlyMap<string, Calls>, b: ReadonlyMap<string, Calls>): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, { calls, depth }] of a) {
    const [other, now] = others.next().value as [string, Calls];
    if (other !== name || now.depth !== depth || !sameNames(now.calls, calls)) return false;
  }
  return true;
}

/**
 * Who calls whom, kept while a program is edited. As long as no calls go round in a circle, every
 * name has a depth, and lies above all it calls: that is an order to check names in.
 */
export class CallGraph {
  readonly #calls = new Map<string, Calls>();
  readonly #callers = new Map<string, Set<string>>();
  readonly #depths = new Map<string, number>();

  /** The graph of some blocks whose calls go neither in a circle nor too deep. */
  static of(blocks: Iterable<readonly [string, CallableBlock]>): CallGraph {
    const graph = new CallGraph();
    graph.update(new Map([...blocks].map(([name, block]) => [name, callsOf(block)])));
    return graph;
  }

  /**
   * Takes what has changed: for each name what it calls now, or nothing when it is gone.
   * @returns false when calls go in a circle or deeper than they may: then nothing here holds
   */
  update(changes: ReadonlyMap<string, Calls | undefined>): boolean {
    for (const [name, now] of changes) {
      for (const callee of this.#calls.get(name)?.calls ?? [])
        this.#callers.get(callee)?.delete(name);
      for (const callee of now?.calls ?? []) this.#callersOf(callee).add(name);
      if (now === undefined) this.#calls.delete(name);
      else this.#calls.set(name, now);
    }
    return this.#sink(changes.keys());
  }

  /** How many calls in a row begin with a name: more than with any that it calls. */
  depthOf(name: string): number {
    return this.#depths.get(name) ?? 0;
  }

  /** The names that call one. */
  callersOf(name: string): Iterable<string> {
    return this.#callers.get(name) ?? [];
  }

  /** Reckons depths anew, from names that have changed to all that lead to them. */
  #sink(changed: Iterable<string>): boolean {
    const queue = new Set(changed);
    // What is added while it is walked is walked, too; on a circle depths grow beyond any limit.
    for (const name of queue) {
      queue.delete(name);
      const depth = this.#reckon(name);
      if (depth > MAX_CALL_DEPTH) return false;
      if (depth === this.depthOf(name)) continue;
      this.#depths.set(name, depth);
      for (const caller of this.callersOf(name)) queue.add(caller);
    }
    return true;
  }

  #reckon(name: string): number {
    const own = this.#calls.get(name);
    if (own === undefined) return 0;
    let below = 0;
    for (const callee of own.calls) below = Math.max(below, this.depthOf(callee));
    return own.depth + below;
  }

  #callersOf(callee: string): Set<string> {
    let callers = this.#callers.get(callee);
    if (callers === undefined) {
      callers = new Set();
      this.#callers.set(callee, callers);
    }
    return callers;
  }
}
