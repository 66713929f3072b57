import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { CheckedGate } from '../check/blocks/gates.ts';
import type { CheckedProgram } from '../check/check.ts';
import type { Typing } from '../check/context.ts';
import { costOf, LIST_BOUND } from '../ir/analyse.ts';
import { boundOf } from '../ir/bound.ts';
import type { Unit, Units } from '../ir/ir.ts';
import type { Expr } from '../language/ast.ts';
import { type Diagnostic, diagnose } from '../source/diagnostic.ts';
import type { Bounded } from './flow/flows.ts';
import { compilePoints, type PointRule } from './gate/gate.ts';
import type { Runtime } from './runtime.ts';

/** Steps that one evaluation may take, with lists reckoned long: some tenths of a second. */
export const MAX_STEPS = 10_000_000;
/** Steps with the lists aside: an explanation unfolds each of them, and a person has to read it. */
export const MAX_UNFOLDED = 10_000;

/** Rules that would come to an end, but not in time: one of them would hold up every decision. */
export function tooCostly(
  { formulas, gates }: Pick<CheckedProgram, 'formulas' | 'gates'>,
  bounded: readonly Bounded[],
  runtime: Runtime,
): readonly Diagnostic[] {
  const { units } = runtime;
  const found: Diagnostic[] = [];
  const judge = (
    { block, reporter }: Pick<Bounded, 'block' | 'reporter'>,
    all: readonly Unit[],
  ) => {
    const over = all.flatMap((unit) => excess(unit, units) ?? [])[0];
    const { name, span } = block.name;
    if (over !== undefined)
      found.push(diagnose('tooCostly', reporter.file, span, { name, ...over }));
  };
  const bounds = new Bounds(formulas, units);
  for (const formula of formulas) {
    if (bounds.clear(formula.block.body, formula.typing)) continue;
    const unit = units.get(formula.signature.name);
    if (unit !== undefined) judge(formula, [unit]);
  }
  for (const gate of gates) {
    if (partsOfGate(gate).every(([expr, typing]) => bounds.clear(expr, typing))) continue;
    judge(gate, [...compilePoints(gate, runtime).values()].flatMap(unitsOf));
  }
  for (const each of bounded) judge(each, each.units);
  return found;
}

/** All that a gate computes, with what was found out about it at each point. */
function partsOfGate({ mode, release, points }: CheckedGate): [Expr, Typing][] {
  return points.flatMap((at): [Expr, Typing][] => [
    [mode.condition, at.typing],
    ...(release?.until && at.until ? [[release.until, at.until] as [Expr, Typing]] : []),
    ...at.texts,
  ]);
}

/**
 * Upper bounds of what expressions cost, reckoned on what is written: only where such a bound is
 * too high the typed tree is made, and tells exactly.
 */
class Bounds {
  readonly #formulas: ReadonlyMap<string, CheckedFormula>;
  readonly #units: Units;
  readonly #known = new Map<number, Map<string, number>>([
    [LIST_BOUND, new Map()],
    [1, new Map()],
  ]);

  constructor(formulas: readonly CheckedFormula[], units: Units) {
    this.#formulas = new Map(formulas.map((formula) => [formula.signature.name, formula]));
    this.#units = units;
  }

  /** Is it known without the typed tree that an expression costs no more than it may? */
  clear(expr: Expr, typing: Typing): boolean {
    // The parts of a block are always counted where they are used: so this is a bound of both.
    const steps = boundOf(expr, typing, LIST_BOUND, this.#ofLongLists);
    if (steps <= MAX_UNFOLDED) return true;
    return steps <= MAX_STEPS && boundOf(expr, typing, 1, this.#ofLists) <= MAX_UNFOLDED;
  }

  readonly #ofLongLists = (name: string): number => this.#formula(name, LIST_BOUND);
  readonly #ofLists = (name: string): number => this.#formula(name, 1);

  #formula(name: string, listBound: number): number {
    const known = this.#known.get(listBound);
    const before = known?.get(name);
    if (before !== undefined) return before;
    const formula = this.#formulas.get(name);
    const callee = listBound === 1 ? this.#ofLists : this.#ofLongLists;
    const bound =
      formula === undefined
        ? this.#exactly(name, listBound)
        : boundOf(formula.block.body, formula.typing, listBound, callee);
    const found = bound > MAX_UNFOLDED ? this.#exactly(name, listBound) : bound;
    known?.set(name, found);
    return found;
  }

  #exactly(name: string, listBound: number): number {
    const unit = this.#units.get(name);
    return unit === undefined ? 0 : costOf(unit, this.#units, { listBound, unfolded: true });
  }
}

function excess(unit: Unit, units: Units): { steps: string; limit: string } | undefined {
  const steps = costOf(unit, units);
  if (steps > MAX_STEPS) return { steps: inWords(steps), limit: inWords(MAX_STEPS) };
  const unfolded = costOf(unit, units, { listBound: 1, unfolded: true });
  if (unfolded <= MAX_UNFOLDED) return undefined;
  return { steps: inWords(unfolded), limit: inWords(MAX_UNFOLDED) };
}

function unitsOf(rule: PointRule): readonly Unit[] {
  const texts = [...rule.messages, ...rule.remedies].flatMap(({ parts }) => parts);
  return [
    rule.unit,
    ...(rule.until === undefined ? [] : [rule.until.unit]),
    ...rule.figures.map(({ unit }) => unit),
    ...texts.flatMap((part) => (typeof part === 'string' ? [] : [part.unit])),
  ];
}

const inWords = (steps: number): string => (steps < 1e15 ? String(steps) : steps.toExponential(0));
