import type { Ir } from '../ir/ir.ts';
import type { Facts } from '../program/gate.ts';
import { toBase, type Unit } from '../types/units.ts';
import type { Constants, Constraint, Range } from './conjuncts.ts';
import { type Interval, Intervals } from './intervals.ts';

/** Fields that one rule is looked up by, at most. */
const MAX_FIELDS = 3;
/** Places that one rule may stand in because of `in`, at most. */
const MAX_PLACES = 64;

/** A rule to put into the index. */
export interface Entry<T> {
  /** What must all be true; those without a constraint no index can answer. */
  readonly parts: readonly Part[];
  /** What is found in its place. @param rest the parts that the index has not answered */
  readonly item: (rest: readonly Ir[]) => T;
}
export interface Part {
  readonly ir: Ir;
  readonly constraint: Constraint | undefined;
}
/** An entry with the part of its constraints that decides its place. */
interface Placed<T> {
  readonly item: T;
  readonly constants: readonly Constants[];
  readonly ranges: readonly Range[];
}

/**
 * Rules that nothing but ranges tells apart. Where there is but one, it is a leaf: an event then
 * touches as little memory as can be, which is what counts with many rules.
 */
type Bucket<T> = Leaf<T> | Crowd<T>;
interface Leaf<T> {
  readonly kind: 'leaf';
  readonly item: T;
  /** The field with a range, and where its bounds are in the index. */
  readonly field: string | undefined;
  readonly unit: Unit | undefined;
  readonly at: number;
}
interface Crowd<T> {
  readonly kind: 'crowd';
  readonly plain: readonly T[];
  readonly ranges: readonly Ranged<T>[];
}
interface Ranged<T> {
  readonly field: string;
  readonly unit: Unit;
  readonly index: Intervals<T>;
}
type Level<T> = Map<unknown, Level<T>> | Bucket<T>;

/** Rules that are looked up by the same fields, one level of maps for each. */
interface Shape<T> {
  readonly fields: readonly string[];
  readonly root: Level<T>;
}

/** The rules that listen to one event: by the constants of its fields, then by ranges. */
export class EventIndex<T> {
  readonly #shapes: readonly Shape<T>[];
  /** Lower and upper bounds of the leaves. */
  readonly #bounds: Float64Array;

  constructor(entries: readonly Entry<T>[]) {
    const weight = weightsOf(entries);
    const shapes = new Map<string, { fields: readonly string[]; placed: Placed<T>[] }>();
    for (const entry of entries) {
      const { fields, placed } = place(entry, weight);
      const key = JSON.stringify(fields);
      const shape = shapes.get(key) ?? { fields, placed: [] };
      shapes.set(key, shape);
      shape.placed.push(placed);
    }
    const bounds: number[] = [];
    this.#shapes = [...shapes.values()].map(({ fields, placed }) => ({
      fields,
      root: levelOf(fields, placed, bounds),
    }));
    this.#bounds = Float64Array.from(bounds);
  }

  /** Adds to `found` all rules whose answered parts are true for the data, in no order. */
  collect(data: Facts, found: T[]): void {
    const shapes = this.#shapes;
    for (let i = 0; i < shapes.length; i++) {
      const { fields, root } = shapes[i] as Shape<T>;
      let level: Level<T> | undefined = root;
      for (let depth = 0; depth < fields.length && level instanceof Map; depth++)
        level = level.get(own(data, fields[depth] as string));
      if (level === undefined || level instanceof Map) continue;
      if (level.kind === 'leaf') this.#leaf(level, data, found);
      else collectCrowd(level, data, found);
    }
  }

  #leaf({ item, field, unit, at }: Leaf<T>, data: Facts, found: T[]): void {
    if (field !== undefined && unit !== undefined) {
      const value = numberAt(data, field, unit);
      const bounds = this.#bounds;
      if (!((bounds[at] as number) <= value && value <= (bounds[at + 1] as number))) return;
    }
    found.push(item);
  }
}

function collectCrowd<T>({ plain, ranges }: Crowd<T>, data: Facts, found: T[]): void {
  for (let i = 0; i < plain.length; i++) found.push(plain[i] as T);
  for (let i = 0; i < ranges.length; i++) {
    const { field, unit, index } = ranges[i] as Ranged<T>;
    const value = numberAt(data, field, unit);
    if (!Number.isNaN(value)) index.collect(value, found);
  }
}

/** A quantity in its base unit; NaN, which nothing holds, for what is none. */
function numberAt(data: Facts, field: string, unit: Unit): number {
  const value = own(data, field);
  const base = typeof value === 'number' ? toBase(value, unit) : Number.NaN;
  return Number.isFinite(base) ? base : Number.NaN;
}

const own = (data: Facts, field: string): unknown =>
  Object.hasOwn(data, field) ? data[field] : undefined;

