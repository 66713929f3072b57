import type { CheckedProgram } from '../check/check.ts';
import type { Unit, Units } from '../ir/ir.ts';
import {
  type CompiledApproval,
  compileApproval,
  type PlaceRule,
  unitsOfPlace,
} from './approval.ts';
import { type CompiledBalance, compileBalance } from './balance.ts';
import { textUnits, unitsOfFigures } from './figures.ts';
import type { Bounded } from './flows.ts';
import { formulaUnit } from './formula.ts';
import { type CompiledKpi, compileKpi } from './kpi.ts';
import type { Runtime } from './runtime.ts';

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
export function unitsCalled(checked: CheckedProgram): Map<string, Unit> {
  const units = new Map(checked.formulas.map((f) => [f.signature.name, formulaUnit(f)]));
  for (const figures of [...checked.kpis, ...checked.balances])
    for (const [name, unit] of unitsOfFigures(figures)) units.set(name, unit);
  return units;
}

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
