import type { Straight } from '../compile/js/compile.ts';
import { type ExplainNode, explain } from '../explain/explain.ts';
import type { Remedy } from '../explain/remedies.ts';
import { remediesWanting, type WantedOptions } from '../explain/wanted.ts';
import { readsOf } from '../ir/analyse.ts';
import type { Unit } from '../ir/ir.ts';
import { borderOf, leave } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { type Facts, type GateEnvironment, inputsOf } from './gate/gate.ts';
import {
  enterArguments,
  environmentOf,
  faultInfo,
  type Outcome,
  type Runtime,
  settingsOf,
} from './runtime.ts';
import { settle } from './settle.ts';
import { explainingIn, namingIn } from './telling.ts';

/** A unit that is asked from outside, with its arguments by name. */
export interface Called {
  /** What it reads of its parameters and of settings: `session.input_kg`. */
  readonly reads: readonly string[];
  /** The value in its unit, or the fault. */
  answer(args: Facts, env: GateEnvironment): unknown;
  outcome(args: Facts, env: GateEnvironment): Outcome;
  explain(args: Facts, env: GateEnvironment, language: string): ExplainNode;
  /** @throws TypeError for what is neither true nor false */
  remedies(
    args: Facts,
    env: GateEnvironment,
    language: string,
    options?: WantedOptions,
  ): readonly Remedy[];
}

/** A formula, or a part of a KPI or a balance, as a function of plain values. */
export function callOf(unit: Unit, runtime: Runtime): Called {
  const border = borderOf(unit.body.type);
  const environment = (env: GateEnvironment) =>
    environmentOf(inputsOf({}, settingsOf(env)), env, runtime.natives);
  const run = runtime.compiler.compile(unit);
  const slow: Straight = (args, asked) => {
    const around = environment(asked ?? {});
    const locals = enterArguments(unit, args as Facts, around.zone);
    const value = settle(run(locals, around), unit.body, unit.file);
    return value instanceof Fault ? value : leave(value, border);
  };
  let made: Straight | undefined;
  const answer = (args: Facts, env: GateEnvironment): unknown => {
    made ??= runtime.compiler.straight(unit, { settings: 'beside', gives: 'value' }, slow);
    return made(args, env);
  };
  return {
    reads: readsOf(
      unit,
      runtime.units,
      unit.params.map((param) => param.name),
    ),
    answer,
    outcome(args, env) {
      const value = answer(args, env);
      return value instanceof Fault ? { fault: faultInfo(value) } : { value };
    },
    explain(args, env, language) {
      const around = environment(env);
      const locals = enterArguments(unit, args, around.zone);
      return explain(unit.body, unit.file, locals, explainingIn(runtime, around, language));
    },
    remedies(args, env, language, options) {
      const at = environmentOf(inputsOf(args, settingsOf(env)), env, runtime.natives);
      const locals = (there: Environment) => enterArguments(unit, there.inputs, there.zone);
      const asked = { unit, units: runtime.units, naming: namingIn(runtime, language), locals };
      return remediesWanting(
        { ...asked, environment: at, value: (there) => run(locals(there), there) },
        options,
      );
    },
  };
}
