import type { CheckedExpr } from '../../check/blocks/triggers.ts';
import type { UnitClosure } from '../../compile/js/closure.ts';
import { atomsOf } from '../../ir/atoms.ts';
import { type Ir, namesIn, type Unit } from '../../ir/ir.ts';
import { lower } from '../../ir/lower.ts';
import { evaluateUnit } from '../../reference/evaluate.ts';
import { needRecord } from '../../source/api.ts';
import { present } from '../../types/type.ts';
import { borderOf, leave, type Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import { steps } from '../../values/numbers.ts';
import { type Facts, type GateEnvironment, inputsOf } from '../gate/gate.ts';
import { fingerprint } from '../hash.ts';
import { environmentOf, type FaultInfo, faultInfo, type Runtime } from '../runtime.ts';

/** What automations, schedules and alerts are asked with. */
export interface FlowContext extends GateEnvironment {
  readonly now: Date;
  /** What the catalog offers at any time: `open_sessions`. */
  readonly facts?: Facts;
}

/** One expression of a rule, compiled. */
export interface Rule {
  readonly unit: Unit;
  readonly run: UnitClosure;
}

export function compileRule(
  name: string,
  file: string,
  { expr, typing }: CheckedExpr,
  params: Unit['params'],
  runtime: Runtime,
): Rule {
  const unit: Unit = { name, file, params, slots: typing.slots, body: lower(expr, typing) };
  return new LazyRule(unit, runtime);
}

/** Compiled when first asked: most arguments and texts of many rules never are. */
class LazyRule implements Rule {
  readonly unit: Unit;
  #compiled: UnitClosure | undefined;
  readonly #runtime: Runtime;

  constructor(unit: Unit, runtime: Runtime) {
    this.unit = unit;
    this.#runtime = runtime;
  }

  get run(): UnitClosure {
    this.#compiled ??= this.#runtime.compiler.compile(this.unit);
    return this.#compiled;
  }
}

/** Where rules are asked; with `watch` they are interpreted, so that every part can be seen. */
export interface Sight {
  readonly environment: Environment;
  readonly runtime: Runtime;
  readonly watch?: ((ir: Ir, value: Value) => void) | undefined;
}

export function sightOf(context: FlowContext, runtime: Runtime, watch?: Sight['watch']): Sight {
  needRecord(context, 'context');
  const inputs = inputsOf(context.facts ?? {}, context.settings);
  return { environment: environmentOf(inputs, context, runtime.natives), runtime, watch };
}

/** The value of a rule; one that is missing and must be there is a fault. */
export function valueIn(rule: Rule, locals: readonly Value[], sight: Sight): Value {
  const { unit } = rule;
  const value =
    sight.watch === undefined
      ? rule.run(locals, sight.environment)
      : evaluateUnit(unit, locals, {
          units: sight.runtime.units,
          environment: sight.environment,
          watch: sight.watch,
        });
  if (value !== null || unit.body.nullable) return value;
  return new Fault('missing', unit.body.span, unit.file, namesIn(unit.body));
}

/** Does a condition hold? One that can't be decided does not. */
export const holds = (rule: Rule | undefined, locals: readonly Value[], sight: Sight): boolean =>
  rule === undefined || valueIn(rule, locals, sight) === true;

/** Texts of keys up to here stand for themselves. */
const LONGEST_KEY = 200;
const SHOWN_OF_KEY = 100;

/** A long key by its beginning and a fingerprint of the whole: keys are remembered and indexed by the thousand. */
function shortKey(text: string): string {
  if (text.length <= LONGEST_KEY) return text;
  // Never half a character at the cut.
  const shown = text.slice(0, SHOWN_OF_KEY).replace(/[\ud800-\udbff]$/, '');
  return `${shown}…${fingerprint(text)}`;
}

/** A key as text: numbers in whole steps, so that equal keys have equal texts. */
export function keyIn(
  rule: Rule,
  locals: readonly Value[],
  sight: Sight,
): { readonly key: string } | Fault {
  const value = valueIn(rule, locals, sight);
  if (value instanceof Fault) return value;
  const type = present(rule.unit.body.type);
  const step = type.kind === 'quantity' ? type.resolution : undefined;
  if (typeof value !== 'number') return { key: shortKey(String(value)) };
  return { key: String((step === undefined ? value : steps(value, step)) + 0) };
}

/** A figure as plain data, or null where there is no value. */
export function figureIn(rule: Rule | undefined, locals: readonly Value[], sight: Sight): unknown {
  if (rule === undefined) return null;
  const value = valueIn(rule, locals, sight);
  return value instanceof Fault ? null : leave(value, borderOf(rule.unit.body.type));
}

/** A condition that no `and`, `or` or `not` is made of, and how it came out. */
export interface ConditionTrace {
  readonly clause: 'where' | 'if' | 'when';
  readonly text: string;
  /** Null: it could not be decided, or was not asked. */
  readonly value: boolean | null;
  readonly fault?: FaultInfo;
}

/** How each condition of a rule comes out, in the words of the rule. */
export function traceOf(
  clause: ConditionTrace['clause'],
  rule: Rule | undefined,
  locals: readonly Value[],
  { environment, runtime }: Sight,
): readonly ConditionTrace[] {
  if (rule === undefined) return [];
  const { unit } = rule;
  const values = new Map<Ir, Value>();
  const watch = (ir: Ir, value: Value) => void values.set(ir, value);
  evaluateUnit(unit, locals, { units: runtime.units, environment, watch });
  return atomsOf(unit.body).map((ir) => {
    const seen = values.get(ir);
    const lost = seen === null && !ir.nullable;
    const value = lost ? new Fault('missing', ir.span, unit.file, namesIn(ir)) : (seen ?? null);
    const { start, end } = ir.span;
    const text = runtime.source(unit.file).slice(start, end).replace(/\s+/g, ' ');
    const plain = { clause, text, value: typeof value === 'boolean' ? value : null };
    return value instanceof Fault ? { ...plain, fault: faultInfo(value) } : plain;
  });
}
