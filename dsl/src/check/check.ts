import type { Block } from '../language/ast.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import type { RecordType } from '../types/type.ts';
import { type CheckedAlert, checkAlert } from './blocks/alerts.ts';
import { type CheckedApproval, checkApproval } from './blocks/approvals.ts';
import { type CheckedAutomation, checkAutomation } from './blocks/automations.ts';
import { type CheckedBalance, checkBalance } from './blocks/balances.ts';
import { type CheckedEntity, checkEntity } from './blocks/entities.ts';
import { type CheckedFormula, checkFormula } from './blocks/formulas.ts';
import { type CheckedGate, checkGate } from './blocks/gates.ts';
import { type CheckedKpi, checkKpi } from './blocks/kpis.ts';
import { type CheckedSchedule, checkSchedule } from './blocks/schedules.ts';
import { type CheckedScreen, checkScreen } from './blocks/screens.ts';
import { type CheckedTest, checkTest } from './blocks/tests.ts';
import { type CheckBlock, Checker } from './checker.ts';
import type { BlockSource, World } from './context.ts';
import type { CheckedModule, NamedFile } from './standing.ts';

/*
 * How blocks are checked:
 * 1. Each kind of block has one module here with one function
 *    `check…(source: BlockSource<…Block>, world: World): Checked… | undefined`.
 *    It is called from `CHECKS` below; its results are a list of `CheckedProgram`.
 * 2. What it finds goes to `source.reporter`; `Checked…` begins with the `source`'s members.
 * 3. It sees the block, `world.index` (the catalog) and, of other blocks, only what it asks
 *    `world` for. The world notes the question, so that the result can be kept until the answer
 *    changes: a result must depend on nothing else. Ask only for what is needed; all `names` of
 *    a kind only for a "did you mean". A new question goes into `World` and `Lookups`.
 *    `world.index` has the program's own entities, too (`entity-index.ts`), and notes what is asked
 *    of them; its `catalog` is that of the plugins, all names of a kind are `index.names(kind)`.
 * 4. A block with a `name` has its name in the table of its kind, and a second one is reported
 *    (`checker.ts`). What is called by name (`callables.ts`) is checked first, callees first.
 */

const CHECKS: { readonly [K in Block['kind']]?: Check<Extract<Block, { kind: K }>> } = {
  formula: checkFormula,
  gate: checkGate,
  approval: checkApproval,
  kpi: checkKpi,
  balance: checkBalance,
  automation: checkAutomation,
  schedule: checkSchedule,
  alert: checkAlert,
  entity: checkEntity,
  screen: checkScreen,
  test: checkTest,
};

type Check<B extends Block> = (source: BlockSource<B>, world: World) => unknown;

const checkBlock: CheckBlock = (source, world) => {
  const check = CHECKS[source.block.kind] as Check<Block> | undefined;
  return check?.(source, world);
};

/** A program with all that checking found out. */
export interface CheckedProgram {
  readonly modules: readonly CheckedModule[];
  readonly formulas: readonly CheckedFormula[];
  readonly gates: readonly CheckedGate[];
  readonly approvals: readonly CheckedApproval[];
  readonly kpis: readonly CheckedKpi[];
  readonly balances: readonly CheckedBalance[];
  readonly automations: readonly CheckedAutomation[];
  readonly schedules: readonly CheckedSchedule[];
  readonly alerts: readonly CheckedAlert[];
  readonly entities: readonly CheckedEntity[];
  readonly screens: readonly CheckedScreen[];
  readonly tests: readonly CheckedTest[];
  readonly settings: RecordType;
  /** The catalog with the program's own entities. */
  readonly index: CatalogIndex;
  /** File by file, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A checker that goes on from what it found out before: for a program that is being edited. */
export function createChecker(
  index: CatalogIndex,
): (files: readonly NamedFile[]) => CheckedProgram {
  const checker = new Checker(index, checkBlock);
  return (files) => {
    checker.run(files);
    const checked = checker.checked();
    const of = <T>(kind: Block['kind']) => (checked.get(kind) ?? []) as readonly T[];
    return {
      modules: checker.modules,
      formulas: of<CheckedFormula>('formula'),
      gates: of<CheckedGate>('gate'),
      approvals: of<CheckedApproval>('approval'),
      kpis: of<CheckedKpi>('kpi'),
      balances: of<CheckedBalance>('balance'),
      automations: of<CheckedAutomation>('automation'),
      schedules: of<CheckedSchedule>('schedule'),
      alerts: of<CheckedAlert>('alert'),
      entities: of<CheckedEntity>('entity'),
      screens: of<CheckedScreen>('screen'),
      tests: of<CheckedTest>('test'),
      settings: index.settings,
      index: checker.index,
      diagnostics: checker.diagnostics(),
    };
  };
}

/** Checks a whole program: all names, types, units and guards. Never throws. */
export function check(files: readonly NamedFile[], index: CatalogIndex): CheckedProgram {
  return createChecker(index)(files);
}

export type { CheckedModule, NamedFile } from './standing.ts';
