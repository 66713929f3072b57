import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { CheckedProgram } from '../check/check.ts';
import type { Unit } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import type { Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import { unitsOfFigures } from './figures/figure-units.ts';

/** The units that expressions call, by name: formulas, and the parts of KPIs and balances. */
export function unitsCalled(checked: CheckedProgram): ReadonlyMap<string, Unit> {
  const units = new Map(checked.formulas.map((f) => [f.signature.name, formulaUnit(f)]));
  for (const [name, unit] of unitsOfAllFigures(checked)) units.set(name, unit);
  return units;
}

/** The units of all parts of KPIs and balances, by name. */
export const unitsOfAllFigures = ({ kpis, balances }: CheckedProgram): ReadonlyMap<string, Unit> =>
  new Map([...kpis, ...balances].flatMap((figures) => [...unitsOfFigures(figures)]));

/** The unit of a checked formula. */
export function formulaUnit(formula: CheckedFormula): Unit {
  const { signature, typing, block, reporter } = formula;
  const params = signature.params.map(({ name, type }) => ({ name, type, border: borderOf(type) }));
  const body = lower(block.body, typing);
  return {
    name: signature.name,
    file: reporter.file,
    params,
    slots: typing.slots,
    body: { ...body, type: resultType(signature.result, body.type) },
  };
}

/** A declared result comes out in its declared unit. */
const resultType = (declared: Type, found: Type): Type =>
  declared.kind === 'unknown' ? found : declared;
