import type { CheckedBalance } from '../../check/blocks/balances.ts';
import type { ExplainNode } from '../../explain/explain.ts';
import { costOf } from '../../ir/analyse.ts';
import type { Unit } from '../../ir/ir.ts';
import { typeText } from '../../types/type.ts';
import type { TypeText } from '../../types/type-text.ts';
import type { GateEnvironment } from '../gate/gate.ts';
import { balanceText } from '../message.ts';
import type { Outcome, Runtime } from '../runtime.ts';
import { callsOfFigures, figureTexts, unitOfPart } from './figures.ts';

/** A term of a balance: what it is called and on which side it stands. */
export interface BalanceTerm {
  readonly name: string;
  readonly side: 'in' | 'out' | 'rest';
  readonly type: TypeText;
}

/**
 * A balance, F-ALG-05 in general: `expected = Σ in − Σ out`, `rest = Σ rest`,
 * `delta = |expected − rest|`, and it is `within` when `delta` is not greater than `limit`.
 */
export interface CompiledBalance {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  /** The record it is of. */
  readonly record: string;
  readonly terms: readonly BalanceTerm[];
  /** The types of `expected`, `rest`, `delta`, `limit`, `within` and the terms. */
  readonly figures: Readonly<Record<string, TypeText>>;
  /** `session.input_kg`, `settings.x`. */
  readonly reads: readonly string[];
  /** An upper bound of the steps, with lists of 1000. */
  readonly cost: number;
  /** Each figure by itself: one that has no value leaves the others theirs. */
  evaluate(record: object, env: GateEnvironment): Readonly<Record<string, Outcome>>;
  /** From `within` down to the terms. */
  explain(record: object, env: GateEnvironment, language: string): ExplainNode;
  /** What is said where it is not within. */
  message(record: object, env: GateEnvironment, language: string): string;
}

/** Compiles a checked balance whose units are in the runtime. */
export function compileBalance(balance: CheckedBalance, runtime: Runtime): CompiledBalance {
  const { block, signature, terms } = balance;
  const calls = callsOfFigures(balance, runtime);
  const texts = figureTexts(balance, runtime);
  const names = [...(signature.parts?.keys() ?? [])];
  const record = block.record.name;
  const typeOf = (name: string): TypeText => typeText(unitOfPart(balance, name, runtime).body.type);
  const outcomes = (value: object, env: GateEnvironment) =>
    Object.fromEntries(names.map((name) => [name, calls(name).outcome({ [record]: value }, env)]));
  return {
    name: signature.name,
    module: balance.module,
    file: balance.reporter.file,
    doc: block.doc,
    record,
    terms: terms.map(({ name: { name }, side }) => ({ name, side, type: typeOf(name) })),
    figures: Object.fromEntries(names.map((name) => [name, typeOf(name)])),
    reads: calls('within').reads,
    cost: costOf(runtime.units.get(signature.name) as Unit, runtime.units),
    evaluate: outcomes,
    explain: (value, env, language) => calls('within').explain({ [record]: value }, env, language),
    message(value, env, language) {
      const args = { [record]: value };
      const written = texts(args, env, language);
      if (written !== undefined) return written;
      const [delta = '', limit = ''] = ['delta', 'limit'].map(
        (name) => calls(name).explain(args, env, language).value,
      );
      return balanceText(signature.name, delta, limit, language);
    },
  };
}
