import type { Block, FileNode, FormulaBlock, GateBlock, TestBlock } from '../language/ast.ts';
import { createReporter, type Diagnostic, type Reporter } from '../source/diagnostic.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import type { RecordType } from '../types/type.ts';
import type { World } from './context.ts';
import { type CheckedFormula, createFormulas, type FormulaSource } from './formulas.ts';
import { type CheckedGate, checkGate, type GateSource } from './gates.ts';
import { type CheckedTest, checkTest, type TestSource } from './tests.ts';

export interface CheckedModule {
  readonly name: string;
  readonly file: string;
  /** Plugins it names that are not loaded: then the module is switched off. */
  readonly absent: readonly string[];
}

export interface CheckedProgram {
  readonly modules: readonly CheckedModule[];
  readonly formulas: readonly CheckedFormula[];
  readonly gates: readonly CheckedGate[];
  readonly tests: readonly CheckedTest[];
  readonly settings: RecordType;
  readonly diagnostics: readonly Diagnostic[];
}

export interface NamedFile {
  readonly name: string;
  readonly file: FileNode;
}

interface Sources {
  readonly formulas: Map<string, FormulaSource>;
  readonly gates: Map<string, GateSource>;
  readonly tests: TestSource[];
}

/** Checks a whole program: all names, types, units and guards. Never throws. */
export function check(files: readonly NamedFile[], index: CatalogIndex): CheckedProgram {
  const sources: Sources = { formulas: new Map(), gates: new Map(), tests: [] };
  const reporters: Reporter[] = [];
  const modules: CheckedModule[] = [];
  for (const { name, file } of files) {
    const reporter = createReporter(name);
    reporters.push(reporter);
    const module = moduleOf(name, file, index, reporter);
    modules.push(module);
    if (module.absent.length === 0) collect(file.blocks, module.name, reporter, sources);
  }
  const world: World = {
    index,
    formula: (name) => formulas.get(name)?.signature,
    formulaNames: () => formulas.names,
  };
  const formulas = createFormulas(sources.formulas, () => world);
  const checkedFormulas = formulas.names.flatMap((name) => formulas.get(name) ?? []);
  const gates = [...sources.gates.values()].flatMap((source) => checkGate(source, world) ?? []);
  const gateNames = [...sources.gates.keys()];
  const tests = sources.tests.map((source) => checkTest(source, world, gateNames));
  const diagnostics = reporters.flatMap((reporter) => reporter.diagnostics);
  return {
    modules,
    formulas: checkedFormulas,
    gates,
    tests,
    settings: index.settings,
    diagnostics,
  };
}

function moduleOf(
  name: string,
  file: FileNode,
  index: CatalogIndex,
  reporter: Reporter,
): CheckedModule {
  const header = file.blocks.find((block) => block.kind === 'module');
  const absent: string[] = [];
  const { plugins } = index.catalog;
  for (const block of file.blocks) {
    if (block.kind !== 'requires' || plugins === undefined) continue;
    for (const path of block.names) {
      if (plugins.includes(path.text)) continue;
      absent.push(path.text);
      reporter.report('absentPlugin', path.span, { name: path.text });
    }
  }
  return { name: header?.path.text ?? name.replace(/\.qoida$/, ''), file: name, absent };
}

function collect(
  blocks: readonly Block[],
  module: string,
  reporter: Reporter,
  sources: Sources,
): void {
  for (const block of blocks) {
    if (block.kind === 'formula') addFormula(block, module, reporter, sources);
    else if (block.kind === 'gate') addGate(block, module, reporter, sources);
    else if (block.kind === 'test') addTest(block, module, reporter, sources);
  }
}

function addFormula(
  block: FormulaBlock,
  module: string,
  reporter: Reporter,
  sources: Sources,
): void {
  const { name, span } = block.name;
  const taken =
    sources.formulas.has(name) || builtInNamed(name) !== undefined || isAggregateName(name);
  if (taken) reporter.report('duplicateName', span, { name });
  else sources.formulas.set(name, { block, reporter, module });
}

function addGate(block: GateBlock, module: string, reporter: Reporter, sources: Sources): void {
  const { name, span } = block.name;
  if (sources.gates.has(name)) reporter.report('duplicateName', span, { name });
  else sources.gates.set(name, { block, reporter, module });
}

function addTest(block: TestBlock, module: string, reporter: Reporter, sources: Sources): void {
  sources.tests.push({ block, reporter, module });
}
