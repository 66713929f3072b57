import {
  type Catalog,
  compileProgram,
  type Diagnostic,
  type Holders,
  type Program,
  type RuleCoverage,
  runTests,
  type TestReport,
  unmetSteps,
} from '@qoida/dsl';
import { compileSound } from './snapshot.ts';

export interface CheckFile {
  readonly name: string;
  readonly module: string;
  readonly text: string;
}

/** What a check needs: plain data, so that it can go to another thread. */
export interface CheckTask {
  readonly catalog: Catalog;
  /** All modules as they stand, and as they would stand. */
  readonly before: readonly CheckFile[];
  readonly after: readonly CheckFile[];
  /** The modules that are looked at. */
  readonly changed: readonly string[];
  /** Who of the plant holds which role. */
  readonly holders: Holders;
  readonly budgetMs: number;
}

export interface CheckedTests {
  readonly passed: number;
  readonly failed: number;
  readonly items: TestReport['tests'];
  /** For each rule of the modules, which of its conditions the tests saw true and false. */
  readonly coverage: readonly RuleCoverage[];
}

export interface CheckAnswer {
  readonly diagnostics: readonly Diagnostic[];
  readonly tests: CheckedTests;
}

/**
 * Compiles all modules with some of them replaced, runs the tests of those and tells which of the
 * others fail because of them, and which steps of their approvals nobody of the plant can take. Pure:
 * it runs in a thread of its own.
 */
export function runCheck(task: CheckTask): CheckAnswer {
  const { before, after, changed, catalog } = task;
  const all = compileProgram(after, catalog);
  const files = new Set(after.filter(({ module }) => changed.includes(module)).map((f) => f.name));
  // Another module that breaks because of these is their error too.
  const others = all.diagnostics.some(({ file }) => !files.has(file));
  const known = new Set(others ? compileProgram(before, catalog).diagnostics.map(keyOf) : []);
  const diagnostics = all.diagnostics.filter(
    (item) => files.has(item.file) || !known.has(keyOf(item)),
  );
  const unmet = unmetSteps(all, task.holders).filter(({ file }) => files.has(file));
  // A module that was broken before keeps nobody's tests from being run.
  const sound = others ? compileSound(after, catalog).program : all;
  return { diagnostics: [...diagnostics, ...unmet], tests: testsOf(sound, task) };
}

function testsOf(all: Program, task: CheckTask): CheckedTests {
  const { changed, budgetMs } = task;
  const report = runTests(all, { budgetMs, first: changed });
  const items = report.tests.filter(({ module }) => changed.includes(module));
  if (report.failed > items.filter(({ passed }) => !passed).length)
    items.push(...brokenBy(all, task));
  const failed = items.filter(({ passed }) => !passed).length;
  const own = new Set(
    [...all.gates, ...all.formulas]
      .filter(({ module }) => changed.includes(module))
      .map(({ name }) => name),
  );
  const coverage = report.coverage.filter(({ rule }) => own.has(rule.split('.').at(-1) ?? rule));
  return { passed: items.length - failed, failed, items, coverage };
}

/**
 * Tests of other modules that fail because a formula that their rules ask has become another. What the
 * changed modules refuse or do besides is what they are there for, and fails nobody else's test.
 */
function brokenBy(all: Program, { before, changed, catalog, budgetMs }: CheckTask) {
  const options = { budgetMs, idle: changed };
  const failed = runTests(all, options).tests.filter(
    ({ module, passed, late }) => !changed.includes(module) && !passed && !late,
  );
  if (failed.length === 0) return failed;
  const named = ({ module, title }: TestReport['tests'][number]) => `${module}: ${title}`;
  const { tests } = runTests(compileSound(before, catalog).program, options);
  const passed = new Set(tests.filter((test) => test.passed).map(named));
  return failed.filter((test) => passed.has(named(test)));
}

const keyOf = (item: Diagnostic) => `${item.file}:${item.code}:${item.message}`;
