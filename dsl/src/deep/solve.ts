import { aggregateGoals, choose, type Goal, lifted, type Way } from './goals.ts';
import { goesAround, settle } from './orders.ts';
import {
  constantOf,
  EQUAL,
  FALSE,
  GREATER,
  LESS,
  type Order,
  State,
  TRUE,
  UNDECIDED,
} from './state.ts';
import { inOrder, type Term, type Terms } from './terms.ts';

export type { Goal } from './goals.ts';

/** How many goals one question may follow up; then nothing is claimed. */
const MOST_GOALS = 3_000;
/** How often relations are looked at again after something was learned. */
const MOST_ROUNDS = 4;

export interface Solved {
  /** False: it is proved that no facts whatever reach all goals. True: not proved. */
  readonly possible: boolean;
  /** Where nothing stands against it: what is known of the facts then. */
  readonly state: State | undefined;
}

/**
 * Can conditions come out as asked, all for the same facts? Every claim of the deep checks is a
 * "no" of this question. The answer is sound: it holds for all facts, also for such as are missing
 * or of the wrong form, and it never claims what the tolerance of equality contradicts. It is not
 * complete: what it can't follow counts as possible.
 */
export function solve(goals: readonly Goal[], terms: Terms): Solved {
  const search = new Search(terms);
  const state = search.run(new State(), [...goals], []);
  return { possible: state !== undefined, state: search.exhausted ? undefined : state };
}

/** Is it proved that the goals can't all be reached? */
export const impossible = (goals: readonly Goal[], terms: Terms): boolean =>
  !solve(goals, terms).possible;

/** Goals that many questions begin with: they are taken in once. */
export class Given {
  readonly #terms: Terms;
  readonly #state = new State();
  readonly #splits: (readonly Way[])[] = [];
  readonly #possible: boolean;

  constructor(goals: readonly Goal[], terms: Terms) {
    this.#terms = terms;
    const search = new Search(terms);
    this.#possible = search.advance(this.#state, [...goals], this.#splits);
  }

