import type { CheckedTest } from '../check/tests.ts';
import { explain } from '../explain/explain.ts';
import { lower } from '../ir/lower.ts';
import type { ExpectClause } from '../language/ast.ts';
import { type CompiledGate, inputsOf } from '../program/gate.ts';
import { type Program, type ProgramParts, partsOfProgram } from '../program/program.ts';
import { environmentOf } from '../program/runtime.ts';
import { evaluateIn, evaluateUnit } from '../reference/evaluate.ts';
import { BAD, borderOf, enter, leave } from '../values/border.ts';
import { atMidnight, DEFAULT_ZONE, parseDate, parseInstant } from '../values/calendar.ts';
import type { Environment } from '../values/environment.ts';
import { Fault, faultText } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';
import { type Coverage, createCoverage, type RuleCoverage } from './coverage.ts';
import { fixtureOf, overlay } from './fixture.ts';

export interface TestResult {
  readonly title: string;
  readonly module: string;
  readonly file: string;
  readonly passed: boolean;
  /** Why it failed, one sentence each. */
  readonly reasons: readonly string[];
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
}

const TOO_LONG = 'not run: the tests take too long';

interface Run {
  readonly program: Program;
  readonly parts: ProgramParts;
  readonly coverage: Coverage;
  readonly zone: string;
  readonly language: string;
  /** Of `performance.now()`. */
  readonly deadline: number;
}

/** What a test plays with. */
interface Scene {
  readonly test: CheckedTest;
  readonly facts: Record<string, unknown>;
  readonly environment: Environment;
  readonly now: Date;
}

/** Runs the `test` blocks of a program. A program with errors has none. */
export function runTests(program: Program, options: TestOptions = {}): TestReport {
  const parts = partsOfProgram(program);
  const { units, source } = parts.runtime;
  const rules = new Map(
    [...parts.rules].map(([name, points]) => [name, [...points.values()].map((p) => p.unit)]),
  );
  const coverage = createCoverage(rules, units, source);
  const run: Run = {
    program,
    parts,
    coverage,
    zone: options.zone ?? DEFAULT_ZONE,
    language: options.language ?? 'en',
    deadline: performance.now() + (options.budgetMs ?? Number.POSITIVE_INFINITY),
  };
  const sound = program.tests.length > 0;
  const wanted = sound
    ? parts.checked.tests.filter((t) => t.block.title.value.includes(options.filter ?? ''))
    : [];
  const tests = wanted.map((test) => runTest(test, run));
  const passed = tests.filter((test) => test.passed).length;
  return { passed, failed: tests.length - passed, tests, coverage: coverage.report() };
}

function runTest(test: CheckedTest, run: Run): TestResult {
  const reasons = reasonsOf(test, run);
  return {
    title: test.block.title.value,
    module: test.module,
    file: test.reporter.file,
    passed: reasons.length === 0,
    reasons,
    assumed: assumedOf(test, run),
  };
}

function reasonsOf(test: CheckedTest, run: Run): readonly string[] {
  if (isLate(run)) return [TOO_LONG];
  const scene = sceneOf(test, run);
  const failing = test.point === undefined ? [] : failingGates(test.point, scene, run);
  const reasons: string[] = [];
  for (const expect of test.expects) {
    if (isLate(run)) return [...reasons, TOO_LONG];
    reasons.push(...[judge(expect, failing, scene, run) ?? []].flat());
  }
  return reasons;
}

const isLate = (run: Run): boolean => performance.now() > run.deadline;

function momentOf(test: CheckedTest, zone: string): Date {
  const at = test.block.clauses.find((c) => c.kind === 'at')?.moment;
  if (at === undefined) return new Date(Date.UTC(2025, 0, 1, 7));
  const ms =
    at.kind === 'date'
      ? atMidnight(parseDate(at.text) ?? 0, zone)
      : (parseInstant(at.text, zone) ?? 0);
  return new Date(ms);
}

/** Puts a value at a path, making records on the way. */
function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = Object.hasOwn(target, first) ? target[first] : undefined;
  const record =
    typeof inner === 'object' && inner !== null ? { ...(inner as Record<string, unknown>) } : {};
  target[first] = record;
  put(record, rest, value);
}

function sceneOf(test: CheckedTest, run: Run): Scene {
  const now = momentOf(test, run.zone);
  const facts: Record<string, unknown> = {};
  for (const [name, type] of test.roots) facts[name] = fixtureOf(type, now);
  const settings = fixtureOf(run.parts.checked.settings, now) as Record<string, unknown>;
  for (const { clause, target, typing } of test.givens) {
    const env = environmentOf(inputsOf({}, settings), { now, zone: run.zone });
    const body = lower(clause.value, typing);
    const { units } = run.parts.runtime;
    const found = evaluateIn(body, test.reporter.file, [], { units, environment: env });
    const given =
      found instanceof Fault
        ? null
        : leave(found, borderOf(clause.value.kind === 'missing' ? body.type : target.type));
    if (target.root === 'settings') put(settings, target.fields, given);
    else if (target.listFact === undefined) placeFact(facts, target.root, target, given, test, now);
    else {
      const list = facts[target.listFact];
      const slot: Record<string, unknown> = { element: Array.isArray(list) ? list[0] : undefined };
      placeFact(slot, 'element', target, given, test, now);
      facts[target.listFact] = [slot.element];
    }
  }
  const inputs = inputsOf(facts, settings);
  const environment = environmentOf(inputs, { now, zone: run.zone }, run.parts.runtime.natives);
  return { test, facts: { ...inputs }, environment, now };
}

