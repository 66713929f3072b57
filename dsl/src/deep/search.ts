import type { Ir, Units } from '../ir/ir.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { present } from '../types/type.ts';
import { BAD, enter, type Value } from '../values/border.ts';
import { DEFAULT_ZONE } from '../values/calendar.ts';
import { type Environment, type Natives, NO_NATIVES } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { type Choice, choicesOf, NOON } from './candidates.ts';
import { type Asked, CLOCK, ELEMENT, type Place, placesOf } from './places.ts';

export type { Choice } from './candidates.ts';
export type { Asked, Place } from './places.ts';

/** What is chosen at each place: plain data by path; of a list of records its length. */
export type Chosen = ReadonlyMap<string, unknown>;

/** Facts a rule can be asked with: plain data for the inputs and for named parameters. */
export interface World {
  readonly data: Readonly<Record<string, unknown>>;
  readonly now: number;
  readonly chosen: Chosen;
}

/** What evaluations share. */
export interface Surroundings {
  readonly units: Units;
  readonly natives?: Natives;
  readonly zone?: string;
  /** Sees every value as it comes about. */
  readonly watch?: (ir: Ir, value: Value) => void;
}

/** How a search goes. */
export interface SearchOptions {
  /** Evaluations at most, 300 where nothing else is said. */
  readonly budget?: number;
  /** What to begin with, by path: values known to be likely. */
  readonly likely?: Chosen;
}

const BUDGET = 300;

/**
 * The value of a rule in a world, by the reference interpreter. A parameter is given what stands
 * in the world under its name.
 */
export function valueIn({ unit, params }: Asked, world: World, around: Surroundings): Value {
  const environment: Environment = {
    inputs: world.data,
    now: world.now,
    zone: around.zone ?? DEFAULT_ZONE,
    natives: around.natives ?? NO_NATIVES,
  };
  const args = unit.params.map(({ name, border }, slot): Value => {
    const key = params?.[slot] ?? name;
    const wrong = (): Fault => new Fault('data', unit.body.span, unit.file, [key]);
    const value = enter(world.data[key], border, environment.zone, wrong);
    return value === BAD ? wrong() : value;
  });
  const { units, watch } = around;
  return evaluateUnit(unit, args, {
    units,
    environment,
    ...(watch === undefined ? {} : { watch }),
  });
}

/** The places that rules read, each with the values worth trying there. */
export const choicesFor = (asked: readonly Asked[], units: Units): readonly Choice[] =>
  choicesOf(placesOf(asked, units), asked, units);

/** Makes the facts of a choice: records and lists as they are nested. */
export function worldOf(choices: readonly Choice[], chosen: Chosen): World {
  const data: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const now = chosen.get(CLOCK);
  for (const { place } of choices) {
    if (place.path === CLOCK) continue;
    put(data, place.steps, valueAt(place, chosen));
  }
  return { data, now: now instanceof Date ? now.getTime() : NOON, chosen };
}

/** A list of records is as long as was chosen, a record is there or not. */
function valueAt({ path, type }: Place, chosen: Chosen): unknown {
  const value = chosen.get(path);
  if (type.kind === 'list' && present(type.of).kind === 'record' && typeof value === 'number')
    return Array.from({ length: value }, () => ({}));
  return type.kind === 'record' && value !== null ? {} : value;
}

/** Puts a value at a path, into each element of a list on the way; below nothing is nothing. */
function put(target: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [first = '', ...rest] = steps;
  if (first === ELEMENT) return;
  if (rest.length === 0) {
    const before = target[first];
    const keeps = typeof value === 'object' && value !== null && typeof before === 'object';
    if (!keeps || before === null) target[first] = value;
    return;
  }
  if (target[first] === null) return;
  if (rest[0] === ELEMENT) {
    const list = target[first] ?? [{}];
    target[first] = list;
    if (!Array.isArray(list)) return;
    const behind = rest.slice(1);
    if (behind.length === 0) target[first] = list.map(() => value);
    else for (const item of list) if (isRecord(item)) put(item, behind, value);
    return;
  }
  const inner = target[first] ?? {};
  target[first] = inner;
  if (isRecord(inner)) put(inner, rest, value);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Looks for facts for which something holds: first the likely ones, then every single change of
 * them, then pairs of changes, then by chance, the same in each run. What is found has been tried;
 * when nothing is found that proves nothing.
 */
export function search(
  choices: readonly Choice[],
  holds: (world: World) => boolean,
  { budget = BUDGET, likely = new Map() }: SearchOptions = {},
): World | undefined {
  let left = budget;
  const attempt = (chosen: Chosen): World | undefined => {
    left -= 1;
    const world = worldOf(choices, chosen);
    return holds(world) ? world : undefined;
  };
  const base = new Map<string, unknown>(
    choices.map(({ place, values }) => [
      place.path,
      likely.has(place.path) ? likely.get(place.path) : values[0],
    ]),
  );
  for (const chosen of variants(choices, base)) {
    if (left <= 0) return undefined;
    const found = attempt(chosen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The likeliest facts, then each single change of them, then by chance; the same in each run. */
export function* worldsFrom(choices: readonly Choice[]): Generator<World, void> {
  const base = new Map(choices.map(({ place, values }) => [place.path, values[0]]));
  for (const chosen of variants(choices, base)) yield worldOf(choices, chosen);
}

/** Samples of facts, the same in each run: constants of the rules and their neighbours. */
export function* samples(choices: readonly Choice[]): Generator<World, never> {
  const random = chance(choices.length + 1);
  for (;;) yield worldOf(choices, anyOf(choices, random));
}

function* variants(choices: readonly Choice[], base: Chosen): Generator<Chosen, void> {
  yield base;
  const changes = choices.flatMap(({ place, values }) =>
    values.map((value): readonly [string, unknown] => [place.path, value]),
  );
  for (const [path, value] of changes) yield new Map(base).set(path, value);
  const random = chance(choices.length);
  // Pairs grow with the square of their number: with many places chance finds more.
  if (changes.length <= 40) {
    for (const [i, [path, value]] of changes.entries())
      for (const [other, second] of changes.slice(i + 1))
        if (other !== path) yield new Map(base).set(path, value).set(other, second);
  }
  if (choices.length === 0) return;
  for (;;) yield anyOf(choices, random);
}

const anyOf = (choices: readonly Choice[], random: () => number): Chosen =>
  new Map(
    choices.map(({ place, values }) => [place.path, values[Math.floor(random() * values.length)]]),
  );

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function chance(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Is the condition true, as a gate would take it? */
export const isTrueIn = (asked: Asked, around: Surroundings) => (world: World) =>
  valueIn(asked, world, around) === true;
