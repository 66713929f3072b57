import type { CheckedGate, GatePoint } from '../check/gates.ts';
import type { UnitClosure } from '../compile/js/closures.ts';
import { type ExplainNode, explain } from '../explain/explain.ts';
import { readsOf } from '../ir/analyse.ts';
import type { Unit } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import type { Findings } from '../ir/lowering.ts';
import type { Expr } from '../language/ast.ts';
import { BAD, type Border, borderOf, enter, readOwn, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault, faultText } from '../values/fault.ts';
import { type CompiledText, compileTexts, refusedText, textFor, undecidedText } from './message.ts';
import {
  type Clock,
  environmentOf,
  type FaultInfo,
  faultInfo,
  type Outcome,
  outcomeOf,
  type Runtime,
} from './runtime.ts';

export interface GateMode {
  readonly kind: 'block' | 'pause' | 'hold' | 'warn';
  /** The record that is paused or held. */
  readonly record: string | undefined;
  /** `pause … after`: the operation is accepted, then the record is paused. */
  readonly after: boolean;
}

/** When and where a gate is asked, with the plant's settings. */
export interface GateEnvironment extends Clock {
  readonly settings?: Readonly<Record<string, unknown>>;
}

export type Facts = Readonly<Record<string, unknown>>;

export interface GateFailure {
  /** Which element of the list, for a gate with `each`. */
  readonly index?: number;
  /** Why the gate could not be decided; then it refuses. */
  readonly fault?: FaultInfo;
  message(language: string): string;
  /** The figures of the gate's `answer`, in the units of their expressions; null where there is no value. */
  details(): Readonly<Record<string, unknown>>;
  remedy(language: string): string | undefined;
  explain(language: string): ExplainNode;
}

export type GateResult =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly failures: readonly GateFailure[] };

export interface GateRelease {
  readonly roles: readonly string[];
  /** Only once the condition no longer holds. */
  readonly whenClear: boolean;
  /**
   * Does the release end? True once the condition of `until` holds.
   * @param released the paused or held record as it was when the gate was released
   */
  readonly until?: (
    point: string,
    facts: Facts,
    released: unknown,
    env: GateEnvironment,
  ) => Outcome;
}

export interface CompiledGate {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  readonly points: readonly { readonly point: string; readonly each?: string }[];
  readonly mode: GateMode;
  /** Another error code than `gate_blocked`. */
  readonly answer: string | undefined;
  readonly release: GateRelease | 'never' | undefined;
  /** The facts it reads at a point: `session.input_kg`, `lines.device.code`, `settings.x`. */
  reads(point: string): readonly string[];
  /** @throws RangeError for a point the gate does not stand at */
  evaluate(point: string, facts: Facts, env: GateEnvironment): GateResult;
}

/** A gate at a point, compiled. */
export interface PointRule {
  readonly each: { readonly fact: string; readonly border: Border } | undefined;
  readonly unit: Unit;
  readonly run: UnitClosure;
  readonly until: { readonly unit: Unit; readonly run: UnitClosure } | undefined;
  readonly messages: readonly CompiledText[];
  readonly remedies: readonly CompiledText[];
  readonly figures: readonly {
    readonly name: string;
    readonly unit: Unit;
    readonly run: UnitClosure;
    readonly border: Border;
  }[];
}

function unitOf(
  name: string,
  file: string,
  expr: Expr,
  findings: Findings & { slots: number },
  params: Unit['params'],
): Unit {
  return { name, file, params, slots: findings.slots, body: lower(expr, findings) };
}

function compilePoint(gate: CheckedGate, at: GatePoint, runtime: Runtime): PointRule {
  const file = gate.reporter.file;
  const name = gate.block.name.name;
  const params =
    at.each === undefined
      ? []
      : [{ name: at.each.name, type: at.each.of, border: borderOf(at.each.of) }];
  const compile = (expr: Expr, findings: Findings & { slots: number }, locals = params) => {
    const unit = unitOf(name, file, expr, findings, locals);
    return { unit, run: runtime.compiler.compile(unit) };
  };
  const inText = (expr: Expr) => compile(expr, at.texts.get(expr) ?? at.typing);
  const until = gate.release?.until;
  return {
    ...compile(gate.mode.condition, at.typing),
    each: at.each && { fact: at.each.fact, border: borderOf(at.each.of) },
    until: until && at.until && compile(until, at.until, []),
    messages: compileTexts(gate.texts, 'message', inText),
    remedies: compileTexts(gate.texts, 'remedy', inText),
    figures: gate.figures.map((figure) => {
      const compiled = inText(figure.value);
      return { name: figure.name, ...compiled, border: borderOf(compiled.unit.body.type) };
    }),
  };
}

/** Facts and settings as the names a rule reads. */
export function inputsOf(facts: Facts, settings: Facts | undefined, more: Facts = {}): Facts {
  return Object.assign(Object.create(null), facts, { settings: settings ?? {} }, more) as Facts;
}

/** The elements `each` walks, or a fault when there is no list. */
function elementsOf(rule: PointRule, environment: Environment): readonly Value[] | Fault {
  if (rule.each === undefined) return [];
  const { fact, border } = rule.each;
  const { span } = rule.unit.body;
  const data = readOwn(environment.inputs, fact);
  if (!Array.isArray(data)) {
    const kind = data === undefined || data === null ? 'missing' : 'data';
    return new Fault(kind, span, rule.unit.file, [fact]);
  }
  const wrong = (i: number): Fault => new Fault('data', span, rule.unit.file, [`${fact}[${i}]`]);
  return data.map((item, i) => {
    const value = enter(item, border, environment.zone, () => wrong(i));
    return value === BAD || value === null ? wrong(i) : value;
  });
}

