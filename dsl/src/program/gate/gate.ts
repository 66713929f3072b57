import type { CheckedGate, GatePoint } from '../../check/blocks/gates.ts';
import type { Entry } from '../../compile/js/emit.ts';
import { readsOf } from '../../ir/analyse.ts';
import type { Unit } from '../../ir/ir.ts';
import { lower } from '../../ir/lower.ts';
import type { Findings } from '../../ir/lowering.ts';
import type { Expr } from '../../language/ast.ts';
import { ownCopy } from '../../source/read.ts';
import { borderOf } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';
import { compileTexts } from '../message.ts';
import {
  type Clock,
  environmentOf,
  type Outcome,
  outcomeOf,
  type Runtime,
  settingsOf,
} from '../runtime.ts';
import { judge, PASS } from './judge.ts';
import type { PointRule } from './point-rule.ts';
import type { GateResult } from './result.ts';

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
  const each = at.each && { fact: at.each.fact, border: borderOf(at.each.of) };
  const compile = (expr: Expr, findings: Findings & { slots: number }, locals = params) => {
    const unit = unitOf(name, file, expr, findings, locals);
    return { unit, run: runtime.compiler.compile(unit) };
  };
  const inText = (expr: Expr) => compile(expr, at.texts.get(expr) ?? at.typing);
  const until = gate.release?.until;
  const condition = compile(gate.mode.condition, at.typing);
  const rule: PointRule = {
    ...condition,
    point: at.point,
    release: plainRelease(gate),
    target: gate.mode.target?.name,
    refuses: () => undefined,
    each,
    until: until && at.until && compile(until, at.until, []),
    messages: compileTexts(gate.texts, 'message', inText),
    remedies: compileTexts(gate.texts, 'remedy', inText),
    figures: gate.figures.map((figure) => {
      const compiled = inText(figure.value);
      return { name: figure.name, ...compiled, border: borderOf(compiled.unit.body.type) };
    }),
  };
  let asked = 0;
  rule.refuses = (facts, env) => {
    if (++asked <= ASKED_BY_CLOSURES) return undefined;
    const entry: Entry = { settings: 'beside', gives: 'verdict', ...(each && { each }) };
    rule.refuses = runtime.compiler.straight(condition.unit, entry, () => undefined);
    return rule.refuses(facts, env);
  };
  return rule;
}

/** A gate asked so seldom, as in tests while a rule is being written, is not worth generating. */
const ASKED_BY_CLOSURES = 8;

/** Facts and settings as the names a rule reads. */
export function inputsOf(facts: Facts, settings: Facts | undefined, more: Facts = {}): Facts {
  return Object.assign(ownCopy(facts), { settings: settings ?? {} }, more) as Facts;
}

/** A gate's rules by point, made when the first of them is asked for. */
export type GateRules = () => ReadonlyMap<string, PointRule>;

/** Compiles a checked gate for all its points. */
export const compilePoints = (
  gate: CheckedGate,
  runtime: Runtime,
): ReadonlyMap<string, PointRule> =>
  new Map(gate.points.map((at) => [at.point, compilePoint(gate, at, runtime)]));

/**
 * A checked gate as what runs; returns its rules too, for tests and coverage.
 * @param again checks the gate once more: nothing else is kept of it
 */
export function compileGate(
  gate: CheckedGate,
  again: () => CheckedGate,
  runtime: Runtime,
): { readonly gate: CompiledGate; readonly rules: GateRules } {
  const { block, mode, module, points, release } = gate;
  const plain: PlainGate = {
    name: block.name.name,
    module,
    file: gate.reporter.file,
    doc: block.doc,
    points: points.map(({ point, each }) =>
      each === undefined ? { point } : { point, each: each.name },
    ),
    mode: { kind: mode.mode, record: mode.target?.name, after: mode.after },
    answer: answerOf(gate),
  };
  const ends = release?.until !== undefined && points.length > 0;
  return gateOf(plain, plainRelease(gate), ends, again, runtime);
}

type PlainGate = Omit<CompiledGate, 'release' | 'reads' | 'evaluate'>;

function gateOf(
  plain: PlainGate,
  release: PointRule['release'],
  ends: boolean,
  again: () => CheckedGate,
  runtime: Runtime,
): { readonly gate: CompiledGate; readonly rules: GateRules } {
  const { name } = plain;
  // A gate mostly stands at one point.
  let first = '';
  let only: PointRule | undefined;
  let made: ReadonlyMap<string, PointRule> | undefined;
  const rules: GateRules = () => {
    if (made !== undefined) return made;
    made = compilePoints(again(), runtime);
    [[first, only] = ['', undefined]] = made;
    return made;
  };
  const ruleAt = (point: string): PointRule => {
    const rule = rules().get(point);
    if (rule === undefined) throw new RangeError(`gate ${name} does not stand at ${point}`);
    return rule;
  };
  const gate: CompiledGate = {
    ...plain,
    release: releaseOf(release, ends, ruleAt, runtime),
    reads(point) {
      const rule = ruleAt(point);
      return readsOf(rule.unit, runtime.units, rule.each === undefined ? [] : [rule.each.fact]);
    },
    evaluate(point, facts, env) {
      const rule = point === first && only !== undefined ? only : ruleAt(point);
      const refused = rule.refuses(facts, env);
      if (refused === false) return PASS;
      const environment = environmentOf(inputsOf(facts, settingsOf(env)), env, runtime.natives);
      return judge(name, rule, environment, runtime, refused === true);
    },
  };
  return { gate, rules };
}

function answerOf(gate: CheckedGate): string | undefined {
  const clause = gate.block.clauses.find((c) => c.kind === 'answer');
  return clause?.code.name;
}

function plainRelease({ release }: CheckedGate): PointRule['release'] {
  if (release === undefined) return undefined;
  if (release.never) return 'never';
  return { roles: release.roles.map((role) => role.name), whenClear: release.whenClear };
}

function releaseOf(
  plain: PointRule['release'],
  ends: boolean,
  ruleAt: (point: string) => PointRule,
  runtime: Runtime,
): CompiledGate['release'] {
  if (plain === undefined || plain === 'never' || !ends) return plain;
  return {
    ...plain,
    until(point, facts, released, env) {
      const { until } = ruleAt(point);
      if (until === undefined) return { value: false };
      const inputs = inputsOf(facts, settingsOf(env), { released });
      const value = until.run([], environmentOf(inputs, env, runtime.natives));
      const missing = new Fault('missing', until.unit.body.span, until.unit.file, []);
      return outcomeOf(value ?? missing, { kind: 'bool' });
    },
  };
}
