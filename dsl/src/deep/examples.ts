import { atomsOf } from '../ir/atoms.ts';
import { type Ir, partsOf } from '../ir/ir.ts';
import type { Related } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Value } from '../values/border.ts';
import { isZero } from '../values/numbers.ts';
import { witnessOf, witnessText } from './finding.ts';
import type { DeepModel } from './model.ts';
import { type Asked, type Choice, choicesFor, valueIn, type World, worldsFrom } from './search.ts';

/** Facts that are looked at for examples, and how many examples are told. */
const MOST_TRIED = 120;
const MOST_TOLD = 4;

/** Facts with what a rule says of them. */
export interface Example {
  readonly world: World;
  /** `false`: what came out. */
  readonly says: string;
}

/** Examples, and the places they are told by. */
export interface Shown {
  readonly examples: readonly Example[];
  readonly choices: readonly Choice[];
}

/** How something comes out in a world, as a word; undefined where the world shows nothing. */
type Judge = (world: World) => string | undefined;

/**
 * Facts that show what holds for all: on both sides of each question that conditions ask, and on
 * the border between them. Of those that show the same the first is taken.
 * @param shown the parts whose questions count, in the units they are asked in
 * @param worldOf the world a rule is asked in, where it is not the very one that is told
 */
export function examplesOf(
  shown: readonly { readonly asked: Asked; readonly part: Ir }[],
  choices: readonly Choice[],
  judge: Judge,
  model: DeepModel,
  worldOf: (world: World) => World = (world) => world,
): readonly Example[] {
  const found: Example[] = [];
  const seen = new Set<string>();
  let left = MOST_TRIED;
  for (const world of worldsFrom(choices)) {
    left -= 1;
    if (left < 0 || found.length === MOST_TOLD) break;
    const says = judge(world);
    if (says === undefined) continue;
    const sides = shown.flatMap(({ asked, part }, i) =>
      sidesIn(asked, part, worldOf(world), model).map((side) => `${i} ${side}`),
    );
    if (found.length > 0 && sides.every((side) => seen.has(side))) continue;
    for (const side of sides) seen.add(side);
    found.push({ world, says });
  }
  return found;
}

/** On which side of each of its questions facts are: `0 true`, `0 border`. */
function sidesIn(asked: Asked, part: Ir, world: World, model: DeepModel): readonly string[] {
  const values = new Map<Ir, Value>();
  const watch = (ir: Ir, value: Value) => void values.set(ir, value);
  const { unit, params } = asked;
  valueIn(asked, world, { ...model, watch });
  return atomsOf(part).flatMap((atom, i) => {
    // What comes before in an `and` may have kept it from being asked.
    if (!values.has(atom) && !isInside(atom, unit.params.length))
      valueIn({ unit: { ...unit, body: atom }, ...(params && { params }) }, world, {
        ...model,
        watch,
      });
    const value = values.get(atom);
    const side = typeof value === 'boolean' ? [`${i} ${value}`] : [];
    if (atom.kind !== 'compare') return side;
    const [left, right] = [values.get(atom.left), values.get(atom.right)];
    const near = typeof left === 'number' && typeof right === 'number' && isZero(left - right);
    return near ? [...side, `${i} border`] : side;
  });
}

/** Is it about an element of a list, so that it can't be asked by itself? */
const isInside = (ir: Ir, params: number): boolean =>
  (ir.kind === 'local' && ir.slot >= params) || partsOf(ir).some((one) => isInside(one, params));

/** What the first example says, as data. */
export const witnessIn = ({ examples }: Shown): { readonly witness?: Record<string, unknown> } => {
  const [first] = examples;
  return first === undefined ? {} : { witness: witnessOf(first.world) };
};

/** Examples as places a diagnostic is about: all at one place, each with its values. */
export const toldAt = (
  file: string,
  span: Span,
  { examples, choices }: Shown,
): readonly Related[] =>
  examples.map(({ world, says }) => ({
    file,
    span,
    message: `${says} with ${witnessText(choices, world)}`,
  }));

/** The choices of those places that a part reads; all of them where it reads none by itself. */
export function choicesShown(
  choices: readonly Choice[],
  read: readonly { readonly path: string }[],
): readonly Choice[] {
  const paths = new Set(read.map(({ path }) => path));
  const own = choices.filter(({ place }) => paths.has(place.path));
  return own.length === 0 ? choices : own;
}

/** Rules that exclude one another, with what each is called. */
export interface Side {
  readonly asked: Asked;
  readonly name: string;
}

/**
 * Facts that show how rules exclude one another: for which of them only one holds.
 * @returns undefined when there are facts for which all of them hold, so that it is not so
 */
export function exclusions(sides: readonly Side[], model: DeepModel): Shown | undefined {
  const choices = choicesFor(
    sides.map(({ asked }) => asked),
    model.units,
  );
  let wrong = false;
  const judge = (world: World): string => {
    const holding = sides.filter(({ asked }) => valueIn(asked, world, model) === true);
    if (holding.length === sides.length) wrong = true;
    const names = holding.map(({ name }) => `\`${name}\``).join(' and ');
    return holding.length === 0 ? 'none of them is true' : `only ${names} is true`;
  };
  const examples = examplesOf(bodiesOf(sides), choices, judge, model);
  return wrong ? undefined : { choices, examples };
}

const bodiesOf = (sides: readonly Side[]) =>
  sides.map(({ asked }) => ({ asked, part: asked.unit.body }));

/** Facts for which a rule comes out as is said of it, and none of those tried otherwise. */
export function agreeing(
  asked: Asked,
  { value, says }: { readonly value: boolean; readonly says: string },
  choices: readonly Choice[],
  model: DeepModel,
  worldOf: (world: World) => World = (world) => world,
): Shown | undefined {
  let wrong = false;
  const judge = (world: World): string | undefined => {
    const found = valueIn(asked, worldOf(world), model);
    if (found === !value) wrong = true;
    return found === value ? says : undefined;
  };
  const examples = examplesOf([{ asked, part: asked.unit.body }], choices, judge, model, worldOf);
  return wrong ? undefined : { choices, examples };
}