  /** Is it proved that these goals can't be reached together with those given? */
  excludes(goals: readonly Goal[]): boolean {
    if (!this.#possible) return true;
    const search = new Search(this.#terms);
    return search.run(new State(this.#state), [...goals], [...this.#splits]) === undefined;
  }
}

class Search {
  readonly #terms: Terms;
  #left = MOST_GOALS;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  get exhausted(): boolean {
    return this.#left <= 0;
  }

  /** @returns the state in which all goals are reached; undefined when there is none */
  run(state: State, goals: Goal[], splits: (readonly Way[])[]): State | undefined {
    if (!this.advance(state, goals, splits)) return undefined;
    if (this.exhausted) return state;
    const open: (readonly Way[])[] = [];
    let fewest = 0;
    for (const ways of splits) {
      const left = ways.filter((way) => way.every((goal) => mayBe(goal, state)));
      if (left.length === 0) return undefined;
      if (left.some((way) => way.every((goal) => isReached(goal, state)))) continue;
      if (left.length <= (open[fewest]?.length ?? Infinity)) fewest = open.length;
      open.push(left);
    }
    const [ways] = open.splice(fewest, 1);
    if (ways === undefined) return state;
    for (const [i, way] of ways.entries()) {
      const last = i === ways.length - 1;
      const found = this.run(last ? state : new State(state), [...way], [...open]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Takes in all that follows without a choice; choices are left for later.
   * @returns false when the goals can't be reached
   */
  advance(state: State, goals: Goal[], splits: (readonly Way[])[]): boolean {
    do {
      for (let goal = goals.pop(); goal !== undefined; goal = goals.pop()) {
        this.#left -= 1;
        if (this.exhausted) return true;
        const next = this.#take(goal, state);
        if (next === undefined) return false;
        const [only, second] = next;
        if (only === undefined) continue;
        if (second === undefined) goals.push(...only);
        else splits.push(next);
      }
      if (!settleAll(state)) return false;
    } while (this.#decide(state, goals));
    return true;
  }

  /** What could come out undecided no longer can once there are values for all it is made of. */
  #decide(state: State, goals: Goal[]): boolean {
    for (const [id, mask] of state.masks) {
      if ((mask & UNDECIDED) === 0) continue;
      const term = state.terms.get(id);
      if (term === undefined || !settled(term, state)) continue;
      if (mask === (TRUE | FALSE | UNDECIDED)) continue;
      // Forgotten, so that it is taken for new and followed up.
      state.masks.delete(id);
      goals.push({ term, mask: mask & (TRUE | FALSE) });
    }
    return goals.length > 0;
  }

  /**
   * Takes a goal in.
   * @returns ways to reach it: none is needed when the list is empty; undefined when it can't be
   */
  #take({ term, mask }: Goal, state: State): readonly Way[] | undefined {
    const before = state.masks.get(term.id);
    if (!state.restrict(term, mask)) return undefined;
    const now = state.masks.get(term.id) as number;
    if (before === now) return [];
    const constant = constantOf(term);
    if (constant !== undefined) {
      const out = constant === null ? UNDECIDED : constant === true ? TRUE : FALSE;
      return (out & now) === 0 ? undefined : [];
    }
    const ways = choose(term, now);
    if (ways !== undefined) return ways;
    if ((now & UNDECIDED) !== 0) return now === UNDECIDED && state.isDefined(term) ? undefined : [];
    if (now === (TRUE | FALSE)) return state.define(term) ? [] : undefined;
    return this.#decided(term, now === TRUE, state);
  }

  /** A condition of one piece is true, or false. */
  #decided(term: Term, holds: boolean, state: State): readonly Way[] | undefined {
    const { ir, parts } = term;
    switch (term.kind) {
      case 'compare': {
        const ways = lifted(term, holds, this.#terms);
        if (ways !== undefined) return ways;
        return state.define(term) ? this.#relate(term, holds, state) : undefined;
      }
      case 'is_missing': {
        const [operand] = parts as [Term];
        return (holds ? state.lack(operand) : state.define(operand)) ? [] : undefined;
      }
      case 'in':
        if (!state.define(term)) return undefined;
        return ir.kind === 'in' && !member(term, holds, state) ? undefined : [];
      case 'aggregate':
        if (!state.define(parts[0] as Term)) return undefined;
        return aggregateGoals(term, holds, this.#terms);
      default:
        return state.define(term) ? [] : undefined;
    }
  }

  #relate(term: Term, holds: boolean, state: State): readonly Way[] | undefined {
    const { ir } = term;
    if (ir.kind !== 'compare') return [];
    const { op, equality } = ir;
    const meant = { eq: EQUAL, ne: LESS | GREATER, lt: LESS, le: LESS | EQUAL }[op];
    const may = holds ? meant : (LESS | EQUAL | GREATER) & ~meant;
    let [left, right] = term.parts as [Term, Term];
    const flags = this.#asFlag(left, right, may) ?? this.#asFlag(right, left, may);
    if (flags !== undefined) return flags;
    const order = orderOf(term);
    if (equality.mode === 'step') {
      left = this.#terms.inSteps(left, equality.step);
      right = this.#terms.inSteps(right, equality.step);
    }
    return relate(order, left, right, may, state) ? [] : undefined;
  }

  /** `x = true` says of a condition what the condition says. */
  #asFlag(term: Term, other: Term, may: number): readonly Way[] | undefined {
    const value = constantOf(other);
    if (typeof value !== 'boolean' || (may !== EQUAL && may !== (LESS | GREATER))) return undefined;
    return [[{ term, mask: (may === EQUAL) === value ? TRUE : FALSE }]];
  }
}

/** Does nothing that is known of the condition itself stand against the goal? */
const mayBe = ({ term, mask }: Goal, state: State): boolean =>
  ((state.masks.get(term.id) ?? mask) & mask) !== 0;

/** Is it known that the condition comes out so? */
const isReached = ({ term, mask }: Goal, state: State): boolean =>
  ((state.masks.get(term.id) ?? ~mask) & ~mask) === 0;

function orderOf({ ir }: Term): Order {
  if (ir.kind !== 'compare') return 'plain';
  switch (ir.equality.mode) {
    case 'near':
      return 'near';
    case 'step':
      return 'whole';
    case 'exact': {
      const kinds = [ir.left.type, ir.right.type].map((type) =>
        type.kind === 'optional' ? type.of.kind : type.kind,
      );
      if (kinds.includes('date')) return 'whole';
      return kinds.includes('time') ? 'exact' : 'plain';
    }
    default:
      return 'plain';
  }
}

/** Exactly one of less, equal and greater holds of two values, also with the tolerance. */
function relate(order: Order, left: Term, right: Term, may: number, state: State): boolean {
  const first = inOrder(left, right) <= 0;
  const [a, b, asked] = first ? [left, right, may] : [right, left, flipped(may)];
  const key = `${order} ${a.id} ${b.id}`;
  const before = state.relations.get(key)?.may ?? LESS | EQUAL | GREATER;
  const now = before & asked & (a === b ? EQUAL : LESS | EQUAL | GREATER);
  if (now === 0) return false;
  const relation = { order, left: a, right: b, may: now };
  state.relations.set(key, relation);
  state.learned += 1;
  return settle(key, relation, state);
}

const flipped = (may: number): number =>
  (may & EQUAL) | ((may & LESS) !== 0 ? GREATER : 0) | ((may & GREATER) !== 0 ? LESS : 0);

/** Looks at everything again until nothing more is learned. */
function settleAll(state: State): boolean {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = state.learned;
    for (const [key, relation] of state.relations) if (!settle(key, relation, state)) return false;
    if (state.learned === before) break;
  }
  return state.consistent() && !goesAround(state);
}

/** `x in (a, b)`: one of the constants, or none of them. */
function member({ ir, parts }: Term, holds: boolean, state: State): boolean {
  const [left, list] = parts as [Term, Term];
  if (ir.kind !== 'in' || list.kind !== 'list') return true;
  const values = list.parts.map(constantOf);
  if (values.length === 0) return !holds;
  if (values.every((value) => typeof value === 'string' || typeof value === 'boolean')) {
    if (holds) return state.keepOnly(left, new Set(values));
    return values.every((value) => state.exclude(left, value));
  }
  if (!holds || !values.every((value) => typeof value === 'number')) return true;
  const slack = ir.step ?? 0;
  const low = Math.min(...values) - slack;
  return state.tighten(left, { low, high: Math.max(...values) + slack });
}

/** Are there values for everything a condition is decided by? */
function settled(term: Term, state: State): boolean {
  switch (term.kind) {
    case 'compare': {
      // Untyped values may be of different types, which is a fault.
      const typed = term.ir.kind === 'compare' && term.ir.equality.mode !== 'dynamic';
      return typed && term.parts.every((part) => state.isDefined(part));
    }
    case 'is_missing':
      return term.parts.every((part) => state.isDefined(part) || state.of(part).missing === true);
    case 'input':
    case 'field':
    case 'element':
    case 'opaque':
      return state.isDefined(term);
    default:
      return false;
  }
}
