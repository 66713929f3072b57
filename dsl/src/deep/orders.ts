import { TOLERANCE } from '../values/numbers.ts';
import { EQUAL, GREATER, LESS, type Order, type Relation, type State } from './state.ts';
import type { Term } from './terms.ts';

/** How much may lie between two numbers that are equal; a little more, to be on the safe side. */
const wide = (x: number): number => 1.1 * TOLERANCE * Math.max(1, Math.abs(x));
/** How much must lie between two that are not; a little less. */
const narrow = (x: number): number => 0.9 * TOLERANCE * Math.max(1, Math.abs(x));

/** The largest number that is less than, or not greater than, one up to `high`. */
function below(high: number, order: Order, strict: boolean): number {
  if (!Number.isFinite(high)) return high;
  if (order === 'whole') return strict ? high - 1 : high;
  if (order === 'exact') return high;
  return strict ? high - narrow(high) : high + wide(high);
}
const above = (low: number, order: Order, strict: boolean): number => -below(-low, order, strict);

/** How two ranges can be ordered. */
function possible(order: Order, state: State, left: Term, right: Term): number {
  const [a, b] = [state.range(left), state.range(right)];
  let may = 0;
  if (a.low <= below(b.high, order, true)) may |= LESS;
  if (a.high >= above(b.low, order, true)) may |= GREATER;
  if (a.low <= below(b.high, order, false) && a.high >= above(b.low, order, false)) may |= EQUAL;
  return may;
}

/** Takes in what a relation says of its two sides, and what they say of it. */
export function settle(key: string, relation: Relation, state: State): boolean {
  const { order, left, right } = relation;
  if (order === 'plain') return settlePlain(relation, state);
  const may = relation.may & possible(order, state, left, right);
  if (may === 0) return false;
  if (may !== relation.may) {
    state.relations.set(key, { ...relation, may });
    state.learned += 1;
  }
  const [a, b] = [state.range(left), state.range(right)];
  if ((may & GREATER) === 0) {
    const strict = (may & EQUAL) === 0;
    if (!state.tighten(left, { low: -Infinity, high: below(b.high, order, strict) })) return false;
    if (!state.tighten(right, { low: above(a.low, order, strict), high: Infinity })) return false;
  }
  if ((may & LESS) === 0) {
    const strict = (may & EQUAL) === 0;
    if (!state.tighten(right, { low: -Infinity, high: below(a.high, order, strict) })) return false;
    if (!state.tighten(left, { low: above(b.low, order, strict), high: Infinity })) return false;
  }
  return true;
}

function settlePlain({ left, right, may }: Relation, state: State): boolean {
  const [a, b] = [state.choices(left), state.choices(right)];
  if (may === EQUAL) {
    if (b !== undefined && !state.keepOnly(left, b)) return false;
    return a === undefined || state.keepOnly(right, a);
  }
  if ((may & EQUAL) !== 0) return true;
  const [one] = a?.size === 1 ? a : [];
  const [other] = b?.size === 1 ? b : [];
  if (one !== undefined && !state.exclude(right, one)) return false;
  return other === undefined || state.exclude(left, other);
}

interface Edge {
  readonly to: Term;
  readonly strict: boolean;
  /** Equal may mean within the tolerance. */
  readonly near: boolean;
}

/**
 * Do the relations go around in a circle (x < y, y <= z, z <= x)? With the tolerance a circle of
 * several `<=` and one `<` is possible: each equality gives a little. One `<=` gives no more than
 * one `<` takes.
 */
export function goesAround(state: State): boolean {
  const edges = edgesOf(state);
  if (edges.size < 2) return false;
  for (const [from, list] of edges)
    for (const { to, strict } of list) if (strict && leadsBack(to.id, from, edges)) return true;
  return false;
}

function edgesOf(state: State): Map<number, Edge[]> {
  const edges = new Map<number, Edge[]>();
  const terms = new Map<number, Term>();
  const add = (from: Term, edge: Edge): void => {
    terms.set(from.id, from).set(edge.to.id, edge.to);
    const list = edges.get(from.id);
    if (list === undefined) edges.set(from.id, [edge]);
    else list.push(edge);
  };
  for (const { order, left, right, may } of state.relations.values()) {
    if (order === 'plain' || left.kind === 'const' || right.kind === 'const') continue;
    const near = order === 'near';
    const strict = (may & EQUAL) === 0;
    if ((may & GREATER) === 0) add(left, { to: right, strict, near });
    if ((may & LESS) === 0) add(right, { to: left, strict, near });
  }
  if (edges.size > 0)
    for (const term of [...terms.values()])
      for (const [small, large] of builtOrder(term))
        if (terms.has(small.id) && terms.has(large.id))
          add(small, { to: large, strict: false, near: true });
  return edges;
}

/** The least of some is not greater than each of them, nor a number than its amount. */
function builtOrder(term: Term): readonly (readonly [Term, Term])[] {
  const { ir, parts } = term;
  if (term.kind !== 'call' || ir.kind !== 'call') return [];
  if (ir.name === 'min') return parts.map((part) => [term, part]);
  if (ir.name === 'max') return parts.map((part) => [part, term]);
  return ir.name === 'abs' ? parts.map((part) => [part, term]) : [];
}

/** Is there a way with at most one equality that gives? (A breadth-first search, cheapest first.) */
function leadsBack(from: number, to: number, edges: ReadonlyMap<number, readonly Edge[]>): boolean {
  const cost = new Map<number, number>([[from, 0]]);
  const queue = [from];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const spent = cost.get(id) ?? 0;
    if (id === to) return true;
    for (const edge of edges.get(id) ?? []) {
      const next = spent + (edge.near && !edge.strict ? 1 : 0);
      if (next > 1 || next >= (cost.get(edge.to.id) ?? Infinity)) continue;
      cost.set(edge.to.id, next);
      queue.push(edge.to.id);
    }
  }
  return false;
}
