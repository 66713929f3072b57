import type { Facts } from '../program/gate.ts';
import { toBase, type Unit } from '../types/units.ts';
import type { Constants, Constraint, Range } from './conjuncts.ts';
import { Intervals } from './intervals.ts';

/** Fields that one rule is looked up by, at most. */
const MAX_FIELDS = 3;
/** Places that one rule may stand in because of `in`, at most. */
const MAX_PLACES = 64;

interface Entry<T> {
  readonly item: T;
  readonly constraints: readonly Constraint[];
}

/** Rules that nothing but ranges tells apart. */
interface Bucket<T> {
  readonly plain: T[];
  readonly ranges: { readonly field: string; readonly unit: Unit; readonly index: Intervals<T> }[];
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

  constructor(entries: readonly Entry<T>[]) {
    const weight = weightsOf(entries);
    const shapes = new Map<string, { fields: readonly string[]; entries: Entry<T>[] }>();
    for (const entry of entries) {
      const fields = fieldsOf(entry, weight);
      const key = JSON.stringify(fields);
      const shape = shapes.get(key) ?? { fields, entries: [] };
      shapes.set(key, shape);
      shape.entries.push(entry);
    }
    this.#shapes = [...shapes.values()].map(({ fields, entries: own }) => ({
      fields,
      root: levelOf(fields, own),
    }));
  }

  /** Adds to `found` all rules that the data may concern, in no order. */
  collect(data: Facts, found: T[]): void {
    for (const { fields, root } of this.#shapes) {
      let level: Level<T> | undefined = root;
      for (const field of fields) {
        level = level instanceof Map ? level.get(own(data, field)) : undefined;
        if (level === undefined) break;
      }
      if (level === undefined || level instanceof Map) continue;
      for (const item of level.plain) found.push(item);
      for (const { field, unit, index } of level.ranges) {
        const value = own(data, field);
        if (typeof value === 'number') index.collect(toBase(value, unit), found);
      }
    }
  }
}

const own = (data: Facts, field: string): unknown =>
  Object.hasOwn(data, field) ? data[field] : undefined;

const isConstants = (constraint: Constraint): constraint is Constants =>
  constraint.kind === 'constants';
const isRange = (constraint: Constraint): constraint is Range => constraint.kind === 'range';

/** How many different constants the rules compare a field with: how well it tells them apart. */
function weightsOf<T>(entries: readonly Entry<T>[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<unknown>>();
  for (const { field, values: own } of entries.flatMap((e) => e.constraints.filter(isConstants))) {
    const known = values.get(field) ?? new Set();
    values.set(field, known);
    for (const value of own) known.add(value);
  }
  return new Map([...values].map(([field, set]) => [field, set.size]));
}

/** The fields that a rule is looked up by, those first that tell most apart. */
function fieldsOf<T>({ constraints }: Entry<T>, weight: ReadonlyMap<string, number>): string[] {
  const fields = [...new Set(constraints.filter(isConstants).map(({ field }) => field))];
  const before = (a: string, b: string) =>
    (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || (a < b ? -1 : 1);
  const chosen: string[] = [];
  let places = 1;
  for (const field of fields.sort(before)) {
    const width = valuesAt(field, constraints).length;
    if (chosen.length >= MAX_FIELDS || places * width > MAX_PLACES) continue;
    places *= width;
    chosen.push(field);
  }
  return chosen;
}

/** The values that fit all that is said of a field: none when that contradicts itself. */
function valuesAt(field: string, constraints: readonly Constraint[]): readonly unknown[] {
  const [first, ...rest] = constraints.filter(isConstants).filter((c) => c.field === field);
  return (first?.values ?? []).filter((value) => rest.every((c) => c.values.includes(value)));
}

function levelOf<T>(fields: readonly string[], entries: readonly Entry<T>[]): Level<T> {
  const [field, ...rest] = fields;
  if (field === undefined) return bucketOf(entries);
  const byValue = new Map<unknown, Entry<T>[]>();
  for (const entry of entries) {
    for (const value of valuesAt(field, entry.constraints)) {
      const known = byValue.get(value) ?? [];
      byValue.set(value, known);
      known.push(entry);
    }
  }
  return new Map([...byValue].map(([value, own]) => [value, levelOf(rest, own)]));
}

function bucketOf<T>(entries: readonly Entry<T>[]): Bucket<T> {
  const plain: T[] = [];
  const byField = new Map<string, { unit: Unit; list: { low: number; high: number; item: T }[] }>();
  for (const { item, constraints } of entries) {
    const [range] = constraints.filter(isRange);
    if (range === undefined) {
      plain.push(item);
      continue;
    }
    const { field, unit } = range;
    const own = constraints.filter(isRange).filter((other) => other.field === field);
    const low = Math.max(...own.map((other) => other.low));
    const high = Math.min(...own.map((other) => other.high));
    const known = byField.get(field) ?? { unit, list: [] };
    byField.set(field, known);
    known.list.push({ low, high, item });
  }
  const ranges = [...byField].map(([field, { unit, list }]) => ({
    field,
    unit,
    index: new Intervals(list),
  }));
  return { plain, ranges };
}
