import { type Ir, partsOf, type Unit, type Units } from '../ir/ir.ts';
import { mayBeMissing, present, type Type } from '../types/type.ts';

/** The step from a list to its elements. */
export const ELEMENT = '[]';

/** A place at which data comes into a rule: an input or a parameter, a field of it, the clock. */
export interface Place {
  /** As it is written: `session.input_kg`, `packages[].weight_kg`, `now`. */
  readonly path: string;
  /** From the root; `[]` stands for each element of a list. */
  readonly steps: readonly string[];
  readonly type: Type;
  /** May it be missing, the data being as declared? */
  readonly optional: boolean;
  /** The named record of which it is a field. */
  readonly owner?: string;
}

/** A unit with what its parameters are called: the same name is the same thing. */
export interface Asked {
  readonly unit: Unit;
  readonly params?: readonly string[];
}

interface Spot {
  readonly steps: readonly string[];
  readonly type: Type;
  readonly owner?: string | undefined;
}
type Spots = ReadonlyMap<number, Spot | undefined>;

/** The name of the clock among the places; no input is called so, the word being reserved. */
export const CLOCK = 'now';

const pathOfSteps = (steps: readonly string[]): string =>
  steps.reduce(
    (path, step) => (step === ELEMENT ? `${path}[]` : path === '' ? step : `${path}.${step}`),
    '',
  );

/**
 * All places that rules read, also through the formulas they call. A record is no place of its own
 * unless it is asked whether it is there; a list of records is one, and so is each field read of
 * its elements.
 */
export function placesOf(asked: readonly Asked[], units: Units): readonly Place[] {
  const found = new Map<string, Place>();
  const seen = new Set<string>();
  for (const { unit, params } of asked) {
    const spots = unit.params.map(({ name, type }, slot): [number, Spot] => [
      slot,
      { steps: [params?.[slot] ?? name], type },
    ]);
    visit(unit.body, new Map(spots));
  }
  return [...found.values()];

  function add({ steps, type, owner }: Spot): void {
    const path = pathOfSteps(steps);
    const optional = mayBeMissing(type) || found.get(path)?.optional === true;
    const named = owner === undefined ? {} : { owner };
    found.set(path, { path, steps, type: present(type), optional, ...named });
  }

  function visit(ir: Ir, spots: Spots): void {
    if (ir.kind === 'now' || ir.kind === 'today') {
      add({ steps: [CLOCK], type: { kind: 'instant' } });
      return;
    }
    const spot = spotOf(ir, spots);
    if (spot !== undefined) {
      for (const on of alongPath(ir, spots)) add(on);
      return;
    }
    if (ir.kind === 'formula') {
      call(ir.name, ir.args, spots);
      return;
    }
    if (ir.kind !== 'aggregate') {
      for (const part of partsOf(ir)) visit(part, spots);
      return;
    }
    visit(ir.list, spots);
    const list = spotOf(ir.list, spots);
    const of = list === undefined ? undefined : present(list.type);
    const element =
      list === undefined || of?.kind !== 'list'
        ? undefined
        : { steps: [...list.steps, ELEMENT], type: of.of };
    const inside = new Map(spots).set(ir.slot, element);
    if (ir.item !== undefined) visit(ir.item, inside);
    if (ir.where !== undefined) visit(ir.where, inside);
  }

  /** Formulas call one another more often than they are different. */
  function call(name: string, args: readonly Ir[], spots: Spots): void {
    const given = args.map((arg) => spotOf(arg, spots));
    for (const [i, arg] of args.entries()) if (given[i] === undefined) visit(arg, spots);
    const key = [name, ...given.map((spot) => spot?.steps.join('.') ?? '')].join(' ');
    const callee = units.get(name);
    if (callee === undefined || seen.has(key)) return;
    seen.add(key);
    visit(callee.body, new Map(given.map((spot, slot) => [slot, spot])));
  }
}

/** A value's place and those on the way to it that may be missing: all but records that are there. */
function alongPath(ir: Ir, spots: Spots): readonly Spot[] {
  const spot = spotOf(ir, spots);
  if (spot === undefined) return [];
  const before = ir.kind === 'field' ? alongPath(ir.target, spots) : [];
  const type = present(spot.type);
  if (type.kind === 'record' && !mayBeMissing(spot.type)) return before;
  return [...before, spot];
}

function spotOf(ir: Ir, spots: Spots): Spot | undefined {
  switch (ir.kind) {
    case 'input':
      return { steps: [ir.name], type: ir.type };
    case 'local':
      return spots.get(ir.slot);
    case 'cast':
      return spotOf(ir.operand, spots);
    case 'field': {
      const target = spotOf(ir.target, spots);
      if (target === undefined) return undefined;
      const record = present(target.type);
      const declared = record.kind === 'record' ? record.fields.get(ir.name) : undefined;
      const owner = record.kind === 'record' ? record.name : undefined;
      return { steps: [...target.steps, ir.name], type: declared ?? ir.type, owner };
    }
    default:
      return undefined;
  }
}
