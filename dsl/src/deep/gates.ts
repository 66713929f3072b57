import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { Unit } from '../ir/ir.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { gateUnit } from './conditions.ts';
import { smallest } from './examine.ts';
import { finding, witnessOf, witnessText } from './finding.ts';
import { likelyIn } from './likely.ts';
import { type DeepModel, nameOf, quoted } from './model.ts';
import { type Asked, type Choice, choicesFor, search, valueIn, type World } from './search.ts';
import { Given, type Goal, impossible, solve } from './solve.ts';
import { FALSE, TRUE, UNDECIDED } from './state.ts';
import type { Terms } from './terms.ts';

/** A gate at one of its points. */
export interface Standing {
  readonly gate: CheckedGate;
  readonly at: GatePoint;
  readonly unit: Unit;
  readonly asked: Asked;
  readonly goal: (mask: number) => Goal;
}

const REFUSES = TRUE | UNDECIDED;
/** More gates than these are not looked at together: the question would have no end. */
const MOST_TOGETHER = 200;

/** The element that `each` walks is the same thing in all gates that walk the list. */
export function standingAt(gate: CheckedGate, at: GatePoint, terms: Terms): Standing {
  const unit = gateUnit(gate, at);
  const params = at.each === undefined ? [] : [`${at.each.fact}[]`];
  const term = terms.of(unit.body, terms.scopeOf(unit, params));
  return { gate, at, unit, asked: { unit, params }, goal: (mask) => ({ term, mask }) };
}

/** Does an operation not go on when the gate says so? */
export const refuses = ({ mode }: CheckedGate): boolean => mode.mode !== 'warn' && !mode.after;

const isReleased = ({ release }: CheckedGate): boolean => release !== undefined && !release.never;

/**
 * Gates of one point of which one refuses whatever the facts are, so that the operation can never
 * be done. A gate that somebody may release, and one over a list that may be empty, can be passed.
 */
export function contradictions(
  point: string,
  gates: readonly Standing[],
  terms: Terms,
  model: DeepModel,
): Diagnostic[] {
  const hard = gates
    .filter(({ gate, at }) => refuses(gate) && !isReleased(gate) && at.each === undefined)
    .filter(({ goal }) => !impossible([goal(FALSE)], terms))
    .slice(0, MOST_TOGETHER);
  const pass = (some: readonly Standing[]): boolean =>
    impossible(
      some.map(({ goal }) => goal(FALSE)),
      terms,
    );
  if (hard.length < 2 || !pass(hard)) return [];
  const core = smallest(hard, pass);
  const choices = choicesFor(
    core.map(({ asked }) => asked),
    model.units,
  );
  const refused = (world: World): boolean =>
    core.some(({ asked }) => valueIn(asked, world, model) === true);
  const world = search(choices, refused);
  const last = core.at(-1);
  if (world === undefined || last === undefined) return [];
  const names = core.map(({ gate }) => `\`${nameOf(gate.block)}\``).join(' or ');
  const params = { point, gates: names, witness: witnessText(choices, world) };
  const related = core.slice(0, -1).map(({ gate, unit }) => ({
    file: unit.file,
    span: gate.block.name.span,
    message: quoted(unit.body, unit.file, model),
  }));
  const { file } = last.unit;
  const { span } = last.gate.block.name;
  return [finding('gatesContradict', file, span, params, { witness: witnessOf(world), related })];
}

/** A gate that refuses only where another one does, which nobody can release more easily. */
export function shadowed(
  point: string,
  gates: readonly Standing[],
  terms: Terms,
  model: DeepModel,
): Diagnostic[] {
  const said = gates.filter(
    ({ goal }) => !impossible([goal(TRUE)], terms) && !impossible([goal(FALSE)], terms),
  );
  const spoken = new Map(said.map((one) => [one, keysOf(one)]));
  const bySpoken = indexOf(spoken);
  const order = new Map(said.map((one, i) => [one, i]));
  const found: Diagnostic[] = [];
  const gone = new Set<Standing>();
  for (const one of said) {
    const own = new Set(spoken.get(one)?.flat());
    const near = new Set([...own].flatMap((key) => bySpoken.get(key) ?? []));
    const refused = new Given([one.goal(REFUSES)], terms);
    const other = [...near].find(
      (two) =>
        two !== one &&
        !gone.has(two) &&
        spoken.get(two)?.every((part) => part.some((key) => own.has(key))) === true &&
        isAsStrong(two, one) &&
        refused.excludes([two.goal(FALSE)]) &&
        // Of two that are the same the later one is too much.
        ((order.get(two) ?? 0) < (order.get(one) ?? 0) ||
          !impossible([two.goal(REFUSES), one.goal(FALSE)], terms)),
    );
    const told = other && tell(point, one, other, terms, model);
    if (told === undefined) continue;
    gone.add(one);
    found.push(told);
  }
  return found;
}

