/** So many formulas may call one another in a row: rules that run, and who reads them, go as deep. */
export const MAX_CALL_DEPTH = 100;

/** In which order formulas can be checked, and which of them use themselves. */
export interface CallOrder {
  /** Every name, after those it calls where that is possible. */
  readonly order: readonly string[];
  /** Names that lie on a circle of calls. */
  readonly circular: ReadonlySet<string>;
  /** For each group of circles, a shortest way from its first name back to it: `a, b, a`. */
  readonly circles: readonly (readonly string[])[];
  /** Names from which the calls first go deeper than they may. */
  readonly tooDeep: readonly string[];
}

interface Visit {
  readonly name: string;
  readonly calls: readonly string[];
  next: number;
}

/**
 * Orders names by their calls: Tarjan's strongly connected components (SIAM J. Comput. 1, 1972),
 * without recursion, so that a chain of calls may be as long as a file.
 * @param callsOf what a name calls; names that are not in `names` are passed over
 * @param depthOf how many calls in a row a name is by itself
 */
export function callOrder(
  names: readonly string[],
  callsOf: (name: string) => readonly string[],
  depthOf: (name: string) => number = () => 1,
): CallOrder {
  const place = new Map(names.map((name, index) => [name, index]));
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const order: string[] = [];
  const circular = new Set<string>();
  const circles: string[][] = [];
  const lower = (name: string, value: number): void => {
    if (value < (low.get(name) ?? Infinity)) low.set(name, value);
  };

  const visits: Visit[] = [];
  const enter = (name: string): void => {
    number.set(name, number.size);
    low.set(name, number.size - 1);
    open.push(name);
    isOpen.add(name);
    visits.push({ name, calls: callsOf(name).filter((callee) => place.has(callee)), next: 0 });
  };
  const close = ({ name, calls }: Visit): void => {
    if (low.get(name) !== number.get(name)) return;
    const group = open.splice(open.lastIndexOf(name));
    for (const member of group) isOpen.delete(member);
    order.push(...group.reverse());
    if (group.length === 1 && !calls.includes(name)) return;
    for (const member of group) circular.add(member);
    const first = group.reduce((a, b) => ((place.get(a) ?? 0) <= (place.get(b) ?? 0) ? a : b));
    circles.push(wayBack(first, new Set(group), callsOf));
  };
  for (const root of names) {
    if (number.has(root)) continue;
    enter(root);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const callee = visit.calls[visit.next++];
      if (callee === undefined) {
        visits.pop();
        close(visit);
        const caller = visits.at(-1);
        if (caller !== undefined) lower(caller.name, low.get(visit.name) ?? Infinity);
      } else if (!number.has(callee)) enter(callee);
      else if (isOpen.has(callee)) lower(visit.name, number.get(callee) ?? Infinity);
    }
  }
  const depths = depthsIn(order, circular, callsOf, depthOf);
  const tooDeep = order.filter((name) => {
    const depth = depths.get(name) ?? 0;
    return depth > MAX_CALL_DEPTH && depth - depthOf(name) <= MAX_CALL_DEPTH;
  });
  return { order, circular, circles, tooDeep };
}

/** How many calls in a row begin with each name. */
function depthsIn(
  order: readonly string[],
  circular: ReadonlySet<string>,
  callsOf: (name: string) => readonly string[],
  depthOf: (name: string) => number,
): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const name of order) {
    const below = circular.has(name) ? [] : callsOf(name).map((callee) => depths.get(callee) ?? 0);
    depths.set(name, depthOf(name) + Math.max(0, ...below));
  }
  return depths;
}

/** The longest row of calls among names; what calls itself counts once. */
export function deepest(
  names: readonly string[],
  callsOf: (name: string) => readonly string[],
): number {
  const { order, circular } = callOrder(names, callsOf);
  return Math.max(0, ...depthsIn(order, circular, callsOf, () => 1).values());
}

/** A shortest way from a name back to itself, through the names of its group. */
function wayBack(
  start: string,
  group: ReadonlySet<string>,
  callsOf: (name: string) => readonly string[],
): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const callee of callsOf(name)) {
      if (!group.has(callee) || cameFrom.has(callee)) continue;
      cameFrom.set(callee, name);
      queue.push(callee);
    }
  }
  const way = [start];
  for (let at = cameFrom.get(start); at !== undefined; at = cameFrom.get(at)) {
    way.push(at);
    if (at === start) break;
  }
  return way.reverse();
}
