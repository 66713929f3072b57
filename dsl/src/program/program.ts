import { type CheckedModule, type CheckedProgram, check } from '../check/check.ts';
import { type CompilerOptions, createCompiler } from '../compile/js/compile.ts';
import type { Unit } from '../ir/ir.ts';
import { parseFile } from '../language/parse.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type Catalog, indexCatalog } from '../types/catalog.ts';
import { type Natives, NO_NATIVES } from '../values/environment.ts';
import type { CompiledAlert } from './alert.ts';
import type { CompiledApproval } from './approval.ts';
import type { CompiledAutomation } from './automation.ts';
import type { CompiledBalance } from './balance.ts';
import { tooCostly } from './cost.ts';
import type { EntityDeclaration } from './entity.ts';
import { boundedFlows, compileFlows, type Flows, NO_FLOWS } from './flows.ts';
import { type CompiledFormula, compileFormula } from './formula.ts';
import { type CompiledGate, compileGate, type PointRule } from './gate.ts';
import { fingerprint, LANGUAGE_VERSION } from './hash.ts';
import type { CompiledKpi } from './kpi.ts';
import { compileModels, NO_MODELS } from './models.ts';
import {
  boundedReckonings,
  compileReckonings,
  NO_RECKONINGS,
  type Reckonings,
  unitsCalled,
} from './reckonings.ts';
import type { Runtime } from './runtime.ts';
import type { CompiledSchedule } from './schedule.ts';
import type { ScreenDeclaration } from './screen.ts';

export interface ProgramFile {
  readonly name: string;
  readonly text: string;
}

export interface ProgramTest {
  readonly title: string;
  readonly module: string;
  readonly file: string;
}

/**
 * A program, compiled. While any file has an error nothing is compiled: `diagnostics` says why,
 * and the lists of rules are empty, so a half-read program never decides anything.
 */
export interface Program {
  readonly diagnostics: readonly Diagnostic[];
  readonly modules: readonly CheckedModule[];
  readonly gates: readonly CompiledGate[];
  readonly approvals: readonly CompiledApproval[];
  readonly formulas: readonly CompiledFormula[];
  readonly kpis: readonly CompiledKpi[];
  readonly balances: readonly CompiledBalance[];
  readonly automations: readonly CompiledAutomation[];
  readonly schedules: readonly CompiledSchedule[];
  readonly alerts: readonly CompiledAlert[];
  readonly entities: readonly EntityDeclaration[];
  readonly screens: readonly ScreenDeclaration[];
  readonly tests: readonly ProgramTest[];
  /** Of the text and the version of the language; the order of the files does not matter. */
  readonly hash: string;
}

export interface ProgramOptions extends CompilerOptions {
  /** The functions of plugins that the catalog declares. */
  readonly functions?: Natives;
}

/** What tests need of a program besides its public face. */
export interface ProgramParts {
  readonly checked: CheckedProgram;
  readonly runtime: Runtime;
  readonly rules: ReadonlyMap<string, ReadonlyMap<string, PointRule>>;
  readonly flows: Flows;
  readonly reckonings: Reckonings;
}

const parts = new WeakMap<Program, ProgramParts>();

/** The inner parts of a program made here. */
export function partsOfProgram(program: Program): ProgramParts {
  const found = parts.get(program);
  if (found === undefined) throw new TypeError('this program was not made by compileProgram');
  return found;
}

function hashOf(files: readonly ProgramFile[]): string {
  const texts = files.map(({ name, text }) => `${name}\n${text.length}\n${text}`).sort();
  return fingerprint([LANGUAGE_VERSION, ...texts].join('\n'));
}

/** Compiles a program against what the loaded plugins declare. Never throws on what is written. */
export function compileProgram(
  files: readonly ProgramFile[],
  catalog: Catalog,
  options: ProgramOptions = {},
): Program {
  const parsed = files.map(({ name, text }) => {
    const { file, diagnostics } = parseFile(name, text);
    return { name, file, diagnostics };
  });
  const checked = check(parsed, indexCatalog(catalog));
  const found = [...parsed.flatMap((p) => p.diagnostics), ...checked.diagnostics];
  const readable = !found.some((d) => d.severity === 'error');
  const units = readable ? unitsCalled(checked) : new Map<string, Unit>();
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const runtime: Runtime = {
    units,
    compiler: createCompiler(units, options),
    natives: options.functions ?? NO_NATIVES,
    index: checked.index,
    source: (file) => texts.get(file) ?? '',
  };
  const compiled = readable
    ? checked.gates.map((gate) => ({ checked: gate, ...compileGate(gate, runtime) }))
    : [];
  const acting = readable ? compileFlows(checked, runtime) : NO_FLOWS;
  const reckoned = readable ? compileReckonings(checked, runtime) : NO_RECKONINGS;
  const modelled = readable ? compileModels(checked, runtime) : NO_MODELS;
  const bounded = readable
    ? [
        ...boundedFlows(checked, acting),
        ...boundedReckonings(checked, reckoned, units),
        ...modelled.bounded,
      ]
    : [];
  const costly = readable ? tooCostly(checked.formulas, compiled, units, bounded) : [];
  const beyond = [...modelled.diagnostics, ...costly];
  const diagnostics = [...found, ...beyond];
  const sound = readable && beyond.length === 0;
  const gates = sound ? compiled : [];
  const flows = sound ? acting : NO_FLOWS;
  const reckonings = sound ? reckoned : NO_RECKONINGS;
  const models = sound ? modelled : NO_MODELS;
  const program: Program = {
    diagnostics,
    modules: checked.modules,
    gates: gates.map(({ gate }) => gate),
    approvals: reckonings.approvals,
    formulas: sound ? checked.formulas.map((formula) => compileFormula(formula, runtime)) : [],
    kpis: reckonings.kpis,
    balances: reckonings.balances,
    automations: flows.automations,
    schedules: flows.schedules,
    alerts: flows.alerts,
    entities: models.entities,
    screens: models.screens,
    tests: sound
      ? checked.tests.map(({ block, module, reporter }) => ({
          title: block.title.value,
          module,
          file: reporter.file,
        }))
      : [],
    hash: hashOf(files),
  };
  const rules = new Map(gates.map(({ gate, rules: byPoint }) => [gate.name, byPoint]));
  parts.set(program, { checked, runtime, rules, flows, reckonings });
  return program;
}