/**
 * The text as a property's name is kept: on its own, once. A text cut out of a program is a view
 * into the program's whole text, and looking up by such views is some ten times as slow.
 */
const flat = (text: string): string => Object.keys({ [text]: true })[0] ?? text;

const isConstants = (constraint: Constraint | undefined): constraint is Constants =>
  constraint?.kind === 'constants';
const isRange = (constraint: Constraint | undefined): constraint is Range =>
  constraint?.kind === 'range';
const constraintsOf = <T>({ parts }: Entry<T>) => parts.map(({ constraint }) => constraint);

/** How many different constants the rules compare a field with: how well it tells them apart. */
function weightsOf<T>(entries: readonly Entry<T>[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<unknown>>();
  for (const entry of entries) {
    for (const { field, values: own } of constraintsOf(entry).filter(isConstants)) {
      const known = values.get(field) ?? new Set();
      values.set(field, known);
      for (const value of own) known.add(value);
    }
  }
  return new Map([...values].map(([field, set]) => [field, set.size]));
}

/** Where a rule stands, and what is left to ask it there. */
function place<T>(
  entry: Entry<T>,
  weight: ReadonlyMap<string, number>,
): { readonly fields: readonly string[]; readonly placed: Placed<T> } {
  const constraints = constraintsOf(entry);
  const fields = fieldsOf(constraints.filter(isConstants), weight);
  const constants = constraints.filter(isConstants).filter(({ field }) => fields.includes(field));
  const ranged = constraints.find(isRange)?.field;
  const ranges = constraints.filter(isRange).filter(({ field }) => field === ranged);
  const answered = new Set<Constraint | undefined>([...constants, ...ranges]);
  answered.delete(undefined);
  const rest = entry.parts.filter(({ constraint }) => !answered.has(constraint));
  return { fields, placed: { item: entry.item(rest.map(({ ir }) => ir)), constants, ranges } };
}

/** The fields that a rule is looked up by, those first that tell most apart. */
function fieldsOf(constants: readonly Constants[], weight: ReadonlyMap<string, number>): string[] {
  const fields = [...new Set(constants.map(({ field }) => flat(field)))];
  const before = (a: string, b: string) =>
    (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || (a < b ? -1 : 1);
  const chosen: string[] = [];
  let places = 1;
  for (const field of fields.sort(before)) {
    const width = valuesAt(field, constants).length;
    if (chosen.length >= MAX_FIELDS || places * width > MAX_PLACES) continue;
    places *= width;
    chosen.push(field);
  }
  return chosen;
}

/** The values that fit all that is said of a field: none when that contradicts itself. */
function valuesAt(field: string, constants: readonly Constants[]): readonly unknown[] {
  const [first, ...rest] = constants.filter((constraint) => constraint.field === field);
  return (first?.values ?? []).filter((value) => rest.every((c) => c.values.includes(value)));
}

function levelOf<T>(
  fields: readonly string[],
  placed: readonly Placed<T>[],
  bounds: number[],
): Level<T> {
  const [field, ...rest] = fields;
  if (field === undefined) return bucketOf(placed, bounds);
  const byValue = new Map<unknown, Placed<T>[]>();
  for (const one of placed) {
    for (const value of valuesAt(field, one.constants)) {
      const key = typeof value === 'string' ? flat(value) : value;
      const known = byValue.get(key) ?? [];
      byValue.set(key, known);
      known.push(one);
    }
  }
  return new Map([...byValue].map(([value, own]) => [value, levelOf(rest, own, bounds)]));
}

/** The numbers that all ranges hold; none when `low` is the greater. */
const meet = (ranges: readonly Range[]): { readonly low: number; readonly high: number } => ({
  low: Math.max(...ranges.map((range) => range.low)),
  high: Math.min(...ranges.map((range) => range.high)),
});

function bucketOf<T>(placed: readonly Placed<T>[], bounds: number[]): Bucket<T> {
  const [only, second] = placed;
  if (only !== undefined && second === undefined) {
    const { item, ranges } = only;
    const at = bounds.length;
    const { low, high } = meet(ranges);
    bounds.push(low, high);
    const field = ranges[0] && flat(ranges[0].field);
    return { kind: 'leaf', item, field, unit: ranges[0]?.unit, at };
  }
  const plain: T[] = [];
  const byField = new Map<string, { unit: Unit; list: Interval<T>[] }>();
  for (const { item, ranges } of placed) {
    const [range] = ranges;
    if (range === undefined) {
      plain.push(item);
      continue;
    }
    const { low, high } = meet(ranges);
    const known = byField.get(range.field) ?? { unit: range.unit, list: [] };
    byField.set(range.field, known);
    if (low <= high) known.list.push({ low, high, item });
  }
  const ranges = [...byField].map(([field, { unit, list }]) => ({
    field: flat(field),
    unit,
    index: new Intervals(list),
  }));
  return { kind: 'crowd', plain, ranges };
}
