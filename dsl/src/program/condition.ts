import type { CheckedExpr } from '../check/blocks/triggers.ts';
import { readsOf } from '../ir/analyse.ts';
import type { Unit } from '../ir/ir.ts';
import { borderOf } from '../values/border.ts';
import { DEFAULT_ZONE } from '../values/calendar.ts';
import { compileRule, type Rule } from './flow/rule.ts';
import { type Facts, type GateEnvironment, inputsOf } from './gate/gate.ts';
import {
  enterArguments,
  environmentOf,
  type Outcome,
  outcomeOf,
  type Runtime,
  settingsOf,
} from './runtime.ts';
import { settle } from './settle.ts';

/** A condition of a declaration: plain data, besides the question it answers. */
export interface CompiledCondition {
  /** As it is written. */
  readonly text: string;
  /** The facts it reads: `visitor.name`; those of a row are `row.status`. */
  readonly reads: readonly string[];
  /**
   * Does it hold? A fault is no yes.
   * @param row of a list whose rows are asked
   */
  holds(facts: Facts, env: GateEnvironment, row?: unknown): Outcome;
}

export function compileCondition(
  name: string,
  file: string,
  checked: CheckedExpr,
  params: Unit['params'],
  runtime: Runtime,
): { readonly condition: CompiledCondition; readonly rule: Rule } {
  const rule = compileRule(name, file, checked, params, runtime);
  const { unit } = rule;
  const { start, end } = checked.expr.span;
  const condition: CompiledCondition = {
    text: runtime.source(file).slice(start, end),
    reads: readsOf(
      unit,
      runtime.units,
      params.map((param) => param.name),
    ),
    holds(facts, env, row) {
      const locals = enterArguments(unit, { row }, env.zone ?? DEFAULT_ZONE);
      const environment = environmentOf(inputsOf(facts, settingsOf(env)), env, runtime.natives);
      const value = settle(rule.run(locals, environment), unit.body, file);
      return outcomeOf(value, borderOf(unit.body.type));
    },
  };
  return { condition, rule };
}
