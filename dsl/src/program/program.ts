import { checkGate } from '../check/blocks/gates.ts';
import { type CheckedModule, type CheckedProgram, check } from '../check/check.ts';
import { type CompilerOptions, createCompiler } from '../compile/js/compile.ts';
import type { Units } from '../ir/ir.ts';
import { parseFile } from '../language/parse.ts';
import { needList, needOptions, needRecord, needText } from '../source/api.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type Catalog, indexCatalog } from '../types/catalog.ts';
import { needCatalog, needReadable } from '../types/catalog-check.ts';
import { type Natives, NO_NATIVES } from '../values/environment.ts';
import type { CompiledApproval } from './approval/approval.ts';
import { Costs } from './cost.ts';
import type { CompiledBalance } from './figures/balance.ts';
import type { CompiledKpi } from './figures/kpi.ts';
import {
  compileReckonings,
  keptUnits,
  NO_RECKONINGS,
  type Reckonings,
  unitsMeanwhile,
} from './figures/reckonings.ts';
import type { CompiledAlert } from './flow/alert.ts';
import type { CompiledAutomation } from './flow/automation.ts';
import { compileFlows, type Flows, NO_FLOWS } from './flow/flows.ts';
import type { CompiledSchedule } from './flow/schedule.ts';
import { type CompiledFormula, compileFormula } from './formula.ts';
import { type CompiledGate, compileGate } from './gate/gate.ts';
import { fingerprint, LANGUAGE_VERSION } from './hash.ts';
import { Kept } from './kept.ts';
import type { EntityDeclaration } from './model/entity.ts';
import { compileModels, NO_MODELS } from './model/models.ts';
import type { ScreenDeclaration } from './model/screen.ts';
import { keepParts, type ProgramParts } from './parts.ts';
import type { Runtime } from './runtime.ts';

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

function hashOf(files: readonly ProgramFile[]): string {
  const texts = files.map(({ name, text }) => `${name}\n${text.length}\n${text}`).sort();
  return fingerprint([LANGUAGE_VERSION, ...texts].join('\n'));
}

function needFiles(files: readonly ProgramFile[]): void {
  needList(files, 'files');
  for (const [i, file] of files.entries()) {
    needRecord(file, `files[${i}]`);
    needText(file.name, `files[${i}].name`);
    needText(file.text, `files[${i}].text`);
  }
}

/**
 * Compiles a program against what the loaded plugins declare. Never throws on what is written.
 * @throws ApiError for arguments of another form, and for a type of the catalog that can't be read
 */
export function compileProgram(
  files: readonly ProgramFile[],
  catalog: Catalog,
  options: ProgramOptions = {},
): Program {
  needFiles(files);
  needCatalog(catalog);
  needOptions(options, { generate: [true, false], functions: undefined });
  const parsed = files.map(({ name, text }) => {
    const { file, diagnostics } = parseFile(name, text);
    return { name, text, file, language: file.language, diagnostics };
  });
  const index = indexCatalog(catalog);
  needReadable(index);
  const checked = check(parsed, index);
  const found = [...parsed.flatMap((p) => p.diagnostics), ...checked.diagnostics];
  const readable = !found.some((d) => d.severity === 'error');
  const texts = parsed.map(({ name, text, language }) => ({ name, text, language }));
  const kept = new Kept(texts, index, checked);
  const units = readable ? keptUnits(checked, kept) : NO_UNITS;
  const runtime: Runtime = {
    units,
    compiler: createCompiler(units, options),
    natives: options.functions ?? NO_NATIVES,
    index: checked.index,
    source: (file) => kept.source(file),
  };
  const meanwhile = readable ? { ...runtime, units: unitsMeanwhile(checked, units) } : runtime;
  const making = { runtime, meanwhile, kept };
  const acting = readable ? compileFlows(checked, making) : undefined;
  const reckoned = readable ? compileReckonings(checked, making) : undefined;
  const modelled = readable ? compileModels(checked, runtime) : NO_MODELS;
  const costly = readable ? new Costs().tooCostly(checked, () => meanwhile.units) : [];
  const beyond = [...modelled.diagnostics, ...costly.map(({ diagnostic }) => diagnostic)];
  const sound = readable && beyond.length === 0;
  const gates = sound
    ? checked.gates.map((gate) => compileGate(gate, kept.again(gate, checkGate), runtime))
    : [];
  const flows = (sound ? acting : undefined) ?? NO_FLOWS;
  const reckonings = (sound ? reckoned : undefined) ?? NO_RECKONINGS;
  const models = sound ? modelled : NO_MODELS;
  const program: Program = {
    diagnostics: [...found, ...beyond],
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
  keepParts(program, new Parts(kept, runtime, gates, flows, reckonings));
  return program;
}

const NO_UNITS: Units = new Map();

/** What is heavy is made when it is asked for. */
class Parts implements ProgramParts {
  readonly runtime: Runtime;
  readonly flows: Flows;
  readonly reckonings: Reckonings;
  readonly #kept: Kept;
  readonly #gates: readonly ReturnType<typeof compileGate>[];
  #rules: ProgramParts['rules'] | undefined;

  constructor(
    kept: Kept,
    runtime: Runtime,
    gates: readonly ReturnType<typeof compileGate>[],
    flows: Flows,
    reckonings: Reckonings,
  ) {
    this.#kept = kept;
    this.runtime = runtime;
    this.#gates = gates;
    this.flows = flows;
    this.reckonings = reckonings;
  }

  get checked(): CheckedProgram {
    return this.#kept.checked;
  }

  get rules(): ProgramParts['rules'] {
    this.#rules ??= new Map(this.#gates.map(({ gate, rules }) => [gate.name, rules()]));
    return this.#rules;
  }
}
