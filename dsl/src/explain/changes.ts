import type { Type } from '../types/type.ts';
import { BAD, borderOf, enter, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';
import { type Element, type Fact, type Naming, withValue } from './facts.ts';
import {
  type Deciding,
  type Gaps,
  gapsOf,
  nearestStep,
  type Scale,
  scaleOf,
  turningsOf,
} from './scale.ts';
import { isMoment, wordsOf } from './words.ts';

/** Another value for one fact, as plain JSON in the unit of its field. */
export interface Change {
  /** Where it lies in the facts: `lines[2].device.calibration_due_at`, elements from 0. */
  readonly path: string;
  readonly from: unknown;
  /** Null: nothing there. Of a text that has to be there, one that will do. */
  readonly to: unknown;
  /** How much more, of numbers. */
  readonly by?: number;
  readonly text: string;
}

/** Who may let something pass as it is. */
export interface Release {
  readonly roles: readonly string[];
  /** Only once the condition no longer holds. */
  readonly whenClear: boolean;
}

/** What was refused, or did not come about, and how it is asked again. */
export interface Refused extends Naming, Deciding {
  readonly environment: Environment;
  readonly element?: Element | undefined;
  readonly release?: Release | undefined;
  /**
   * Is this refusal gone there, and no new one come?
   * @param without the refused element is no longer in its list
   */
  passes(environment: Environment, without?: boolean): boolean;
}

/** A change that can be made, with how it stands beside others. */
export interface Move {
  readonly change: Change;
  readonly apply: (environment: Environment) => Environment;
  /** 0 another amount or moment, 1 another choice, 2 something recorded or removed, 3 left out. */
  readonly kind: 0 | 1 | 2 | 3;
  /** Of amounts, in base units: those of one dimension are compared. */
  readonly size: number;
  readonly dimension: string;
}

/** What trying needs: how something is asked again, and how often it still may be. */
export interface Tries {
  readonly refused: Refused;
  readonly facts: readonly Fact[];
  /** Values worth trying, by the place of a fact. */
  readonly constants: ReadonlyMap<string, readonly unknown[]>;
  left: number;
}

const STAND_IN = '…';

/** How many elements of a list are left out, one at a time. */
const MOST_LEFT_OUT = 20;

/** How many values of a fact are tried on the way to a pair. */
const STEPS_TOWARDS = 8;

/** The changes of one fact for which the refusal is gone. */
export function movesOf(fact: Fact, base: Environment, tries: Tries): readonly Move[] {
  const holds = (value: unknown): boolean => passes(tries, set(fact, value)(base));
  const scale = scaleOf(fact.place.type, fact, base);
  if (scale !== undefined) {
    const steps = turningsOf(scale, (step) => gapsAt(fact, scale, step, base, tries));
    const step = nearestStep(scale, steps, (at) => holds(scale.at(at)));
    if (step !== undefined) return [moveTo(fact, scale.at(step), tries)];
  }
  return othersOf(fact, tries)
    .filter(holds)
    .map((value) => moveTo(fact, value, tries));
}

/** Changes of one fact that turn a condition, or may: half of a pair. */
export function movesTowards(fact: Fact, base: Environment, tries: Tries): readonly Move[] {
  const scale = scaleOf(fact.place.type, fact, base);
  const steps =
    scale === undefined
      ? []
      : turningsOf(scale, (step) => gapsAt(fact, scale, step, base, tries)).map(scale.at);
  // Of what is missing nothing is known but what the rule compares it with.
  const constants = scale?.stands === false ? tries.constants.get(fact.place.path) : undefined;
  const { min = 0, max = Number.POSITIVE_INFINITY } = fact.range;
  const known = (constants ?? []).filter(
    (value) => typeof value === 'number' && value >= min && value <= max,
  );
  return [...new Set([...steps, ...known, ...othersOf(fact, tries)])]
    .slice(0, STEPS_TOWARDS)
    .map((value) => moveTo(fact, value, tries));
}

function passes(tries: Tries, environment: Environment): boolean {
  if (tries.left <= 0) return false;
  tries.left -= 1;
  return tries.refused.passes(environment);
}

function gapsAt(
  fact: Fact,
  scale: Scale,
  step: number,
  base: Environment,
  tries: Tries,
): Gaps | undefined {
  if (tries.left <= 0) return undefined;
  tries.left -= 1;
  const there = step === 0 && scale.stands ? base : set(fact, scale.at(step))(base);
  return gapsOf(tries.refused, there);
}

const set =
  ({ steps }: Fact, value: unknown) =>
  (environment: Environment): Environment => ({
    ...environment,
    inputs: withValue(environment.inputs, steps, value),
    parts: undefined,
  });

/** Values of a fact that lie on no scale: the other choices, nothing, a list with one more or less. */
function othersOf({ place, data, range }: Fact, tries: Tries): readonly unknown[] {
  const { type, optional } = place;
  const there = data !== undefined && data !== null;
  const constants = tries.constants.get(place.path) ?? [];
  const found = (): readonly unknown[] => {
    switch (type.kind) {
      case 'bool':
        return [true, false];
      case 'enum':
        return type.values;
      case 'text':
        return [...constants.filter(isTold), ...listed(tries), ...others(tries), STAND_IN];
      case 'list':
        return listsFrom(type.of, data, tries).filter(
          ({ length }) => !(length < (range.min ?? 0)) && !(length > (range.max ?? length)),
        );
      default:
        return [];
    }
  };
  // A text that is there is changed for one that has a meaning, or taken away.
  const other = found().filter((x) => x !== data && x !== null && !(there && x === STAND_IN));
  return [...new Set(other), ...(optional && there ? [null] : [])];
}

/** Not one of the texts that the search for facts tries as any text. */
const isTold = (text: unknown): boolean => text !== '' && text !== 'other';

/** The texts in lists that the rule reads. */
const listed = (tries: Tries): readonly unknown[] =>
  tries.facts.flatMap(({ data }) =>
    Array.isArray(data) ? data.filter((item) => typeof item === 'string') : [],
  );

/** What other texts are that the rule reads: two of them may have to be the same. */
const others = (tries: Tries): readonly unknown[] =>
  tries.facts.flatMap(({ place, data }) =>
    place.type.kind === 'text' && typeof data === 'string' ? data : [],
  );

/** A list of plain values without each of them, and with each that the other facts and rules name. */
function listsFrom(of: Type, data: unknown, tries: Tries): readonly (readonly unknown[])[] {
  if (!Array.isArray(data)) return [];
  const items = data as readonly unknown[];
  const without = items.slice(0, MOST_LEFT_OUT).map((_, i) => items.filter((__, j) => j !== i));
  if (of.kind === 'record') return items.length > 1 ? without : [];
  const named = tries.facts.flatMap((fact) =>
    fact.place.type.kind === of.kind ? [fact.data] : [],
  );
  const known = of.kind === 'enum' ? of.values : named.filter((item) => typeof item === 'string');
  const more = [...new Set(known)].filter((item) => !items.includes(item));
  return [...more.map((item) => [...items, item]), ...without];
}

/** A value that something new has to have, and no other. */
export function given(fact: Fact, to: unknown, language: string, zone: string): Change {
  const text = `${fact.name} = ${toldAs(fact.place.type, to, language, zone)}`;
  return { path: fact.path, from: null, to, text };
}

function moveTo(fact: Fact, to: unknown, tries: Tries): Move {
  const { type } = fact.place;
  const { data } = fact;
  const { zone } = tries.refused.environment;
  const there = data !== undefined && data !== null;
  const amount = type.kind === 'quantity' && typeof data === 'number' && typeof to === 'number';
  const by = amount ? Number((to - data).toPrecision(12)) : undefined;
  const change: Change = {
    path: fact.path,
    from: plain(data),
    to,
    ...(by === undefined ? {} : { by }),
    text: textOf(fact, to, by, tries.refused.language, zone),
  };
  const chosen = type.kind === 'bool' || type.kind === 'enum' || type.kind === 'text';
  const recorded = !there || to === null || type.kind === 'list';
  const ofUnit = type.kind === 'quantity' ? type.unit.mul / type.unit.div : 1;
  return {
    change,
    apply: set(fact, to),
    kind: recorded ? 2 : chosen ? 1 : 0,
    size: Math.abs(by ?? 1) * ofUnit,
    dimension: type.kind === 'quantity' ? type.dimension : type.kind,
  };
}

/** As JSON has it: a `Date` as its text, nothing as null. */
const plain = (data: unknown): unknown => {
  if (data instanceof Date) return Number.isNaN(data.getTime()) ? null : data.toISOString();
  return data ?? null;
};

function textOf(
  { name, place, data }: Fact,
  to: unknown,
  by: number | undefined,
  language: string,
  zone: string,
): string {
  const words = wordsOf(language).change;
  const { type } = place;
  const told = (value: unknown, as: Type = type): string => toldAs(as, value, language, zone);
  if (type.kind === 'list' && Array.isArray(data) && Array.isArray(to)) {
    const [more, fewer] = [to, data].map((list: readonly unknown[], i) =>
      list.find((item) => !(i === 0 ? data : to).includes(item)),
    );
    return to.length > data.length
      ? words.with(name, told(more, type.of))
      : words.without(name, told(fewer, type.of));
  }
  if (data === undefined || data === null) return words.record(name, told(to));
  if (by === undefined || isMoment(type)) return words.instead(name, told(to), told(data));
  return words[by > 0 ? 'more' : 'fewer'](told(Math.abs(by)), name, told(to), told(data));
}

function toldAs(type: Type, value: unknown, language: string, zone: string): string {
  const wrong = new Fault('data', { start: 0, end: 0 }, '', []);
  const entered: Value | typeof BAD = enter(value, borderOf(type), zone, () => wrong);
  return formatValue(entered === BAD ? wrong : entered, type, language, zone);
}
