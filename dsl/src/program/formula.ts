import type { CheckedFormula } from '../check/formulas.ts';
import type { Straight } from '../compile/js/compile.ts';
import { type ExplainNode, explain } from '../explain/explain.ts';
import { readsOf } from '../ir/analyse.ts';
import type { Unit } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { type Type, typeText } from '../types/type.ts';
import type { TypeText } from '../types/type-text.ts';
import { borderOf, leave } from '../values/border.ts';
import { Fault, QoidaFault } from '../values/fault.ts';
import { type Facts, type GateEnvironment, inputsOf } from './gate.ts';
import {
  enterArguments,
  environmentOf,
  faultInfo,
  type Outcome,
  type Runtime,
  settle,
} from './runtime.ts';

export interface CompiledFormula {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  readonly params: readonly { readonly name: string; readonly type: TypeText }[];
  readonly type: TypeText;
  /** What it reads of its parameters and of settings: `session.input_kg`. */
  readonly reads: readonly string[];
  /**
   * @param args by name; quantities in the parameter's unit
   * @throws QoidaFault where there is no value
   */
  evaluate(args: Facts, env: GateEnvironment): unknown;
  tryEvaluate(args: Facts, env: GateEnvironment): Outcome;
  explain(args: Facts, env: GateEnvironment, language: string): ExplainNode;
}

/** The unit of a checked formula. */
export function formulaUnit(formula: CheckedFormula): Unit {
  const { signature, typing, block, reporter } = formula;
  const params = signature.params.map(({ name, type }) => ({ name, type, border: borderOf(type) }));
  const body = lower(block.body, typing);
  return {
    name: signature.name,
    file: reporter.file,
    params,
    slots: typing.slots,
    body: { ...body, type: resultType(signature.result, body.type) },
  };
}

/** A declared result comes out in its declared unit. */
const resultType = (declared: Type, found: Type): Type =>
  declared.kind === 'unknown' ? found : declared;

export function compileFormula(formula: CheckedFormula, runtime: Runtime): CompiledFormula {
  const { block, signature } = formula;
  const unit = runtime.units.get(signature.name) ?? formulaUnit(formula);
  const border = borderOf(unit.body.type);
  const slow: Straight = (args, asked) => {
    const env: GateEnvironment = asked ?? {};
    const run = runtime.compiler.get(signature.name) ?? runtime.compiler.compile(unit);
    const environment = environmentOf(inputsOf({}, env.settings), env, runtime.natives);
    const locals = enterArguments(unit, args as Facts, environment.zone);
    const value = settle(run(locals, environment), unit.body, unit.file);
    return value instanceof Fault ? value : leave(value, border);
  };
  let made: Straight | undefined;
  /** The value in its unit, or the fault. */
  const answer = (args: Facts, env: GateEnvironment): unknown => {
    made ??= runtime.compiler.straight(unit, { settings: 'beside', gives: 'value' }, slow);
    return made(args, env);
  };
  return {
    name: signature.name,
    module: formula.module,
    file: unit.file,
    doc: block.doc,
    params: signature.params.map(({ name, type }) => ({ name, type: typeText(type) })),
    type: typeText(unit.body.type),
    reads: readsOf(
      unit,
      runtime.units,
      signature.params.map((param) => param.name),
    ),
    evaluate(args, env) {
      const value = answer(args, env);
      if (value instanceof Fault) throw new QoidaFault(value);
      return value;
    },
    tryEvaluate(args, env) {
      const value = answer(args, env);
      return value instanceof Fault ? { fault: faultInfo(value) } : { value };
    },
    explain(args, env, language) {
      const environment = environmentOf(inputsOf({}, env.settings), env, runtime.natives);
      const locals = enterArguments(unit, args, environment.zone);
      return explain(unit.body, unit.file, locals, {
        units: runtime.units,
        environment,
        language,
        source: runtime.source,
      });
    },
  };
}
