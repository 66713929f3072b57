import { type CheckedApproval, checkApproval } from '../../check/blocks/approvals.ts';
import { checkBalance } from '../../check/blocks/balances.ts';
import { checkFormula } from '../../check/blocks/formulas.ts';
import { checkKpi } from '../../check/blocks/kpis.ts';
import type { CheckedProgram } from '../../check/check.ts';
import type { Unit, Units } from '../../ir/ir.ts';
import { type CompiledApproval, compileApproval } from '../approval/approval.ts';
import type { PlaceRule } from '../approval/place-rule.ts';
import { shared } from '../flow/flows.ts';
import { type Kept, KeptUnits, type UnitMaker } from '../kept.ts';
import { later, type Making } from '../later.ts';
import type { Runtime } from '../runtime.ts';
import { formulaUnit, unitsOfAllFigures } from '../units-called.ts';
import { type CompiledBalance, compileBalance } from './balance.ts';
import { type Figures, unitsOfFigures } from './figure-units.ts';
import { type CompiledKpi, compileKpi } from './kpi.ts';

/** The inside of approvals by name, as of a map. */
export interface Places extends Iterable<[string, readonly PlaceRule[]]> {
  get(name: string): readonly PlaceRule[] | undefined;
}

/** What a program decides and reckons when it is asked, besides gates and formulas. */
export interface Reckonings {
  readonly approvals: readonly CompiledApproval[];
  readonly kpis: readonly CompiledKpi[];
  readonly balances: readonly CompiledBalance[];
  /** The inside of approvals, by name: for tests and coverage. */
  readonly places: Places;
}

export const NO_RECKONINGS: Reckonings = {
  approvals: [],
  kpis: [],
  balances: [],
  places: new Map(),
};

/** The units that expressions call of a program that is kept: each is read again when it is first asked for. */
export function keptUnits(checked: CheckedProgram, kept: Kept): Units {
  const makers = checked.formulas.map((formula): [string, UnitMaker] => {
    const again = kept.again(formula, checkFormula);
    return [formula.signature.name, () => formulaUnit(again())];
  });
  const figures = [
    ...checked.kpis.map((kpi) => ({ of: kpi, again: kept.again(kpi, checkKpi) })),
    ...checked.balances.map((item) => ({ of: item, again: kept.again(item, checkBalance) })),
  ];
  for (const { of, again } of figures) {
    const unit = unitMaker(again);
    for (const name of [of.signature.name, ...of.parts.map((part) => part.unit)])
      makers.push([name, unit]);
  }
  return new KeptUnits(new Map(), new Map(makers));
}

/** The units of one KPI or balance by name, all made when the first is asked for. */
function unitMaker(again: () => Figures): UnitMaker {
  let made: ReadonlyMap<string, Unit> | undefined;
  return (name) => {
    made ??= unitsOfFigures(again());
    return made.get(name);
  };
}

/** As long as a program is being compiled: what is asked of the units of figures is not kept. */
export function unitsMeanwhile(checked: CheckedProgram, units: Units): Units {
  const figures = unitsOfAllFigures(checked);
  return {
    get: (name) => figures.get(name) ?? units.get(name),
    *values() {
      yield* units.values();
    },
  };
}

/**
 * What decides and reckons besides gates and formulas. Of each only what is light is kept: the rest
 * is read again.
 */
export function compileReckonings(
  checked: CheckedProgram,
  { runtime, meanwhile, kept }: Making,
): Reckonings {
  const approvals = checked.approvals.map((source) => {
    const { approval } = compileApproval(source, meanwhile);
    return lateApproval(approval, kept.again(source, checkApproval), runtime);
  });
  return {
    approvals: approvals.map(({ approval }) => approval),
    kpis: checked.kpis.map((kpi) =>
      lateOf(compileKpi(kpi, meanwhile), kept.again(kpi, checkKpi), compileKpi, runtime, [
        'grain',
        'over',
        'reads',
        'results',
      ]),
    ),
    balances: checked.balances.map((balance) =>
      lateOf(
        compileBalance(balance, meanwhile),
        kept.again(balance, checkBalance),
        compileBalance,
        runtime,
        ['terms', 'figures', 'reads'],
      ),
    ),
    places: new LatePlaces(approvals.map(({ approval, places }) => [approval.name, places])),
  };
}

// Functions of their own: what they close over is kept, and must not be a whole program's trees.

const lateOf = <C, T extends object>(
  made: T,
  again: () => C,
  compile: (checked: C, runtime: Runtime) => T,
  runtime: Runtime,
  heavy: readonly (keyof T & string)[],
): T => later(made, () => compile(again(), runtime), heavy);

function lateApproval(made: CompiledApproval, again: () => CheckedApproval, runtime: Runtime) {
  const whole = shared(again, compileApproval, runtime);
  return { approval: later(made, () => whole().approval), places: () => whole().rules };
}

/** The inside of approvals, each made when it is asked for. */
class LatePlaces implements Places {
  readonly #makers: ReadonlyMap<string, () => readonly PlaceRule[]>;

  constructor(makers: readonly (readonly [string, () => readonly PlaceRule[]])[]) {
    this.#makers = new Map(makers);
  }

  get(name: string): readonly PlaceRule[] | undefined {
    return this.#makers.get(name)?.();
  }

  *[Symbol.iterator](): Iterator<[string, readonly PlaceRule[]]> {
    for (const [name, make] of this.#makers) yield [name, make()];
  }
}
