import { checkFormula } from '../../check/blocks/formulas.ts';
import type { CheckedProgram } from '../../check/check.ts';
import type { Unit, Units } from '../../ir/ir.ts';
import {
  type CompiledApproval,
  compileApproval,
  type PlaceRule,
  unitsOfPlace,
} from '../approval/approval.ts';
import type { Bounded } from '../flow/flows.ts';
import { formulaUnit } from '../formula.ts';
import { type Kept, KeptUnits } from '../kept.ts';
import type { Runtime } from '../runtime.ts';
import { type CompiledBalance, compileBalance } from './balance.ts';
import { textUnits, unitsOfFigures } from './figures.ts';
import { type CompiledKpi, compileKpi } from './kpi.ts';

/** What a program decides and reckons when it is asked, besides gates and formulas. */
export interface Reckonings {
  readonly approvals: readonly CompiledApproval[];
  readonly kpis: readonly CompiledKpi[];
  readonly balances: readonly CompiledBalance[];
  /** The inside of approvals, by name: for tests and coverage. */
  readonly places: ReadonlyMap<string, readonly PlaceRule[]>;
}

export const NO_RECKONINGS: Reckonings = {
  approvals: [],
  kpis: [],
  balances: [],
  places: new Map(),
};

/** The units that expressions call, by name: formulas, and the parts of KPIs and balances. */
export function unitsCalled(checked: CheckedProgram): ReadonlyMap<string, Unit> {
  const units = new Map(checked.formulas.map((f) => [f.signature.name, formulaUnit(f)]));
  for (const [name, unit] of unitsOfAllFigures(checked)) units.set(name, unit);
  return units;
}

/** The same of a program that is kept: formulas are read again when they are first asked for. */
export function keptUnits(checked: CheckedProgram, kept: Kept): Units {
  const makers = checked.formulas.map((formula): [string, () => Unit] => {
    const again = kept.again(formula, checkFormula);
    return [formula.signature.name, () => formulaUnit(again())];
  });
  return new KeptUnits(unitsOfAllFigures(checked), new Map(makers));
}

const unitsOfAllFigures = ({ kpis, balances }: CheckedProgram): ReadonlyMap<string, Unit> =>
  new Map([...kpis, ...balances].flatMap((figures) => [...unitsOfFigures(figures)]));

export function compileReckonings(checked: CheckedProgram, runtime: Runtime): Reckonings {
  const approvals = checked.approvals.map((approval) => compileApproval(approval, runtime));
  return {
    approvals: approvals.map(({ approval }) => approval),
    kpis: checked.kpis.map((kpi) => compileKpi(kpi, runtime)),
    balances: checked.balances.map((balance) => compileBalance(balance, runtime)),
    places: new Map(approvals.map(({ approval, rules }) => [approval.name, rules])),
  };
}

/** All that must come to an end in time. */
export function boundedReckonings(
  checked: CheckedProgram,
  { places }: Reckonings,
  units: Units,
): readonly Bounded[] {
  const figures = [...checked.kpis, ...checked.balances].map((item): Bounded => {
    const whole = units.get(item.signature.name);
    return { ...item, units: [...(whole === undefined ? [] : [whole]), ...textUnits(item)] };
  });
  const approvals = checked.approvals.map((item): Bounded => {
    const rules = places.get(item.block.name.name) ?? [];
    return { ...item, units: rules.flatMap(unitsOfPlace) };
  });
  return [...figures, ...approvals];
}