/** Compiles a checked gate for all its points; returns the rules too, for tests and coverage. */
export function compileGate(
  gate: CheckedGate,
  runtime: Runtime,
): { readonly gate: CompiledGate; readonly rules: ReadonlyMap<string, PointRule> } {
  const rules = new Map(gate.points.map((at) => [at.point, compilePoint(gate, at, runtime)]));
  const { block, mode } = gate;
  const name = block.name.name;
  const ruleAt = (point: string): PointRule => {
    const rule = rules.get(point);
    if (rule === undefined) throw new RangeError(`gate ${name} does not stand at ${point}`);
    return rule;
  };
  const compiled: CompiledGate = {
    name,
    module: gate.module,
    file: gate.reporter.file,
    doc: block.doc,
    points: gate.points.map(({ point, each }) =>
      each === undefined ? { point } : { point, each: each.name },
    ),
    mode: { kind: mode.mode, record: mode.target?.name, after: mode.after },
    answer: answerOf(gate),
    release: releaseOf(gate, rules, ruleAt, runtime),
    reads(point) {
      const rule = ruleAt(point);
      return readsOf(rule.unit, runtime.units, rule.each === undefined ? [] : [rule.each.fact]);
    },
    evaluate(point, facts, env) {
      const rule = ruleAt(point);
      const environment = environmentOf(inputsOf(facts, env.settings), env, runtime.natives);
      return judge(name, rule, environment, runtime);
    },
  };
  return { gate: compiled, rules };
}

function answerOf(gate: CheckedGate): string | undefined {
  const clause = gate.block.clauses.find((c) => c.kind === 'answer');
  return clause?.code.name;
}

function releaseOf(
  gate: CheckedGate,
  rules: ReadonlyMap<string, PointRule>,
  ruleAt: (point: string) => PointRule,
  runtime: Runtime,
): CompiledGate['release'] {
  const { release } = gate;
  if (release === undefined) return undefined;
  if (release.never) return 'never';
  const plain = { roles: release.roles.map((role) => role.name), whenClear: release.whenClear };
  if (![...rules.values()].some((rule) => rule.until !== undefined)) return plain;
  return {
    ...plain,
    until(point, facts, released, env) {
      const { until } = ruleAt(point);
      if (until === undefined) return { value: false };
      const inputs = inputsOf(facts, env.settings, { released });
      const value = until.run([], environmentOf(inputs, env, runtime.natives));
      const missing = new Fault('missing', until.unit.body.span, until.unit.file, []);
      return outcomeOf(value ?? missing, { kind: 'bool' });
    },
  };
}

/** All elements are judged and every refusal is told. */
function judge(
  name: string,
  rule: PointRule,
  environment: Environment,
  runtime: Runtime,
): GateResult {
  const failures: GateFailure[] = [];
  const judgeOne = (locals: readonly Value[], index?: number): void => {
    const [element] = locals;
    const value = element instanceof Fault ? element : rule.run(locals, environment);
    if (value === false) return;
    const fault = value === true ? undefined : asFault(value, rule);
    failures.push(failureOf(name, rule, locals, fault, environment, runtime, index));
  };
  if (rule.each === undefined) judgeOne([]);
  else {
    const elements = elementsOf(rule, environment);
    if (elements instanceof Fault) judgeOne([elements]);
    else for (const [index, element] of elements.entries()) judgeOne([element], index);
  }
  return failures.length === 0 ? { verdict: 'pass' } : { verdict: 'fail', failures };
}

function figuresOf(
  rule: PointRule,
  locals: readonly Value[],
  environment: Environment,
): Record<string, unknown> {
  return Object.fromEntries(
    rule.figures.map(({ name, run, border }) => {
      const value = run(locals, environment);
      const outcome = value === null ? undefined : outcomeOf(value, border);
      return [name, outcome !== undefined && 'value' in outcome ? outcome.value : null];
    }),
  );
}

const asFault = (value: Value, rule: PointRule): Fault =>
  value instanceof Fault ? value : new Fault('missing', rule.unit.body.span, rule.unit.file, []);

function failureOf(
  name: string,
  rule: PointRule,
  locals: readonly Value[],
  fault: Fault | undefined,
  environment: Environment,
  runtime: Runtime,
  index: number | undefined,
): GateFailure {
  const { units } = runtime;
  const lost = locals[0] instanceof Fault;
  return {
    ...(index === undefined ? {} : { index }),
    ...(fault === undefined ? {} : { fault: faultInfo(fault) }),
    message(language) {
      if (fault !== undefined) return undecidedText(name, language, faultText(fault, language));
      return textFor(rule.messages, language, locals, environment) ?? refusedText(name, language);
    },
    details: () => (lost ? {} : figuresOf(rule, locals, environment)),
    remedy: (language) =>
      lost ? undefined : textFor(rule.remedies, language, locals, environment),
    explain: (language) =>
      explain(rule.unit.body, rule.unit.file, locals, {
        units,
        environment,
        language,
        source: runtime.source,
      }),
  };
}
