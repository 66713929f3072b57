import { NUMBER } from '../../types/units.ts';
import { type Border, castValue, type Value } from '../../values/border.ts';
import { dateOf } from '../../values/calendar.ts';
import {
  alike,
  type CompareOp,
  compareValues,
  type Equality,
  sameKey,
} from '../../values/compare.ts';
import { Fault, type FaultKind, isAnswerable } from '../../values/fault.ts';
import { callStrict, type Scalar, type StrictName } from '../../values/functions.ts';
import { isZero, type Rounding, roundTo, sum } from '../../values/numbers.ts';

/** What JSON Logic engines call: values in, a value or a fault out. */
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

/** The same, and what is of another type than it has to be: rules may meet any data. */
function wrongAs(type: 'number' | 'string' | 'boolean', values: readonly unknown[]) {
  const wrong = wrongOf(values);
  if (wrong !== undefined) return wrong;
  const fits = (value: unknown): boolean =>
    typeof value === type && (type !== 'number' || Number.isFinite(value));
  return values.every(fits) ? undefined : fault('data');
}

const finite = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? fault('range') : value;

const ofNumbers =
  (run: (...args: readonly number[]) => unknown) =>
  (...args: readonly number[]): unknown =>
    wrongAs('number', args) ?? finite(run(...args));

/** `and` and `or` after Kleene: the side that decides, decides, whatever the other is. */
const kleene =
  (deciding: boolean) =>
  (a: unknown, b: unknown): unknown => {
    if (a === deciding || b === deciding) return deciding;
    return wrongAs('boolean', [a, b]) ?? !deciding;
  };

const TYPES = { near: 'number', step: 'number', text: 'string' } as const;

function wrongPair(op: CompareOp, mode: Equality['mode'], a: unknown, b: unknown) {
  if (mode === 'near' || mode === 'step' || mode === 'text') return wrongAs(TYPES[mode], [a, b]);
  return wrongOf([a, b]) ?? (alike(op, a, b) ? undefined : fault('data'));
}

function wrongList(list: unknown): Fault | undefined {
  return wrongOf([list]) ?? (Array.isArray(list) ? undefined : fault('data'));
}

/** Stands for an element that `where` leaves out. */
const SKIPPED = Object.freeze({ skipped: true });

const keptOf = (items: unknown): readonly unknown[] | Fault =>
  wrongList(items) ?? (items as readonly unknown[]).filter((item) => item !== SKIPPED);

const decided =
  (by: boolean, outcome: boolean) =>
  (items: unknown): unknown => {
    const kept = keptOf(items);
    if (kept instanceof Fault) return kept;
    return kept.includes(by) ? outcome : (wrongAs('boolean', kept) ?? !outcome);
  };

const folded =
  (run: (numbers: readonly number[]) => unknown) =>
  (items: unknown): unknown => {
    const kept = keptOf(items);
    if (kept instanceof Fault) return kept;
    return wrongAs('number', kept) ?? finite(run(kept as readonly number[]));
  };

const smallest = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));
const largest = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));

/** An element with the data around its list. */
function pair(each: unknown, outer: unknown, wrong: Fault | null): object {
  return Object.assign(Object.create(null) as object, { each, outer, wrong });
}

const TEXT_FUNCTIONS: ReadonlySet<StrictName> = new Set([
  'length',
  'lower',
  'upper',
  'starts_with',
  'contains',
  'matches',
  'clock_time',
]);

const BORDERS: ReadonlySet<string> = new Set([
  'bool',
  'text',
  'date',
  'time',
  'instant',
  'record',
  'dynamic',
]);

/** What a rule says a value is taken for, read back. */
function borderFrom(written: unknown): Border {
  if (written === 'number') return { kind: 'number', unit: NUMBER };
  if (Array.isArray(written)) {
    const [kind, ...rest] = written as readonly string[];
    if (kind === 'list') return { kind: 'list', of: borderFrom(rest[0]) };
    if (kind === 'enum') return { kind: 'enum', values: rest };
  }
  if (typeof written !== 'string' || !BORDERS.has(written)) return { kind: 'none' };
  return { kind: written } as Border;
}

/**
 * Operators JSON Logic does not have. Register them once, in json-logic-js by `add_operation(name,
 * run)`, in json-logic-engine by `addMethod(name, (args) => run(...args))`.
 *
 * All of them know faults, which JSON Logic does not: an operand that is missing, faulty or of
 * another type makes the result a fault, except where the rule of the language says otherwise.
 */
