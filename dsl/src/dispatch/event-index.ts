import type { Ir } from '../ir/ir.ts';
import type { Facts } from '../program/gate/gate.ts';
import { readOwn } from '../source/read.ts';
import { toBase, type Unit } from '../types/units.ts';
import type { Constants, Constraint, Range } from './conjuncts.ts';
import type { Found } from './found.ts';
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
  readonly asks: boolean;
}

/**
 * Rules that nothing but ranges tells apart. Where there is but one, it is a number, its leaf:
 * what is known of leaves lies side by side in arrays. With many rules an event costs what it
 * touches of memory, and so it touches little.
 */
type Bucket<T> = number | Crowd<T>;
interface Crowd<T> {
  readonly plain: readonly T[];
  readonly ranges: readonly Ranged<T>[];
  /** Is there anything left to ask any of them? */
  readonly asks: boolean;
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

/** A field with ranges, as leaves name it. */
interface RangedField {
  readonly field: string;
  readonly unit: Unit;
}

/** The leaves while an index is made. */
class Leaves<T> {
  readonly items: T[] = [];
  readonly asks: boolean[] = [];
  /** Lower and upper bounds in turn. */
  readonly bounds: number[] = [];
  /** Places in `fields`; 0 for a leaf without ranges. */
  readonly places: number[] = [];
  readonly fields: (RangedField | undefined)[] = [undefined];

  /** @returns the number of the new leaf */
  add({ item, ranges, asks }: Placed<T>): number {
    const { low, high } = meet(ranges);
    this.bounds.push(low, high);
    this.asks.push(asks);
    this.places.push(this.#placeOf(ranges[0]));
    return this.items.push(item) - 1;
  }

  #placeOf(range: Range | undefined): number {
    if (range === undefined) return 0;
    const known = this.fields.findIndex((one) => one?.field === range.field);
    return known > 0 ? known : this.fields.push({ field: flat(range.field), unit: range.unit }) - 1;
  }
}

/** The rules that listen to one event: by the constants of its fields, then by ranges. */
export class EventIndex<T> {
  readonly #shapes: readonly Shape<T>[];
  readonly #items: readonly T[];
  readonly #asks: Uint8Array;
  readonly #bounds: Float64Array;
  readonly #places: Uint16Array;
  readonly #fields: readonly (RangedField | undefined)[];

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
    const leaves = new Leaves<T>();
    this.#shapes = [...shapes.values()].map(({ fields, placed }) => ({
      fields,
      root: levelOf(fields, placed, leaves),
    }));
    this.#items = leaves.items;
    this.#asks = Uint8Array.from(leaves.asks, Number);
    this.#bounds = Float64Array.from(leaves.bounds);
    this.#places = Uint16Array.from(leaves.places);
    this.#fields = leaves.fields;
  }

  /**
   * Adds to `found` all rules whose answered parts are true for the data, in no order.
   * @returns whether any of them may have something left to ask
   */
  collect(data: Facts, found: Found<T>): boolean {
    const shapes = this.#shapes;
    let asks = false;
    for (let i = 0; i < shapes.length; i++) {
      const { fields, root } = shapes[i] as Shape<T>;
      let level: Level<T> | undefined = root;
      // A shape has as many levels of maps as it has fields.
      for (let depth = 0; depth < fields.length && level !== undefined; depth++)
        level = (level as Map<unknown, Level<T>>).get(readOwn(data, fields[depth] as string));
      if (level === undefined) continue;
      if (typeof level === 'number') asks = this.#leaf(level, data, found) || asks;
      else asks = collectCrowd(level as Crowd<T>, data, found) || asks;
    }
    return asks;
  }

  #leaf(leaf: number, data: Facts, found: Found<T>): boolean {
    const ranged = this.#fields[this.#places[leaf] as number];
    if (ranged !== undefined) {
      const value = numberAt(data, ranged.field, ranged.unit);
      const bounds = this.#bounds;
      const [low, high] = [bounds[2 * leaf] as number, bounds[2 * leaf + 1] as number];
      if (!(low <= value && value <= high)) return false;
    }
    found.add(this.#items[leaf] as T);
    return this.#asks[leaf] === 1;
  }
}

function collectCrowd<T>({ plain, ranges, asks }: Crowd<T>, data: Facts, found: Found<T>): boolean {
  for (let i = 0; i < plain.length; i++) found.add(plain[i] as T);
  for (let i = 0; i < ranges.length; i++) {
    const { field, unit, index } = ranges[i] as Ranged<T>;
    const value = numberAt(data, field, unit);
    if (!Number.isNaN(value)) index.collect(value, found);
  }
  return asks;
}

/** A quantity in its base unit; NaN, which nothing holds, for what is none. */
function numberAt(data: Facts, field: string, unit: Unit): number {
  const value = readOwn(data, field);
  const base = typeof value === 'number' ? toBase(value, unit) : Number.NaN;
  return Number.isFinite(base) ? base : Number.NaN;
}

/**
 * The text as a property's name is kept: on its own, once. A text cut out of a program is a view
 * into the program's whole text, and looking up by such views is some ten times as slow.
 */
export const flat = (text: string): string => Object.keys({ [text]: true })[0] ?? text;

/** A copy: keys made one after the other lie side by side, not each with the rule it came from. */
const afresh = (text: string): string => [...text].join('');

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
  const item = entry.item(rest.map(({ ir }) => ir));
  return { fields, placed: { item, constants, ranges, asks: rest.length > 0 } };
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
  leaves: Leaves<T>,
): Level<T> {
  const [field, ...rest] = fields;
  if (field === undefined) return bucketOf(placed, leaves);
  const byValue = new Map<unknown, Placed<T>[]>();
  for (const one of placed) {
    for (const value of valuesAt(field, one.constants)) {
      const key = typeof value === 'string' ? afresh(value) : value;
      const known = byValue.get(key) ?? [];
      byValue.set(key, known);
      known.push(one);
    }
  }
  return new Map([...byValue].map(([value, own]) => [value, levelOf(rest, own, leaves)]));
}

/** The numbers that all ranges hold; none when `low` is the greater. */
const meet = (ranges: readonly Range[]): { readonly low: number; readonly high: number } => ({
  low: Math.max(...ranges.map((range) => range.low)),
  high: Math.min(...ranges.map((range) => range.high)),
});

function bucketOf<T>(placed: readonly Placed<T>[], leaves: Leaves<T>): Bucket<T> {
  const [only, second] = placed;
  if (only !== undefined && second === undefined) return leaves.add(only);
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
  return { plain, ranges, asks: placed.some(({ asks }) => asks) };
}