function placeFact(
  facts: Record<string, unknown>,
  key: string,
  target: CheckedTest['givens'][number]['target'],
  given: unknown,
  test: CheckedTest,
  now: Date,
): void {
  const listType = target.listFact === undefined ? undefined : test.roots.get(target.listFact);
  const rootType =
    listType?.kind === 'list' ? listType.of : (test.roots.get(target.root) ?? target.type);
  const base = facts[key] ?? fixtureOf(rootType, now);
  if (target.fields.length === 0) {
    facts[key] = overlay(base, given, rootType, now);
    return;
  }
  const record = { ...(base as Record<string, unknown>) };
  put(record, target.fields, overlay(undefined, given, target.type, now));
  facts[key] = record;
}

const settingsOf = (scene: Scene): Record<string, unknown> =>
  scene.facts.settings as Record<string, unknown>;

interface FailingGate {
  readonly gate: CompiledGate;
  readonly message: string;
}

/** The gates that refuse at a point; each is also run where its conditions are watched. */
function failingGates(point: string, scene: Scene, run: Run): readonly FailingGate[] {
  const failing: FailingGate[] = [];
  for (const gate of run.program.gates) {
    if (!gate.points.some((stand) => stand.point === point)) continue;
    watch(gate.name, point, scene, run);
    const env = { now: scene.now, zone: run.zone, settings: settingsOf(scene) };
    const result = gate.evaluate(point, scene.facts, env);
    if (result.verdict === 'fail') {
      failing.push({ gate, message: result.failures[0]?.message(run.language) ?? '' });
    }
  }
  return failing;
}

function watch(name: string, point: string, scene: Scene, run: Run): void {
  const rule = run.parts.rules.get(name)?.get(point);
  if (rule === undefined) return;
  const reference = {
    units: run.parts.runtime.units,
    environment: scene.environment,
    watch: run.coverage.watch,
  };
  if (rule.each === undefined) {
    evaluateUnit(rule.unit, [], reference);
    return;
  }
  const list = scene.facts[rule.each.fact];
  for (const item of Array.isArray(list) ? list : []) {
    const element = enter(
      item,
      rule.each.border,
      run.zone,
      () => new Fault('data', rule.unit.body.span, rule.unit.file, []),
    );
    if (element !== BAD) evaluateUnit(rule.unit, [element], reference);
  }
}

/** Does a gate that fails keep the operation from running? */
const refuses = ({ gate }: FailingGate): boolean => gate.mode.kind !== 'warn' && !gate.mode.after;

function judge(
  expect: CheckedTest['expects'][number],
  failing: readonly FailingGate[],
  scene: Scene,
  run: Run,
): string | undefined {
  const { what } = expect.clause;
  switch (what.kind) {
    case 'blocked':
      return judgeBlocked(
        what.gates.map((gate) => gate.name),
        failing,
      );
    case 'allowed': {
      const refusing = failing.filter(refuses);
      if (refusing.length === 0) return undefined;
      return `expected allowed, but refused by ${refusing.map((f) => `${f.gate.name} ("${f.message}")`).join(', ')}`;
    }
    case 'true':
      return judgeCondition(expect, what, scene, run);
  }
}

function judgeBlocked(
  names: readonly string[],
  failing: readonly FailingGate[],
): string | undefined {
  const found = new Set(failing.map((f) => f.gate.name));
  const absent = names.filter((name) => !found.has(name));
  if (absent.length === 0) return undefined;
  const others = found.size === 0 ? 'nothing refused' : `refused by ${[...found].join(', ')}`;
  return `expected blocked by ${absent.join(', ')}, but ${others}`;
}

function judgeCondition(
  expect: CheckedTest['expects'][number],
  what: Extract<ExpectClause['what'], { kind: 'true' }>,
  scene: Scene,
  run: Run,
): string | undefined {
  if (expect.typing === undefined) return undefined;
  const { units, source } = run.parts.runtime;
  const body = lower(what.condition, expect.typing);
  const file = scene.test.reporter.file;
  const reference = { units, environment: scene.environment, watch: run.coverage.watch };
  const value = evaluateUnit(
    { name: 'expect', file, params: [], slots: expect.typing.slots, body },
    [],
    reference,
  );
  if (value === true) return undefined;
  const text = source(file).slice(what.condition.span.start, what.condition.span.end);
  if (value instanceof Fault) return `expected ${text}, but ${faultText(value, run.language)}`;
  const tree = explain(body, file, [], {
    units,
    environment: scene.environment,
    language: run.language,
    source,
  });
  const values = tree.children.map((child) => `${child.text} is ${child.value}`).join(', ');
  return `expected ${text}, but ${values === '' ? `it is ${formatValue(value, body.type, run.language, run.zone)}` : values}`;
}

function assumedOf(test: CheckedTest, run: Run): readonly string[] {
  if (test.point === undefined) return [];
  const { point } = test;
  const given = test.givens.map(({ target }) =>
    [target.listFact ?? target.root, ...target.fields].join('.'),
  );
  const reads = new Set(
    run.program.gates.flatMap((gate) =>
      gate.points.some((p) => p.point === point) ? gate.reads(point) : [],
    ),
  );
  const literal = new Set(
    test.givens.flatMap(({ clause, target }) => {
      const base = [target.listFact ?? target.root, ...target.fields].join('.');
      return clause.value.kind === 'record'
        ? clause.value.fields.map((field) => `${base}.${field.name}`)
        : [];
    }),
  );
  const covers = (path: string): boolean =>
    literal.has(path) ||
    given.some((g) => (path === g || path.startsWith(`${g}.`)) && !recordGiven(test, g));
  return [...reads].filter((path) => !covers(path)).sort();
}

/** A record literal gives only the fields it names. */
const recordGiven = (test: CheckedTest, path: string): boolean =>
  test.givens.some(
    ({ clause, target }) =>
      clause.value.kind === 'record' &&
      [target.listFact ?? target.root, ...target.fields].join('.') === path,
  );