export const JSON_LOGIC_OPERATORS = {
  /**
   * `[target, name, there, held]`: an own property; of something missing it is missing, or a fault
   * where `there` is true; where `held` is, a target without it is one.
   */
  'qoida.field': (target: unknown, name: string, there?: boolean, held?: boolean): unknown => {
    if (target === null || target === undefined) return there === true ? fault('missing') : null;
    if (target instanceof Fault) return target;
    if (typeof target !== 'object' || Array.isArray(target)) return fault('data');
    const value = Object.hasOwn(target, name) ? (target as Record<string, unknown>)[name] : null;
    return held === true ? (value ?? fault('missing')) : value;
  },
  /** `[x]`: x, which has to be there. */
  'qoida.there': (x: unknown): unknown => x ?? fault('missing'),
  /** `[name, value, …]`: a record of these fields. */
  'qoida.record': (...parts: readonly unknown[]): unknown => {
    const made = Object.create(null) as Record<string, unknown>;
    for (let i = 0; i < parts.length; i += 2) {
      const value = parts[i + 1] ?? null;
      if (value instanceof Fault) return value;
      made[String(parts[i])] = value;
    }
    return made;
  },
  /** `[a, b]`, results beyond the doubles are faults. */
  'qoida.add': ofNumbers((a = NaN, b = NaN) => a + b),
  'qoida.sub': ofNumbers((a = NaN, b = NaN) => a - b),
  'qoida.mul': ofNumbers((a = NaN, b = NaN) => a * b),
  /** `[a, b]`: a divisor that equals 0 is a fault. */
  'qoida.div': ofNumbers((a = NaN, b = NaN) => (isZero(b) ? fault('zero') : a / b)),
  /** `[x, mul, div]`: x * mul / div. */
  'qoida.scale': ofNumbers((x = NaN, mul = 1, div = 1) => (x * mul) / div),
  /** `[op, mode, step, a, b]`: op is eq, ne, lt or le; mode near, exact, text, step or dynamic. */
  'qoida.compare': (
    op: CompareOp,
    mode: Equality['mode'],
    step: number,
    a: Scalar,
    b: Scalar,
  ): unknown =>
    wrongPair(op, mode, a, b) ??
    compareValues(op, mode === 'step' ? { mode, step } : { mode }, a, b),
  /** `[x, list, step]`: membership, by whole steps where step is not null. */
  'qoida.in': (x: unknown, list: unknown, step: number | null): unknown => {
    const wrong = wrongOf([x]) ?? wrongList(list) ?? wrongOf(list as readonly unknown[]);
    return (
      wrong ?? (list as readonly unknown[]).some((item) => sameKey(x, item, step ?? undefined))
    );
  },
  'qoida.and': kleene(false),
  'qoida.or': kleene(true),
  'qoida.not': (x: unknown): unknown => wrongAs('boolean', [x]) ?? !x,
  /** `[condition, then, else]`. */
  'qoida.if': (c: unknown, then: unknown, otherwise: unknown): unknown =>
    wrongAs('boolean', [c]) ?? (c === true ? then : otherwise),
  /** `[a, b]`: b when a is missing or a division by zero. */
  'qoida.coalesce': (a: unknown, b: unknown): unknown =>
    a === null || a === undefined || (a instanceof Fault && isAnswerable(a)) ? b : a,
  /** `[x, there]`: is it missing? A fault where it has to be there. */
  'qoida.is_missing': (x: unknown, there?: boolean): unknown => {
    if (x instanceof Fault) return x;
    const missing = x === null || x === undefined;
    return missing && there === true ? fault('missing') : missing;
  },
  /** `[x, type, zone]`: an untyped value as a number, a text, a date …; else a fault. */
  'qoida.as': (x: unknown, type: unknown, zone: string): unknown =>
    castValue((x ?? null) as Value, borderFrom(type), zone, () => fault('data')),
  /** `[x, step, how]`: how is round, floor or ceil. */
  'qoida.round': (x: number, step: number, how: Rounding): unknown =>
    wrongAs('number', [x, step]) ?? finite(roundTo(x, step, how)),
  /** `[name, zone, …]`: a built-in function of values that are there. */
  'qoida.call': (name: StrictName, zone: string, ...args: Scalar[]): unknown =>
    wrongAs(TEXT_FUNCTIONS.has(name) ? 'string' : 'number', args) ??
    finite(callStrict(name, args, zone)),
  /** `[now, zone]`: the date of an instant. */
  'qoida.today': (now: number, zone: string): unknown =>
    wrongAs('number', [now]) ?? dateOf(now, zone),
  /** `[list, data]`: each element as `{each, outer, wrong}`, for `map` to see all three. */
  'qoida.each': (list: unknown, data: unknown): unknown => {
    const wrong = wrongList(list);
    if (wrong !== undefined) return [pair(null, data, wrong)];
    return (list as readonly unknown[]).map((each) => pair(each, data, null));
  },
  /** `[wrong, condition, item]` inside `map`: the item, or a mark that it is left out. */
  'qoida.kept': (wrong: unknown, condition: unknown, item: unknown): unknown =>
    wrong ?? wrongAs('boolean', [condition]) ?? (condition === true ? item : SKIPPED),
  /** `[items]`: folds over what `map` made of the elements. */
  'qoida.sum': folded((items) => sum(items)),
  'qoida.count': (items: unknown): unknown => {
    const kept = keptOf(items);
    return kept instanceof Fault ? kept : (wrongOf(kept) ?? kept.length);
  },
  'qoida.avg': folded((items) => (items.length === 0 ? null : sum(items) / items.length)),
  'qoida.min': folded(smallest),
  'qoida.max': folded(largest),
  'qoida.any': decided(true, true),
  'qoida.none': decided(true, false),
  'qoida.all': decided(false, false),
} as const;

export type OperatorName = keyof typeof JSON_LOGIC_OPERATORS;
