import { type Border, leave, type Value } from '../../values/border.ts';
import { dateOf } from '../../values/calendar.ts';
import { type CompareOp, compareValues, type Equality, sameKey } from '../../values/compare.ts';
import { Fault, type FaultKind, isAnswerable } from '../../values/fault.ts';
import { callStrict, type Scalar, type StrictName } from '../../values/functions.ts';
import { isZero, type Rounding, roundTo, sum } from '../../values/numbers.ts';

/**
 * Operators JSON Logic does not have. Register them once: `for (const [name, run] of
 * Object.entries(JSON_LOGIC_OPERATORS)) jsonLogic.add_operation(name, run)`.
 *
 * All of them know faults, which JSON Logic does not: an operand that is missing or faulty makes
 * the result a fault, except where the rule of the language says otherwise.
 */
export type Operator = (...args: readonly never[]) => unknown;

const NOWHERE = { start: 0, end: 0 };
const fault = (kind: FaultKind): Fault => new Fault(kind, NOWHERE, '', []);

/** The first operand that is no value, as a fault. */
function wrongOf(values: readonly unknown[]): Fault | undefined {
  for (const value of values) {
    if (value === null || value === undefined) return fault('missing');
    if (value instanceof Fault) return value;
  }
  return undefined;
}

const finite = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? fault('range') : value;

const strict =
  <A extends readonly unknown[]>(run: (...args: A) => unknown) =>
  (...args: A): unknown =>
    wrongOf(args) ?? finite(run(...args));

/** `and` and `or` after Kleene: the side that decides, decides, whatever the other is. */
const kleene =
  (deciding: boolean) =>
  (a: unknown, b: unknown): unknown => {
    if (a === deciding || b === deciding) return deciding;
    return wrongOf([a, b]) ?? !deciding;
  };

const decided =
  (by: boolean, outcome: boolean) =>
  (items: unknown, list: unknown): unknown => {
    const wrong = wrongOf([list]);
    if (wrong !== undefined) return wrong;
    const kept = (items as readonly unknown[]).filter((item) => item !== SKIPPED);
    return kept.includes(by) ? outcome : (wrongOf(kept) ?? !outcome);
  };

const folded =
  (run: (numbers: readonly number[]) => unknown) =>
  (items: unknown, list: unknown): unknown => {
    const wrong = wrongOf([list]);
    if (wrong !== undefined) return wrong;
    const kept = (items as readonly unknown[]).filter((item) => item !== SKIPPED);
    return wrongOf(kept) ?? finite(run(kept as readonly number[]));
  };

/** Stands for an element that `where` leaves out. */
const SKIPPED = Object.freeze({ skipped: true });

export const JSON_LOGIC_OPERATORS = {
  /** `[target, name]`: an own property; of something missing it is missing. */
  'qoida.field': (target: unknown, name: string): unknown => {
    if (target === null || target === undefined) return null;
    if (target instanceof Fault || typeof target !== 'object') return target;
    return Object.hasOwn(target, name) ? (target as Record<string, unknown>)[name] : null;
  },
  /** `[a, b]`, results beyond the doubles are faults. */
  'qoida.add': strict((a: number, b: number) => a + b),
  'qoida.sub': strict((a: number, b: number) => a - b),
  'qoida.mul': strict((a: number, b: number) => a * b),
  /** `[a, b]`: a divisor that equals 0 is a fault. */
  'qoida.div': strict((a: number, b: number) => (isZero(b) ? fault('zero') : a / b)),
  /** `[x, mul, div]`: x * mul / div. */
  'qoida.scale': strict((x: number, mul: number, div: number) => (x * mul) / div),
  /** `[op, mode, step, a, b]`: op is eq, ne, lt or le; mode near, exact, text or step. */
  'qoida.compare': (
    op: CompareOp,
    mode: Equality['mode'],
    step: number,
    a: Scalar,
    b: Scalar,
  ): unknown =>
    wrongOf([a, b]) ?? compareValues(op, mode === 'step' ? { mode, step } : { mode }, a, b),
  /** `[x, list, step]`: membership, by whole steps where step is not null. */
  'qoida.in': (x: unknown, list: unknown, step: number | null): unknown => {
    const wrong = wrongOf([x, list]) ?? wrongOf(list as readonly unknown[]);
    return (
      wrong ?? (list as readonly unknown[]).some((item) => sameKey(x, item, step ?? undefined))
    );
  },
  'qoida.and': kleene(false),
  'qoida.or': kleene(true),
  'qoida.not': strict((x: boolean) => !x),
  /** `[condition, then, else]`. */
  'qoida.if': (c: unknown, then: unknown, otherwise: unknown): unknown =>
    wrongOf([c]) ?? (c === true ? then : otherwise),
  /** `[a, b]`: b when a is missing or a division by zero. */
  'qoida.coalesce': (a: unknown, b: unknown): unknown =>
    a === null || a === undefined || (a instanceof Fault && isAnswerable(a)) ? b : a,
  'qoida.is_missing': (x: unknown): unknown =>
    x instanceof Fault ? x : x === null || x === undefined,
  /** `[x, step, how]`: how is round, floor or ceil. */
  'qoida.round': strict((x: number, step: number, how: Rounding) => roundTo(x, step, how)),
  /** `[name, zone, …]`: a built-in function of values that are there. */
  'qoida.call': strict((name: StrictName, zone: string, ...args: Scalar[]) =>
    callStrict(name, args, zone),
  ),
  /** `[now, zone]`: the date of an instant. */
  'qoida.today': (now: number, zone: string): number => dateOf(now, zone),
  /** `[…]`: a list of its operands, whatever they are. */
  'qoida.list': (...items: readonly unknown[]): unknown => items,
  /** `[condition, item]` inside `map`: the item, or a mark that it is left out. */
  'qoida.kept': (condition: unknown, item: unknown): unknown =>
    wrongOf([condition]) ?? (condition === true ? item : SKIPPED),
  /** `[items, list]`: folds over what `map` made; the list tells whether there was one. */
  'qoida.sum': folded((items) => sum(items)),
  'qoida.count': folded((items) => items.length),
  'qoida.avg': folded((items) => (items.length === 0 ? null : sum(items) / items.length)),
  'qoida.min': folded((items) =>
    items.length === 0 ? null : items.reduce((a, b) => Math.min(a, b)),
  ),
  'qoida.max': folded((items) =>
    items.length === 0 ? null : items.reduce((a, b) => Math.max(a, b)),
  ),
  'qoida.any': decided(true, true),
  'qoida.none': decided(true, false),
  'qoida.all': decided(false, false),
} as const;

export type OperatorName = keyof typeof JSON_LOGIC_OPERATORS;

/** The result of a rule as plain data. */
export function leaveJsonLogic(value: unknown, border: Border): unknown {
  return value === undefined ? null : leave(value as Value, border);
}
