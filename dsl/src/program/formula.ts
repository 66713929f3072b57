import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { ExplainNode } from '../explain/explain.ts';
import type { Remedy } from '../explain/remedies.ts';
import type { WantedOptions } from '../explain/wanted.ts';
import type { Unit } from '../ir/ir.ts';
import { typeText } from '../types/type.ts';
import type { TypeText } from '../types/type-text.ts';
import { Fault, QoidaFault } from '../values/fault.ts';
import { type Called, callOf } from './called.ts';
import type { Facts, GateEnvironment } from './gate/gate.ts';
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
  /**
   * The smallest changes of its arguments for which it is true, or false where that is wanted,
   * each tried by evaluation; none where it is.
   * @throws TypeError for a formula that is neither true nor false
   */
  remedies(
    args: Facts,
    env: GateEnvironment,
    language: string,
    options?: WantedOptions,
  ): readonly Remedy[];
}

/** A checked formula as what runs; its unit is made when it is first asked for. */
export function compileFormula(formula: CheckedFormula, runtime: Runtime): CompiledFormula {
  const { block, signature, module, reporter } = formula;
  const { name, params, result } = signature;
  return formulaOf(
    {
      name,
      module,
      file: reporter.file,
      doc: block.doc,
      params: params.map((param) => ({ name: param.name, type: typeText(param.type) })),
      type: typeText(result),
    },
    runtime,
  );
}

type PlainFormula = Pick<CompiledFormula, 'name' | 'module' | 'file' | 'doc' | 'params' | 'type'>;

function formulaOf(plain: PlainFormula, runtime: Runtime): CompiledFormula {
  let made: Called | undefined;
  const called = (): Called => {
    made ??= callOf(unitOf(plain.name, runtime), runtime);
    return made;
  };
  return {
    ...plain,
    get reads() {
      return called().reads;
    },
    evaluate(args, env) {
      const value = (made ?? called()).answer(args, env);
      if (value instanceof Fault) throw new QoidaFault(value);
      return value;
    },
    tryEvaluate: (args, env) => called().outcome(args, env),
    explain: (args, env, language) => called().explain(args, env, language),
    remedies: (...asked) => called().remedies(...asked),
  };
}

function unitOf(name: string, { units }: Runtime): Unit {
  const unit = units.get(name);
  if (unit === undefined) throw new TypeError(`there is no formula ${name}`);
  return unit;
}
