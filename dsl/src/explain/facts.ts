import { type Asked, CLOCK, ELEMENT, type Place, placesOf } from '../deep/places.ts';
import type { Units } from '../ir/ir.ts';
import { isReadable, isRecord, itemsOf, ownCopy, readOwn } from '../source/read.ts';
import { type CatalogField, textIn } from '../types/catalog.ts';
import type { Environment } from '../values/environment.ts';
import { wordsOf } from './words.ts';

export type Facts = Readonly<Record<string, unknown>>;
export type Steps = readonly (string | number)[];

/** A fact that a rule reads, where it lies in the data it was asked with. */
export interface Fact {
  readonly place: Place;
  /** `lines[2].device.calibration_due_at`, elements from 0. */
  readonly path: string;
  readonly steps: Steps;
  /** As the reader calls it. */
  readonly name: string;
  readonly data: unknown;
  /** What it can be at all. */
  readonly range: Range;
}

/** The least and the greatest a value can be, in the unit of its field; of a list its length. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** How facts are called and which of them can be changed. */
export interface Naming {
  readonly language: string;
  /** What is declared of the field at a place; undefined where nothing is. */
  declared(place: Place): CatalogField | undefined;
  /** What a role is called. */
  role(name: string): string;
}

/** The element of a list that a gate with `each` refused. */
export interface Element {
  /** As the rule calls it: `line`. */
  readonly name: string;
  /** The list: `lines`. */
  readonly fact: string;
  readonly index: number;
}

/** How many facts are looked at: of long lists the first elements. */
const MOST_FACTS = 40;

/** What nobody changes to get something done: who asks, the plant's settings, what was then. */
const FIXED_ROOTS: ReadonlySet<string> = new Set(['settings', 'actor', 'released']);
const FIXED_FIELDS: ReadonlySet<string> = new Set(['id', 'created_at']);

/**
 * The facts that a rule reads and that can be changed: those of the refused element, then the
 * others, in the order it reads them.
 */
export function factsOf(
  asked: readonly Asked[],
  units: Units,
  { inputs }: Environment,
  naming: Naming,
  element?: Element,
): readonly Fact[] {
  const found: Fact[] = [];
  const shared = ({ steps }: Place): number => (steps[0] === element?.name ? 0 : 1);
  for (const place of placesOf(asked, units).toSorted((a, b) => shared(a) - shared(b))) {
    const declared = naming.declared(place);
    if (!canChange(place, declared)) continue;
    const range = { min: declared?.min, max: declared?.max };
    for (const { steps, data } of dataAt(place.steps, inputs, element)) {
      if (found.length === MOST_FACTS) return found;
      const name = nameOf(place, steps, textIn(declared?.doc, naming.language), naming.language);
      found.push({ place, steps, data, path: pathOf(steps), name, range });
    }
  }
  return found;
}

function canChange({ steps }: Place, declared: CatalogField | undefined): boolean {
  const [root = '', field = root] = [steps[0], steps.at(-1)];
  if (root === CLOCK) return false;
  return declared?.changeable ?? (!FIXED_ROOTS.has(root) && !FIXED_FIELDS.has(field));
}

/** Where a place lies in the facts, as often as its lists have elements; not in what isn't there. */
function dataAt(
  steps: readonly string[],
  inputs: Facts,
  element: Element | undefined,
): { readonly steps: Steps; readonly data: unknown }[] {
  const [root = '', ...rest] = steps;
  const ofElement = element !== undefined && root === element.name;
  const start: Steps = ofElement ? [element.fact, element.index] : [root];
  let open = [{ steps: start, data: start.reduce<unknown>(at, inputs) }];
  for (const step of rest) {
    open = open.flatMap(({ steps: before, data }) => {
      if (step === ELEMENT)
        return (itemsOf(data) ?? []).map((item, i) => ({ steps: [...before, i], data: item }));
      return isRecord(data) ? [{ steps: [...before, step], data: at(data, step) }] : [];
    });
  }
  return open;
}

function at(data: unknown, step: string | number): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  const value = readOwn(data, String(step));
  return isReadable(value) ? value : undefined;
}

export const pathOf = (steps: Steps): string =>
  steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`;
    return path === '' ? step : `${path}.${step}`;
  }, '');

/** "material fed", or the path where the catalog has no words; of an element which it is. */
function nameOf(
  { path }: Place,
  steps: Steps,
  label: string | undefined,
  language: string,
): string {
  const index = steps.findLast((step) => typeof step === 'number');
  if (index === undefined) return label ?? path;
  const list = steps.slice(0, steps.lastIndexOf(index));
  const inside = pathOf(steps.slice(list.length + 1));
  return [elementName(pathOf(list), index, language), label ?? inside].filter(Boolean).join(': ');
}

/** The name of an element of a list: "lines no. 3". */
export const elementName = (list: string, index: number, language: string): string =>
  `${list} ${wordsOf(language).element(index + 1)}`;

/** The facts with another value at a place; what lies beside it is shared. */
export function withValue(facts: Facts, steps: Steps, value: unknown): Facts {
  return put(facts, steps, () => value) as Facts;
}

/** The facts without an element of a list. */
export function withoutElement(facts: Facts, list: Steps, index: number): Facts {
  return put(facts, list, (items) =>
    Array.isArray(items) ? items.filter((_, i) => i !== index) : items,
  ) as Facts;
}

function put(data: unknown, steps: Steps, change: (before: unknown) => unknown): unknown {
  const [first, ...rest] = steps;
  if (first === undefined) return change(data);
  const inner = put(at(data, first), rest, change);
  const items = itemsOf(data);
  if (items !== undefined) return items.map((item, i) => (i === first ? inner : item));
  return Object.assign(ownCopy(data ?? {}), { [first]: inner });
}
