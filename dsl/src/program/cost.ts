import type { CheckedExpr } from '../check/blocks/triggers.ts';
import type { CheckedProgram } from '../check/check.ts';
import type { NamedBlock } from '../check/context.ts';
import {
  ofAlert,
  ofApproval,
  ofAutomation,
  ofDeed,
  ofEntity,
  ofFormula,
  ofGate,
  ofScreen,
  ofTexts,
} from '../check/expressions.ts';
import { costOf, LIST_BOUND } from '../ir/analyse.ts';
import { type BoundOfCallee, Weight, weigh, weighTree } from '../ir/bound.ts';
import type { Unit, Units } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { type Diagnostic, diagnose, type Reporter } from '../source/diagnostic.ts';
import { type Figures, unitsOfFigures } from './figures/figure-units.ts';

/** Steps that one evaluation may take, with lists reckoned long: some tenths of a second. */
export const MAX_STEPS = 10_000_000;
/** Steps with the lists aside: an explanation unfolds each of them, and a person has to read it. */
export const MAX_UNFOLDED = 10_000;

/** A block, and where it is told what is wrong with it. */
export interface Told {
  readonly block: NamedBlock;
  readonly reporter: Reporter;
}

/** With lists reckoned long, and with them aside. */
interface Weights {
  readonly long: Weight;
  readonly short: Weight;
}

/** A rule whose cost is bounded. */
interface Rule extends Told {
  weights(): Weights;
  /** All that it computes, as typed trees. */
  units(units: Units): readonly Pick<Unit, 'body'>[];
}

/** A rule that would come to its end, but not in time: it would hold up every decision. */
export interface TooCostly {
  readonly of: Told;
  readonly diagnostic: Diagnostic;
}

/**
 * Which rules cost too much. Upper bounds are reckoned on what is written, and only where such a
 * bound is too high typed trees are made, which tell exactly. Asked again about a program that was
 * edited, it weighs only blocks that are others by then.
 */
export class Costs {
  readonly #weights = new WeakMap<object, Weights>();
  readonly #figures = new WeakMap<Figures, ReadonlyMap<string, Unit>>();

  /** @param units what expressions call, asked for only where it has to be told exactly */
  tooCostly(checked: CheckedProgram, units: () => Units): readonly TooCostly[] {
    const weights = this.#called(checked);
    const [ofLong, ofShort] = [boundsOf(weights, 'long'), boundsOf(weights, 'short')];
    const found: TooCostly[] = [];
    for (const rule of this.#rules(checked)) {
      if (isClear(rule.weights(), ofLong, ofShort)) continue;
      const all = units();
      const over = rule.units(all).flatMap((unit) => excess(unit, all) ?? [])[0];
      if (over === undefined) continue;
      const { name, span } = rule.block.name;
      const diagnostic = diagnose('tooCostly', rule.reporter.file, span, { name, ...over });
      found.push({ of: rule, diagnostic });
    }
    return found;
  }

  /** The units of a KPI or a balance, as long as it is the same. */
  unitsOf(figures: Figures): ReadonlyMap<string, Unit> {
    const units = this.#figures.get(figures) ?? unitsOfFigures(figures);
    this.#figures.set(figures, units);
    return units;
  }

  #rules(checked: CheckedProgram): readonly Rule[] {
    /** @param own what it is called by, where its units are made by that */
    const rules = <C extends Told>(
      all: readonly C[],
      of: (one: C, everywhere: boolean) => readonly CheckedExpr[],
      own?: (one: C) => string,
    ) =>
      all.map(
        (one): Rule => ({
          block: one.block,
          reporter: one.reporter,
          weights: () => this.#weighed(one, of(one, true), own?.(one)),
          units: (units) => [
            ...called(own?.(one), units),
            ...of(one, true).map(({ expr, typing }) => ({ body: lower(expr, typing) })),
          ],
        }),
      );
    const nameOf = ({ signature }: Figures) => signature.name;
    return [
      ...rules(checked.formulas, ofFormula),
      ...rules(checked.gates, ofGate),
      ...rules(checked.automations, ofAutomation),
      ...rules(checked.schedules, ofDeed),
      ...rules(checked.alerts, ofAlert),
      ...rules(checked.kpis, ofTexts, nameOf),
      ...rules(checked.balances, ofTexts, nameOf),
      ...rules(checked.approvals, ofApproval),
      ...rules(checked.entities, ofEntity),
      ...rules(checked.screens, ofScreen),
    ];
  }

  /** What each thing that is called by name weighs. */
  #called({ formulas, kpis, balances }: CheckedProgram): ReadonlyMap<string, () => Weights> {
    const weights = new Map<string, () => Weights>();
    for (const formula of formulas)
      weights.set(formula.signature.name, () => this.#weighed(formula, ofFormula(formula)));
    for (const figures of [...kpis, ...balances])
      for (const name of [figures.signature.name, ...figures.parts.map((part) => part.unit)])
        weights.set(name, () => {
          const unit = this.unitsOf(figures).get(name);
          return this.#known(unit ?? figures.signature, (weight, lists) => {
            if (unit !== undefined) weighTree(unit.body, lists, weight);
          });
        });
    return weights;
  }

  #weighed(of: object, parts: readonly CheckedExpr[], own?: string): Weights {
    return this.#known(of, (weight, lists) => {
      if (own !== undefined) weight.call(own, 1);
      for (const { expr, typing } of parts) weigh(expr, typing, lists, weight);
    });
  }

  #known(of: object, fill: (weight: Weight, lists: number) => void): Weights {
    const known = this.#weights.get(of);
    if (known !== undefined) return known;
    const made = { long: new Weight(), short: new Weight() };
    fill(made.long, LIST_BOUND);
    fill(made.short, 1);
    this.#weights.set(of, made);
    return made;
  }
}

function called(name: string | undefined, units: Units): readonly Unit[] {
  const unit = name === undefined ? undefined : units.get(name);
  return unit === undefined ? [] : [unit];
}

/** What things that are called by name cost at most, in one program; each reckoned once. */
function boundsOf(
  weights: ReadonlyMap<string, () => Weights>,
  lists: keyof Weights,
): (name: string) => number {
  const known = new Map<string, number>();
  const of = (name: string): number => {
    const found = known.get(name) ?? weights.get(name)?.()[lists].with(of) ?? 0;
    known.set(name, found);
    return found;
  };
  return of;
}

/** Is it known without typed trees that something costs no more than it may? */
function isClear({ long, short }: Weights, ofLong: BoundOfCallee, ofShort: BoundOfCallee): boolean {
  // The parts of a block are always counted where they are used: so this is a bound of both.
  const steps = long.with(ofLong);
  return steps <= MAX_UNFOLDED || (steps <= MAX_STEPS && short.with(ofShort) <= MAX_UNFOLDED);
}

function excess(
  unit: Pick<Unit, 'body'>,
  units: Units,
): { steps: string; limit: string } | undefined {
  const steps = costOf(unit, units);
  if (steps > MAX_STEPS) return { steps: inWords(steps), limit: inWords(MAX_STEPS) };
  const unfolded = costOf(unit, units, { listBound: 1, unfolded: true });
  if (unfolded <= MAX_UNFOLDED) return undefined;
  return { steps: inWords(unfolded), limit: inWords(MAX_UNFOLDED) };
}

const inWords = (steps: number): string => (steps < 1e15 ? String(steps) : steps.toExponential(0));
