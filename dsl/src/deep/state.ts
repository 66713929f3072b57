import { WEEKDAYS } from '../types/functions.ts';
import { TOLERANCE } from '../values/numbers.ts';
import { ANY, isEmpty, meet, type Range, rangeFrom } from './ranges.ts';
import type { Term } from './terms.ts';

/** How a condition may come out, as bits: true, false, and undecided (a fault, or missing). */
export const TRUE = 1;
export const FALSE = 2;
export const UNDECIDED = 4;

/** How two values may be ordered, as bits. */
export const LESS = 1;
export const EQUAL = 2;
export const GREATER = 4;

/**
 * `near`: numbers that are equal within the tolerance; `whole`: whole numbers; `exact`: times of
 * day; `plain`: texts and all else, of which only sameness is looked at.
 */
export type Order = 'near' | 'whole' | 'exact' | 'plain';

export interface Relation {
  readonly order: Order;
  readonly left: Term;
  readonly right: Term;
  readonly may: number;
}

type Plain = string | boolean;

/** What is known of one value. */
interface Known {
  readonly defined?: boolean;
  readonly missing?: boolean;
  readonly nonzero?: boolean;
  readonly range?: Range;
  readonly only?: ReadonlySet<Plain>;
  readonly not?: ReadonlySet<Plain>;
}

/**
 * Everything that is known on one way through a question. Each method that takes something in
 * answers false when it can't be so.
 */
export class State {
  readonly masks: Map<number, number>;
  readonly relations: Map<string, Relation>;
  readonly #known: Map<number, Known>;
  readonly #terms: Map<number, Term>;
  readonly #ranges = new Map<number, Range>();
  /** Counts what was learned that ranges depend on; and how much of it they tell. */
  #bounds = 0;
  #rangesOf = 0;
  /** Counts what was learned, so that one can see whether anything was. */
  learned = 0;

  constructor(from?: State) {
    this.masks = new Map(from?.masks);
    this.relations = new Map(from?.relations);
    this.#known = new Map(from?.known);
    // Only grows, and says nothing about the facts: all ways share it.
    this.#terms = from === undefined ? new Map() : from.#terms;
  }

  get known(): ReadonlyMap<number, Known> {
    return this.#known;
  }

  get terms(): ReadonlyMap<number, Term> {
    return this.#terms;
  }

  of(term: Term): Known {
    return this.#known.get(term.id) ?? {};
  }

  isDefined(term: Term): boolean {
    return term.kind === 'const' ? constantOf(term) !== null : this.of(term).defined === true;
  }

  #learn(term: Term, more: Known): void {
    this.#terms.set(term.id, term);
    this.#known.set(term.id, { ...this.of(term), ...more });
    this.learned += 1;
  }

  /** The condition may come out only so. */
  restrict(term: Term, mask: number): boolean {
    const before = this.masks.get(term.id) ?? TRUE | FALSE | UNDECIDED;
    const now = before & mask;
    if (now !== before) {
      this.learned += 1;
      this.#bounds += 1;
    }
    this.masks.set(term.id, now);
    this.#terms.set(term.id, term);
    return now !== 0;
  }

  /** There is a value: neither missing nor a fault. So there is one of everything it is made of. */
  define(term: Term): boolean {
    if (term.kind === 'const') return constantOf(term) !== null;
    const { defined, missing } = this.of(term);
    if (missing === true) return false;
    if (defined === true) return true;
    this.#learn(term, { defined: true });
    switch (term.kind) {
      case 'field':
      case 'cast':
      case 'steps':
      case 'add':
      case 'sub':
      case 'mul':
      case 'scale':
      case 'round':
      case 'call':
      case 'compare':
      case 'in':
        return term.parts.every((part) => this.define(part));
      case 'div': {
        const [left, right] = term.parts as [Term, Term];
        if (!this.define(left) || !this.define(right)) return false;
        this.#learn(right, { nonzero: true });
        return true;
      }
      case 'aggregate':
        return this.define(term.parts[0] as Term);
      default:
        return true;
    }
  }

  /** The value is missing, which is no fault. */
  lack(term: Term): boolean {
    if (term.kind === 'const') return constantOf(term) === null;
    if (!canBeMissing(term) || this.of(term).defined === true) return false;
    this.#learn(term, { missing: true });
    return true;
  }

  /** The range of a number, from what was said of it and from its parts. */
  range(term: Term): Range {
    if (term.parts.length === 0) {
      const own = this.#known.get(term.id)?.range;
      const given = rangeFrom(term, noPart);
      return own === undefined ? given : meet(own, given);
    }
    // What is made of many parts is asked for often, and they are shared.
    if (this.#rangesOf !== this.#bounds) {
      this.#ranges.clear();
      this.#rangesOf = this.#bounds;
    }
    const before = this.#ranges.get(term.id);
    if (before !== undefined) return before;
    const found = this.#rangeNow(term);
    this.#ranges.set(term.id, found);
    return found;
  }

  #rangeNow(term: Term): Range {
    const own = this.of(term).range ?? ANY;
    if (term.kind === 'if') {
      const mask = this.masks.get((term.parts[0] as Term).id) ?? 0;
      if (mask === TRUE) return meet(own, this.range(term.parts[1] as Term));
      if (mask === FALSE) return meet(own, this.range(term.parts[2] as Term));
    }
    return meet(
      own,
      rangeFrom(term, (part) => this.range(part)),
    );
  }

  /** The number lies within. What that says of its parts is taken in too. */
  tighten(term: Term, range: Range): boolean {
    const before = this.of(term).range ?? ANY;
    const now = meet(before, range);
    if (isEmpty(now)) return false;
    if (now.low === before.low && now.high === before.high) return true;
    this.#learn(term, { range: now });
    this.#bounds += 1;
    return inwards(term, now, (part) => this.range(part)).every(([part, found]) =>
      this.tighten(part, found),
    );
  }

  /** Is there a value left for everything that something was said of? */
  consistent(): boolean {
    for (const [id, { range, nonzero, only, not }] of this.#known) {
      const term = this.#terms.get(id) as Term;
      if (range !== undefined || nonzero === true) {
        const { low, high } = this.range(term);
        if (!(low <= high)) return false;
        if (nonzero === true && low >= -TOLERANCE && high <= TOLERANCE) return false;
      }
      if (only !== undefined || not !== undefined) {
        if (this.choices(term)?.size === 0) return false;
      }
    }
    return true;
  }

  /** The texts or conditions a value can be, where they can be counted. */
  choices(term: Term): ReadonlySet<Plain> | undefined {
    const { only, not } = this.of(term);
    const own = plainChoices(term);
    if (own === undefined && only === undefined) return undefined;
    const all = [...(only ?? own ?? [])].filter(
      (value) => not?.has(value) !== true && own?.has(value) !== false,
    );
    return new Set(all);
  }

  keepOnly(term: Term, values: ReadonlySet<Plain>): boolean {
    const before = this.of(term).only;
    const only = before === undefined ? values : new Set([...values].filter((v) => before.has(v)));
    if (before === undefined || only.size < before.size) this.#learn(term, { only });
    return this.choices(term)?.size !== 0;
  }

  exclude(term: Term, value: Plain): boolean {
    const not = this.of(term).not ?? new Set<Plain>();
    if (!not.has(value)) this.#learn(term, { not: new Set([...not, value]) });
    return this.choices(term)?.size !== 0;
  }
}