type Spoken = readonly (readonly number[])[];

/** Gates by the terms of that part of them which fewest gates speak of. */
function indexOf(spoken: ReadonlyMap<Standing, Spoken>): ReadonlyMap<number, readonly Standing[]> {
  const counts = new Map<number, number>();
  for (const parts of spoken.values())
    for (const key of new Set(parts.flat())) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = (part: readonly number[]): number =>
    part.reduce((sum, key) => sum + (counts.get(key) ?? 0), 0);
  const index = new Map<number, Standing[]>();
  for (const [one, parts] of spoken) {
    const [rarest = []] = parts.toSorted((a, b) => most(a) - most(b));
    for (const key of rarest) {
      const list = index.get(key);
      if (list === undefined) index.set(key, [one]);
      else list.push(one);
    }
  }
  return index;
}

/** Everything the weaker gate does, the stronger one does too. */
function isAsStrong({ gate: strong, at: a }: Standing, { gate: weak, at: b }: Standing): boolean {
  if (a.each?.fact !== b.each?.fact) return false;
  const [x, y] = [strong.mode, weak.mode];
  const sameMode = x.mode === y.mode && x.target?.name === y.target?.name && x.after === y.after;
  const enough = y.mode === 'warn' || (y.mode === 'block' && refuses(strong));
  if (!sameMode && !enough) return false;
  const code = (gate: CheckedGate) =>
    gate.block.clauses.find((c) => c.kind === 'answer')?.code.name;
  if (code(weak) !== undefined && code(weak) !== code(strong)) return false;
  if (y.mode === 'warn' || !isReleased(strong)) return true;
  return releaseKey(strong) !== undefined && releaseKey(strong) === releaseKey(weak);
}

/** Releases that end of themselves are never taken for the same. */
function releaseKey({ release }: CheckedGate): string | undefined {
  if (release === undefined || release.until !== undefined) return undefined;
  return `${release.whenClear} ${release.roles
    .map(({ name }) => name)
    .sort()
    .join()}`;
}

/** The terms that the parts of a condition speak of: without any in common nothing is implied. */
function keysOf({ goal }: Standing): Spoken {
  const { term } = goal(TRUE);
  return (term.kind === 'and' ? partsOfChain(term) : [term]).map(spokenOf);
}

type Term = Goal['term'];

const partsOfChain = (term: Term): readonly Term[] =>
  term.kind === 'and' ? term.parts.flatMap(partsOfChain) : [term];

function spokenOf(term: Term): readonly number[] {
  const isLogic = term.kind === 'and' || term.kind === 'or' || term.kind === 'not';
  if (isLogic || term.kind === 'if') return term.parts.flatMap(spokenOf);
  if (term.kind !== 'compare' && term.kind !== 'in' && term.kind !== 'is_missing') return [term.id];
  return term.parts.filter(({ kind }) => kind !== 'const').map(({ id }) => id);
}

/** Facts for which both refuse, tried. */
function tell(
  point: string,
  one: Standing,
  other: Standing,
  terms: Terms,
  model: DeepModel,
): Diagnostic | undefined {
  const choices: readonly Choice[] = choicesFor([one.asked, other.asked], model.units);
  const { state } = solve([one.goal(TRUE), other.goal(TRUE)], terms);
  const both = (world: World): boolean =>
    valueIn(one.asked, world, model) === true && valueIn(other.asked, world, model) === true;
  const world = search(choices, both, { likely: likelyIn(state, choices) });
  if (world === undefined) return undefined;
  const { file } = one.unit;
  const params = {
    name: nameOf(one.gate.block),
    other: nameOf(other.gate.block),
    point,
    witness: witnessText(choices, world),
  };
  const related = [
    {
      file: other.unit.file,
      span: other.gate.block.name.span,
      message: quoted(other.unit.body, other.unit.file, model),
    },
  ];
  return finding('gateShadowed', file, one.gate.block.name.span, params, {
    witness: witnessOf(world),
    related,
  });
}
