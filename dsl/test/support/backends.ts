import jsonLogic from 'json-logic-js';
import {
  type Clock,
  type CompiledExpression,
  compileExpression,
  JSON_LOGIC_OPERATORS,
  type Outcome,
} from '../../src/index.ts';

for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

export interface Case {
  readonly text: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly clock?: Clock;
}

/** A value, or the code of a fault: what back ends must agree on. */
export type Answer =
  | { readonly value: unknown }
  | { readonly fault: string }
  | { readonly notSupported: string };

const answerOf = (outcome: Outcome): Answer =>
  'fault' in outcome ? { fault: outcome.fault.code } : { value: plain(outcome.value) };

/** As JSON has it: one zero, moments as text. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return value + 0;
  return Array.isArray(value) ? value.map(plain) : value;
}

const BACKENDS = ['reference', 'closures', 'generated'] as const;

export type Answers = Readonly<Record<(typeof BACKENDS)[number] | 'jsonLogic', Answer>>;

/** Compiles a text for all back ends; the result answers for given values. */
export function compileForAll(
  text: string,
  vars: Readonly<Record<string, string>>,
): (values: Case['values'], clock?: Clock) => Answers {
  const compiled = BACKENDS.map((backend) =>
    compileExpression(text, vars, { guards: 'allow', backend }),
  );
  const [reference, closures, generated] = compiled as [
    CompiledExpression,
    CompiledExpression,
    CompiledExpression,
  ];
  const rule = reference.jsonLogic;
  // Through JSON and back: a rule that only lives in memory would be of no use.
  const sent =
    'rule' in rule ? (JSON.parse(JSON.stringify(rule.rule)) as jsonLogic.RulesLogic) : undefined;
  const throughJsonLogic = (values: Case['values'], clock?: Clock): Answer => {
    if ('notSupported' in rule || sent === undefined) {
      return { notSupported: 'notSupported' in rule ? rule.notSupported : '' };
    }
    const result: unknown = jsonLogic.apply(sent, reference.jsonLogicData(values, clock));
    return answerOf(reference.jsonLogicOutcome(result));
  };
  return (values, clock) => ({
    reference: answerOf(reference.tryEvaluate(values, clock)),
    closures: answerOf(closures.tryEvaluate(values, clock)),
    generated: answerOf(generated.tryEvaluate(values, clock)),
    jsonLogic: throughJsonLogic(values, clock),
  });
}

/** The answers of all back ends to one case. */
export const answers = ({ text, vars, values, clock }: Case): Answers =>
  compileForAll(text, vars)(values, clock);
