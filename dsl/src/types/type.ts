import { baseUnit, type Dimension, NUMBER, type Unit } from './units.ts';

export interface QuantityType {
  readonly kind: 'quantity';
  readonly dimension: Dimension;
  /** The unit values come in and go out in; inside, all are in the base unit. */
  readonly unit: Unit;
  /** The step values are kept in, in the base unit, when all of them are multiples of one. */
  readonly resolution: number | undefined;
  /** The value of a literal, in the base unit: it can take the step of what it meets. */
  readonly literal: number | undefined;
}
export interface EnumType {
  readonly kind: 'enum';
  readonly values: readonly string[];
}
/** Named records are looked up in the catalog (they may refer to each other), others hold fields. */
export interface RecordType {
  readonly kind: 'record';
  readonly name: string | undefined;
  readonly fields: ReadonlyMap<string, Type>;
  /** Its name is none that people know. */
  readonly shape?: boolean;
}
export interface ListType {
  readonly kind: 'list';
  readonly of: Type;
}
export interface OptionalType {
  readonly kind: 'optional';
  readonly of: Type;
}
export interface SimpleType {
  /** `calendar`: a number of days or months; `missing`: of the word itself; `unknown`: after an error; `dynamic`: judged when the rule runs. */
  readonly kind:
    | 'bool'
    | 'text'
    | 'date'
    | 'time'
    | 'instant'
    | 'calendar'
    | 'missing'
    | 'unknown'
    | 'dynamic';
}
export type Type = SimpleType | QuantityType | EnumType | RecordType | ListType | OptionalType;

export const BOOL: SimpleType = { kind: 'bool' };
export const TEXT: SimpleType = { kind: 'text' };
export const DATE: SimpleType = { kind: 'date' };
export const TIME: SimpleType = { kind: 'time' };
export const INSTANT: SimpleType = { kind: 'instant' };
export const CALENDAR: SimpleType = { kind: 'calendar' };
export const MISSING: SimpleType = { kind: 'missing' };
export const UNKNOWN: SimpleType = { kind: 'unknown' };
export const DYNAMIC: SimpleType = { kind: 'dynamic' };

export const quantity = (unit: Unit, resolution?: number, literal?: number): QuantityType => ({
  kind: 'quantity',
  dimension: unit.dimension,
  unit,
  resolution,
  literal,
});
export const NUMBER_TYPE: QuantityType = quantity(NUMBER);
export const ofDimension = (dimension: Dimension): QuantityType => quantity(baseUnit(dimension));

export const listOf = (of: Type): ListType => ({ kind: 'list', of });

/** `T?`; twice optional is optional. */
export const optional = (of: Type): Type =>
  of.kind === 'optional' || of.kind === 'missing' || of.kind === 'unknown' || of.kind === 'dynamic'
    ? of
    : { kind: 'optional', of };

/** The type without its `?`. */
export const present = (type: Type): Type => (type.kind === 'optional' ? type.of : type);

export const mayBeMissing = (type: Type): boolean =>
  type.kind === 'optional' || type.kind === 'missing';

/** May an element of a list of these not be there? */
export const mayLack = (of: Type): boolean => mayBeMissing(of) || of.kind === 'dynamic';

/** Is it a plain number, without a unit? */
export const isNumber = (type: Type): boolean => type.kind === 'quantity' && type.dimension === '';

/** A name as it is written: in backticks unless it is one word. */
const nameText = (name: string): string =>
  /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) ? name : `\`${name}\``;

/** What people call a record; nothing where only the platform has a name for it. */
export const calledName = ({ name, shape }: RecordType): string | undefined =>
  shape ? undefined : name;

/** The type as a person writes it; `parseTypeText` reads it back. */
export const typeText = (type: Type): string => textOf(type, false);

/** @param told in a sentence: what has no name that people know is told by its fields */
function textOf(type: Type, told: boolean): string {
  switch (type.kind) {
    case 'quantity':
      return type.unit.text === '' ? 'number' : type.unit.text;
    case 'enum':
      return `oneof(${type.values.map(nameText).join(', ')})`;
    case 'record': {
      const called = told ? calledName(type) : type.name;
      if (called !== undefined) return nameText(called);
      const fields = [...type.fields].map(
        ([name, field]) => `${nameText(name)}: ${textOf(field, told)}`,
      );
      return `{${fields.join(', ')}}`;
    }
    case 'list':
      return `list of ${textOf(type.of, told)}`;
    case 'optional':
      // `list of kg?` is a list of `kg?`.
      return type.of.kind === 'list' ? `(${textOf(type.of, told)})?` : `${textOf(type.of, told)}?`;
    case 'calendar':
      return 'a number of days or months';
    default:
      return type.kind;
  }
}

