import type { CheckedTest } from '../check/blocks/tests.ts';
import type { Unit } from '../ir/ir.ts';
import { conditionsOf } from '../program/approval/place-rule.ts';
import type { Rule } from '../program/flow/rule.ts';
import { type ProgramParts, partsOfProgram } from '../program/parts.ts';
import type { Program } from '../program/program.ts';
import { needList, needOptions, needText, needTexts } from '../source/api.ts';
import { DEFAULT_ZONE } from '../values/calendar.ts';
import { assumedOf } from './assumed.ts';
import { createCoverage, type RuleCoverage } from './coverage.ts';
import type { Run } from './points.ts';
import { Story } from './story.ts';

export interface TestResult {
  readonly title: string;
  readonly module: string;
  readonly file: string;
  readonly passed: boolean;
  /** Why it failed, one sentence each. */
  readonly reasons: readonly string[];
  /** It was not run to its end, for want of time. */
  readonly late?: true;
  /** Facts that were read and not given: they had the values of the fixture. */
  readonly assumed: readonly string[];
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly TestResult[];
  /** For each rule, whether each of its atomic conditions was seen true and false. */
  readonly coverage: readonly RuleCoverage[];
}

export interface TestOptions {
  /** Only tests whose title holds this. */
  readonly filter?: string;
  readonly zone?: string;
  /** The language of reasons that quote the program's messages. */
  readonly language?: string;
  /** Milliseconds after which the rest is not run and fails; unlimited unless given. */
  readonly budgetMs?: number;
  /** Modules whose tests are run before those of the others. */
  readonly first?: readonly string[];
  /**
   * Modules that only answer what is asked of them by name: their gates keep back nobody who is
   * expected to be let through, and nothing of them acts by itself.
   */
  readonly idle?: readonly string[];
}

const TOO_LONG = 'not run: the tests take too long';

interface TimedRun extends Run {
  /** Of `performance.now()`. */
  readonly deadline: number;
}

/** Runs the `test` blocks of a program. A program with errors has none. */
export function runTests(program: Program, options: TestOptions = {}): TestReport {
  const parts = partsOfProgram(program);
  needOptions(options, {
    filter: undefined,
    zone: undefined,
    language: undefined,
    budgetMs: undefined,
    first: undefined,
    idle: undefined,
  });
  const { first = [], idle = [] } = options;
  for (const [name, modules] of Object.entries({ first, idle })) {
    needList(modules, `options.${name}`);
    needTexts(modules, `options.${name}`);
  }
  if (options.filter !== undefined) needText(options.filter, 'options.filter');
  const { units, source } = parts.runtime;
  const coverage = createCoverage(conditionsIn(program, parts), units, source);
  const run: TimedRun = {
    program,
    parts,
    coverage,
    zone: options.zone ?? DEFAULT_ZONE,
    language: options.language ?? 'en',
    idle: new Set(idle),
    deadline: performance.now() + (options.budgetMs ?? Number.POSITIVE_INFINITY),
  };
  const sound = program.tests.length > 0;
  const wanted = sound
    ? parts.checked.tests
        .filter((t) => t.block.title.value.includes(options.filter ?? ''))
        .toSorted((a, b) => Number(first.includes(b.module)) - Number(first.includes(a.module)))
    : [];
  const tests = wanted.map((test) => runTest(test, run));
  const passed = tests.filter((test) => test.passed).length;
  return { passed, failed: tests.length - passed, tests, coverage: coverage.report() };
}

/** The conditions of all rules, by the rule's name. */
function conditionsIn(
  program: Program,
  { rules, flows, reckonings }: ProgramParts,
): ReadonlyMap<string, readonly Unit[]> {
  const found = new Map<string, readonly Unit[]>();
  const add = (name: string, units: readonly Unit[]) =>
    found.set(name, [...(found.get(name) ?? []), ...units]);
  for (const [name, points] of rules)
    add(
      name,
      [...points.values()].map(({ unit }) => unit),
    );
  for (const [name, places] of reckonings.places) add(name, places.flatMap(conditionsOf));
  const unitsOf = (all: readonly (Rule | undefined)[]) => all.flatMap((rule) => rule?.unit ?? []);
  for (const [i, { name }] of program.automations.entries())
    add(name, unitsOf(flows.automationParts[i]?.conditions ?? []));
  for (const [i, { name }] of program.schedules.entries())
    add(name, unitsOf([flows.scheduleParts[i]?.condition]));
  for (const [i, { name }] of program.alerts.entries())
    add(name, unitsOf(flows.alertParts[i]?.conditions ?? []));
  return found;
}

function runTest(test: CheckedTest, run: TimedRun): TestResult {
  const reasons = reasonsOf(test, run);
  return {
    title: test.block.title.value,
    module: test.module,
    file: test.reporter.file,
    passed: reasons.length === 0,
    reasons,
    ...(reasons.includes(TOO_LONG) ? { late: true } : {}),
    assumed: assumedOf(test, run.program),
  };
}

function reasonsOf(test: CheckedTest, run: TimedRun): readonly string[] {
  if (isLate(run)) return [TOO_LONG];
  const story = new Story(test, run);
  const reasons: string[] = [];
  for (const step of test.steps) {
    if (isLate(run)) return [...reasons, TOO_LONG];
    reasons.push(...[story.play(step) ?? []].flat());
  }
  return reasons;
}

const isLate = (run: TimedRun): boolean => performance.now() > run.deadline;
