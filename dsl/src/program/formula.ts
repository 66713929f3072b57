import type { CheckedFormula } from '../check/formulas.ts';
import type { ExplainNode } from '../explain/explain.ts';
import type { Unit } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { type Type, typeText } from '../types/type.ts';
import type { TypeText } from '../types/type-text.ts';
import { borderOf } from '../values/border.ts';
import { Fault, QoidaFault } from '../values/fault.ts';
import { callOf } from './called.ts';
import type { Facts, GateEnvironment } from './gate.ts';
import type { Outcome, Runtime } from './runtime.ts';

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
  const called = callOf(unit, runtime);
  return {
    name: signature.name,
    module: formula.module,
    file: unit.file,
    doc: block.doc,
    params: signature.params.map(({ name, type }) => ({ name, type: typeText(type) })),
    type: typeText(unit.body.type),
    reads: called.reads,
    evaluate(args, env) {
      const value = called.answer(args, env);
      if (value instanceof Fault) throw new QoidaFault(value);
      return value;
    },
    tryEvaluate: called.outcome,
    explain: called.explain,
  };
}
