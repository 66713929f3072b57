import { isReadable, isRecord, readItem } from '../source/read.ts';
import type { Type } from '../types/type.ts';
import { fromBase, toBase, type Unit } from '../types/units.ts';
import {
  FIRST_DAY,
  formatDate,
  formatTime,
  LAST_DAY,
  parseDate,
  parseInstant,
  parseTime,
} from './calendar.ts';
import { Fault } from './fault.ts';

/**
 * A value inside an evaluation: numbers in base units, dates and instants as numbers, records and
 * lists of records as the plain objects they came in, missing as null, a fault as itself.
 */
export type Value = null | number | string | boolean | object | Fault;

/** How plain data becomes a value and back: what is left of a type at run time. */
export type Border =
  | { readonly kind: 'number'; readonly unit: Unit }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Border }
  | {
      readonly kind: 'bool' | 'text' | 'date' | 'time' | 'instant' | 'record' | 'dynamic' | 'none';
    };

/** Stands for data that does not have the declared form. */
export const BAD: unique symbol = Symbol('bad data');

const SIMPLE = {
  bool: { kind: 'bool' },
  text: { kind: 'text' },
  date: { kind: 'date' },
  time: { kind: 'time' },
  instant: { kind: 'instant' },
  record: { kind: 'record' },
  dynamic: { kind: 'dynamic' },
  none: { kind: 'none' },
} as const;

export function borderOf(type: Type): Border {
  switch (type.kind) {
    case 'optional':
      return borderOf(type.of);
    case 'quantity':
      return { kind: 'number', unit: type.unit };
    case 'enum':
      return { kind: 'enum', values: type.values };
    case 'list':
      return { kind: 'list', of: borderOf(type.of) };
    case 'calendar':
    case 'missing':
    case 'unknown':
      return SIMPLE.none;
    default:
      return SIMPLE[type.kind];
  }
}

/** The type a border expects, for the sentence about wrong data. */
export const borderName = (border: Border): string =>
  border.kind === 'number' ? border.unit.text || 'number' : border.kind;

/**
 * Turns plain data into a value.
 * @param wrong makes the fault for an element of a list that has the wrong form
 * @returns BAD when the data itself has the wrong form, or can't be read
 */
export function enter(
  data: unknown,
  border: Border,
  zone: string,
  wrong: () => Fault,
): Value | typeof BAD {
  if (data === undefined || data === null) return null;
  try {
    return enterPresent(data, border, zone, wrong);
  } catch {
    // What is asked of an object may run the host's own code.
    return BAD;
  }
}

function enterPresent(
  data: unknown,
  border: Border,
  zone: string,
  wrong: () => Fault,
): Value | typeof BAD {
  switch (border.kind) {
    case 'number':
      return enterNumber(data, border.unit);
    case 'bool':
      return typeof data === 'boolean' ? data : BAD;
    case 'text':
      return typeof data === 'string' ? data : BAD;
    case 'enum':
      return typeof data === 'string' && border.values.includes(data) ? data : BAD;
    case 'date':
      return typeof data === 'string' ? (parseDate(data) ?? BAD) : BAD;
    case 'time':
      return typeof data === 'string' ? (parseTime(data) ?? BAD) : BAD;
    case 'instant':
      return enterInstant(data, zone);
    case 'record':
      return isRecord(data) ? data : BAD;
    case 'list':
      return Array.isArray(data) ? enterList(data, border.of, zone, wrong) : BAD;
    case 'dynamic':
      return enterDynamic(data);
    case 'none':
      return BAD;
  }
}

/** As JSON has it: a number, a text, a condition, a list, a record; and a `Date`. */
function enterDynamic(data: unknown): Value | typeof BAD {
  switch (typeof data) {
    case 'number':
      return Number.isFinite(data) ? data : BAD;
    case 'string':
    case 'boolean':
      return data;
    case 'object':
      return data !== null && isReadable(data) ? data : BAD;
    default:
      return BAD;
  }
}

/**
 * A value that entered untyped, where a type is asked for. Faults among the elements of a list
 * stay what they are.
 * @param wrong makes the fault for what has the wrong form
 */
export function castValue(value: Value, border: Border, zone: string, wrong: () => Fault): Value {
  if (value === null || value instanceof Fault) return value;
  if (border.kind === 'list' && Array.isArray(value)) {
    return Array.from(value as readonly Value[], (item) =>
      castValue(item ?? null, border.of, zone, wrong),
    );
  }
  const cast = enter(value, border, zone, wrong);
  return cast === BAD ? wrong() : cast;
}

function enterNumber(data: unknown, unit: Unit): number | typeof BAD {
  if (typeof data !== 'number') return BAD;
  const value = toBase(data, unit);
  return Number.isFinite(value) ? value : BAD;
}

function enterInstant(data: unknown, zone: string): number | typeof BAD {
  if (typeof data === 'string') return parseInstant(data, zone) ?? BAD;
  const ms = data instanceof Date ? data.getTime() : NaN;
  return Number.isNaN(ms) ? BAD : ms;
}

/** Lists are read whole; an element that is wrong is a fault in its place. */
function enterList(data: readonly unknown[], of: Border, zone: string, wrong: () => Fault): object {
  const values: Value[] = [];
  for (let i = 0; i < data.length; i++) {
    const value = enter(readItem(data, i), of, zone, wrong);
    values.push(value === BAD ? wrong() : value);
  }
  return values;
}

/** The last instant a `Date` can hold, in milliseconds. */
const LAST_INSTANT = 8.64e15;

/** The smallest and the largest value a border lets out; undefined where any goes. */
export function outermost(kind: Border['kind']): readonly [number, number] | undefined {
  if (kind === 'date') return [FIRST_DAY, LAST_DAY];
  return kind === 'instant' ? [-LAST_INSTANT, LAST_INSTANT] : undefined;
}

/**
 * Can a value go out? A number may be beyond the doubles in its unit, a moment beyond the calendar,
 * and a list is as good as its elements.
 */
export function goesOut(value: Value, border: Border): boolean {
  if (border.kind === 'list' && Array.isArray(value))
    return value.every((item: Value) => !(item instanceof Fault) && goesOut(item, border.of));
  if (typeof value !== 'number') return true;
  if (border.kind === 'number') return Number.isFinite(fromBase(value, border.unit));
  const [first, last] = outermost(border.kind) ?? [value, value];
  return value >= first && value <= last;
}

/** Turns a value (no fault) into plain data: quantities in their unit, instants as `Date`. */
export function leave(value: Value, border: Border): unknown {
  if (value === null) return null;
  switch (border.kind) {
    case 'number':
      return typeof value === 'number' ? fromBase(value, border.unit) : value;
    case 'date':
      return formatDate(value as number);
    case 'time':
      return formatTime(value as number);
    case 'instant':
      return new Date(value as number);
    case 'list':
      return (value as readonly Value[]).map((item) => leave(item, border.of));
    default:
      return value;
  }
}
