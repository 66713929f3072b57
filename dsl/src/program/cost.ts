import type { CheckedFormula } from '../check/formulas.ts';
import type { CheckedGate } from '../check/gates.ts';
import { costOf } from '../ir/analyse.ts';
import type { Unit, Units } from '../ir/ir.ts';
import { type Diagnostic, diagnose } from '../source/diagnostic.ts';
import type { Bounded } from './flows.ts';
import type { PointRule } from './gate.ts';

/** Steps that one evaluation may take, with lists reckoned long: some tenths of a second. */
export const MAX_STEPS = 10_000_000;
/** Steps with the lists aside: an explanation unfolds each of them, and a person has to read it. */
export const MAX_UNFOLDED = 10_000;

interface Compiled {
  readonly checked: CheckedGate;
  readonly rules: ReadonlyMap<string, PointRule>;
}

/** Rules that would come to an end, but not in time: one of them would hold up every decision. */
export function tooCostly(
  formulas: readonly CheckedFormula[],
  gates: readonly Compiled[],
  units: Units,
  flows: readonly Bounded[],
): readonly Diagnostic[] {
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
  for (const formula of formulas) {
    const unit = units.get(formula.signature.name);
    if (unit !== undefined) judge(formula, [unit]);
  }
  for (const { checked, rules } of gates) judge(checked, [...rules.values()].flatMap(unitsOf));
  for (const flow of flows) judge(flow, flow.units);
  return found;
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
