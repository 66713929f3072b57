import { type Ir, partsOf, type Unit, type Units } from '../ir/ir.ts';
import { present, type Type } from '../types/type.ts';
import { fromBase } from '../types/units.ts';
import { DAY_MS, formatDate, formatTime } from '../values/calendar.ts';
import { type Asked, CLOCK, ELEMENT, type Place } from './places.ts';

/** The instant questions are asked at where the rule says nothing else: a Wednesday noon. */
export const NOON = Date.UTC(2025, 0, 15, 7);

/** A place with the values to try there, as plain data in its unit; null is missing. */
export interface Choice {
  readonly place: Place;
  readonly values: readonly unknown[];
}

/** How many elements a list is tried with. */
const LENGTHS = [1, 0, 2] as const;
/** Values tried for one place: a rule of a hundred constants is searched by chance. */
const MOST_VALUES = 24;

/** The constants of rules, by what they can be compared with. */
interface Constants {
  /** In base units, by dimension. */
  readonly numbers: ReadonlyMap<string, ReadonlySet<number>>;
  readonly byKind: ReadonlyMap<Type['kind'], ReadonlySet<unknown>>;
}

/**
 * Values worth trying: each constant of the rules that has the place's dimension and its
 * neighbours one step of the resolution away, 0, each value of an enum, nothing where it may be
 * missing, lists without elements and with one.
 */
export function choicesOf(
  places: readonly Place[],
  asked: readonly Asked[],
  units: Units,
): readonly Choice[] {
  const constants = constantsOf(
    asked.map(({ unit }) => unit),
    units,
  );
  return places.map((place) => {
    const values = valuesFor(place, constants);
    const all = place.optional ? [...values, null] : values;
    return { place, values: all.length === 0 ? [null] : all.slice(0, MOST_VALUES) };
  });
}

function constantsOf(roots: readonly Unit[], units: Units): Constants {
  const numbers = new Map<string, Set<number>>();
  const byKind = new Map<Type['kind'], Set<unknown>>();
  const seen = new Set<string>();
  for (const { body } of roots) visit(body);
  return { numbers, byKind };

  function visit(ir: Ir): void {
    if (ir.kind === 'const') keep(present(ir.type), ir.value);
    if (ir.kind === 'formula' && !seen.has(ir.name)) {
      seen.add(ir.name);
      const callee = units.get(ir.name);
      if (callee !== undefined) visit(callee.body);
    }
    // An instant without an offset is its local time until the zone is known.
    if (ir.kind === 'call' && ir.name === 'from_local' && ir.args[0]?.kind === 'const')
      into(byKind, 'instant').add(Number(ir.args[0].value) - 5 * 3_600_000);
    else for (const part of partsOf(ir)) visit(part);
  }

  function keep(type: Type, value: unknown): void {
    if (value === null) return;
    if (type.kind === 'quantity' && typeof value === 'number')
      into(numbers, type.dimension).add(value);
    else into(byKind, type.kind).add(value);
  }
}

function into<K, V>(table: Map<K, Set<V>>, key: K): Set<V> {
  const found = table.get(key) ?? new Set<V>();
  table.set(key, found);
  return found;
}

function valuesFor({ steps, type }: Place, constants: Constants): readonly unknown[] {
  if (steps[0] === CLOCK && steps.length === 1) return moments(constants, true);
  switch (type.kind) {
    case 'quantity':
      return numbersFor(type, constants).map((value) => fromBase(value, type.unit));
    case 'bool':
      return [false, true];
    case 'text':
      return [...(constants.byKind.get('text') ?? []), '', 'other'];
    case 'enum':
      return type.values;
    case 'date':
      return daysFor(constants).map(formatDate);
    case 'time':
      return timesFor(constants).map(formatTime);
    case 'instant':
      return moments(constants, false);
    case 'list':
      return listsFor(type.of, steps, constants);
    case 'record':
      return [{}];
    case 'dynamic':
      return [
        0,
        ...(constants.numbers.get('') ?? []),
        ...(constants.byKind.get('text') ?? []),
        true,
      ];
    default:
      return [];
  }
}

function numbersFor(
  type: Extract<Type, { kind: 'quantity' }>,
  { numbers }: Constants,
): readonly number[] {
  const one = type.unit.mul / type.unit.div;
  const step = type.resolution ?? one;
  const known = [...(numbers.get(type.dimension) ?? [])];
  // A per cent beside a plain number is a hundredth of it, and the other way round.
  const shares = type.dimension === '%' ? [...(numbers.get('') ?? [])].map((x) => x * 100) : [];
  const near = [...known, ...shares].flatMap((value) => [value, value + step, value - step]);
  return [...new Set([0, ...near, one, -one, 10 * one, 1000 * one].map((value) => value + 0))];
}

const numbersOf = (constants: Constants, kind: Type['kind']): readonly number[] =>
  [...(constants.byKind.get(kind) ?? [])].map(Number);

function daysFor(constants: Constants): readonly number[] {
  const known = numbersOf(constants, 'date').flatMap((day) => [day, day + 1, day - 1]);
  const today = Math.floor(NOON / DAY_MS);
  return [...new Set([today, ...known, today + 1, today - 1, today + 40, today - 40])];
}

function timesFor(constants: Constants): readonly number[] {
  const known = numbersOf(constants, 'time').flatMap((ms) => [ms, ms + 60_000, ms - 60_000]);
  const inDay = known.filter((ms) => ms >= 0 && ms < DAY_MS);
  return [...new Set([12 * 3_600_000, ...inDay, 0, DAY_MS - 60_000])];
}

/** Instants about the clock, the rule's own moments, its durations and its times of day. */
function moments(constants: Constants, clock: boolean): readonly Date[] {
  const known = numbersOf(constants, 'instant').flatMap((ms) => [ms, ms + 1, ms - 1]);
  const days = numbersOf(constants, 'date').flatMap((day) => [day * DAY_MS, (day + 1) * DAY_MS]);
  const times = numbersOf(constants, 'time').map(
    (ms) => Math.floor(NOON / DAY_MS) * DAY_MS + ms - 5 * 3_600_000,
  );
  const lengths = [...(constants.numbers.get('s') ?? [])].flatMap((s) => [
    NOON + s * 1000 + 1,
    NOON - s * 1000 - 1,
    NOON + s * 1000,
    NOON - s * 1000,
  ]);
  const week = [1, 2, 3, 4, 5, 6].map((days) => NOON + days * DAY_MS);
  const about = clock ? week : [NOON - 1, NOON + 1, NOON - DAY_MS, NOON + DAY_MS];
  return [...new Set([NOON, ...known, ...days, ...times, ...lengths, ...about])]
    .filter((ms) => Math.abs(ms) <= 8.64e15)
    .map((ms) => new Date(ms));
}

/** A list of records is tried by its length: what its elements hold are places of their own. */
function listsFor(of: Type, steps: readonly string[], constants: Constants): readonly unknown[] {
  const inner = present(of);
  if (inner.kind === 'record') return LENGTHS;
  const element: Place = { path: '', steps: [...steps, ELEMENT], type: inner, optional: false };
  const values = valuesFor(element, constants).slice(0, MOST_VALUES - 2);
  return [[], ...values.map((value) => [value]), values.slice(0, 2)];
}