const noPart = (): Range => ANY;

export const constantOf = (term: Term): number | string | boolean | null | undefined =>
  term.kind === 'const' && term.ir.kind === 'const' ? term.ir.value : undefined;

/** Can the value be missing without being a fault? */
function canBeMissing({ kind, ir }: Term): boolean {
  if (kind === 'aggregate' && ir.kind === 'aggregate')
    return ir.name === 'avg' || ir.name === 'min' || ir.name === 'max';
  return (
    kind === 'input' ||
    kind === 'field' ||
    kind === 'element' ||
    kind === 'opaque' ||
    kind === 'cast' ||
    kind === 'if' ||
    kind === 'coalesce' ||
    kind === 'native'
  );
}

/** The values an enum can have; data that has another is a fault. */
function plainChoices({ kind, ir }: Term): ReadonlySet<Plain> | undefined {
  if (kind === 'const') {
    const value = ir.kind === 'const' ? ir.value : null;
    return typeof value === 'string' || typeof value === 'boolean' ? new Set([value]) : undefined;
  }
  if (kind === 'call' && ir.kind === 'call') {
    if (ir.name === 'weekday') return new Set(WEEKDAYS);
    return ir.name === 'shift_kind' ? new Set(['day', 'night']) : undefined;
  }
  if ((ir.kind === 'field' || ir.kind === 'input') && kind === ir.kind && ir.border.kind === 'enum')
    return new Set(ir.border.values);
  return undefined;
}

/** A bound that rounding has not made too tight. */
const loose = (value: number, ...sizes: readonly number[]): number =>
  1e-15 * sizes.reduce((sum, size) => sum + Math.abs(size), Math.abs(value)) + 1e-300;
const down = (value: number, ...sizes: readonly number[]): number =>
  Number.isFinite(value) ? value - loose(value, ...sizes) : value === Infinity ? -Infinity : value;
const up = (value: number, ...sizes: readonly number[]): number =>
  Number.isFinite(value) ? value + loose(value, ...sizes) : value === -Infinity ? Infinity : value;
const ends = (low: number, high: number, ...sizes: readonly number[]): Range => {
  const known = sizes.filter(Number.isFinite);
  return {
    low: Number.isNaN(low) ? -Infinity : down(low, ...known),
    high: Number.isNaN(high) ? Infinity : up(high, ...known),
  };
};

/** What the range of a value says of its parts. */
function inwards(
  term: Term,
  { low, high }: Range,
  of: (part: Term) => Range,
): readonly (readonly [Term, Range])[] {
  const [a, b] = term.parts as [Term, Term];
  switch (term.kind) {
    case 'steps': {
      // Half a step, and the tolerance among steps.
      const step = term.step ?? 1;
      return [[a, ends((low - 0.502) * step, (high + 0.502) * step)]];
    }
    case 'add': {
      const [x, y] = [of(a), of(b)];
      return [
        [a, ends(low - y.high, high - y.low, low, high, y.low, y.high)],
        [b, ends(low - x.high, high - x.low, low, high, x.low, x.high)],
      ];
    }
    case 'sub': {
      if (a === b) return [];
      const [x, y] = [of(a), of(b)];
      return [
        [a, ends(low + y.low, high + y.high, low, high, y.low, y.high)],
        [b, ends(x.low - high, x.high - low, low, high, x.low, x.high)],
      ];
    }
    case 'scale': {
      if (term.ir.kind !== 'scale') return [];
      const factor = term.ir.div / term.ir.mul;
      const [one, two] = [low * factor, high * factor];
      return [[a, ends(Math.min(one, two), Math.max(one, two))]];
    }
    case 'call': {
      const name = term.ir.kind === 'call' ? term.ir.name : undefined;
      if (name === 'abs') return [[a, { low: -high, high }]];
      if (name === 'min') return term.parts.map((part) => [part, { low, high: Infinity }]);
      if (name === 'max') return term.parts.map((part) => [part, { low: -Infinity, high }]);
      return [];
    }
    default:
      return [];
  }
}