/** The type in a sentence: "`kg`", "a number", "a list". */
export function typeWords(type: Type): string {
  return type.kind === 'calendar' ? typeText(type) : `\`${textOf(type, true)}\``;
}

/** Are two types the same in every respect, also in the steps of quantities? */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === 'quantity' && b.kind === 'quantity') {
    const alike = a.unit.text === b.unit.text && a.dimension === b.dimension;
    return alike && a.resolution === b.resolution && a.literal === b.literal;
  }
  if (a.kind === 'enum' && b.kind === 'enum') {
    return a.values.length === b.values.length && a.values.every((v, i) => v === b.values[i]);
  }
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'optional' && b.kind === 'optional'))
    return sameType(a.of, b.of);
  if (a.kind !== 'record' || b.kind !== 'record') return a.kind === b.kind;
  if (a.name !== undefined || b.name !== undefined) return false;
  const fields = [...b.fields];
  return (
    a.fields.size === fields.length &&
    [...a.fields].every(([name, type], i) => {
      const [otherName, other] = fields[i] as [string, Type];
      return name === otherName && sameType(type, other);
    })
  );
}

/** Can a value of type `from` stand where `to` is expected? (Missing is asked separately.) */
export function assignable(from: Type, to: Type): boolean {
  if (from.kind === 'unknown' || to.kind === 'unknown') return true;
  if (to.kind === 'optional') return from.kind === 'missing' || assignable(present(from), to.of);
  if (from.kind === 'optional' || from.kind === 'missing') return false;
  switch (from.kind) {
    case 'quantity':
      return to.kind === 'quantity' && from.dimension === to.dimension;
    case 'enum':
      return (
        to.kind === 'text' ||
        (to.kind === 'enum' && from.values.every((v) => to.values.includes(v)))
      );
    case 'list':
      return to.kind === 'list' && assignable(from.of, to.of);
    case 'record':
      return to.kind === 'record' && recordAssignable(from, to);
    default:
      return from.kind === to.kind;
  }
}

function recordAssignable(from: RecordType, to: RecordType): boolean {
  if (to.name !== undefined && from.name !== undefined) return from.name === to.name;
  return [...to.fields].every(([name, type]) => {
    const field = from.fields.get(name);
    if (field === undefined) return mayBeMissing(type);
    return assignable(field, type) && sameUnit(present(field), present(type));
  });
}

/** Records are handed on as they are, so their fields must be kept in the same unit. */
function sameUnit(a: Type, b: Type): boolean {
  if (a.kind === 'list' && b.kind === 'list') return sameUnit(present(a.of), present(b.of));
  if (a.kind !== 'quantity' || b.kind !== 'quantity') return true;
  return a.unit.mul === b.unit.mul && a.unit.div === b.unit.div;
}

/** The type of "one or the other", or undefined when they have nothing in common. */
export function join(a: Type, b: Type): Type | undefined {
  if (a.kind === 'unknown' || b.kind === 'missing') return a.kind === 'unknown' ? b : optional(a);
  if (b.kind === 'unknown' || a.kind === 'missing') return b.kind === 'unknown' ? a : optional(b);
  if (a.kind === 'optional' || b.kind === 'optional') {
    const both = join(present(a), present(b));
    return both && optional(both);
  }
  if (a.kind === 'quantity' && b.kind === 'quantity') {
    if (a.dimension !== b.dimension) return undefined;
    return quantity(a.unit, sharedResolution(a, b));
  }
  if (a.kind === 'enum' && b.kind === 'enum') {
    return { kind: 'enum', values: [...new Set([...a.values, ...b.values])] };
  }
  if (a.kind === 'list' && b.kind === 'list') {
    const of = join(a.of, b.of);
    return of && listOf(of);
  }
  return assignable(a, b) ? b : assignable(b, a) ? a : undefined;
}

/**
 * The step two quantities have in common, if any: comparing, adding and choosing keep it.
 * A literal that is a whole number of steps takes the step of the other.
 */
export function sharedResolution(a: QuantityType, b: QuantityType): number | undefined {
  if (a.resolution !== undefined && a.resolution === b.resolution) return a.resolution;
  if (isWholeSteps(a.literal, b.resolution)) return b.resolution;
  return isWholeSteps(b.literal, a.resolution) ? a.resolution : undefined;
}

function isWholeSteps(value: number | undefined, step: number | undefined): boolean {
  if (value === undefined || step === undefined) return false;
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps));
}
