import jsonLogic from 'json-logic-js';
import { compileExpression, JSON_LOGIC_OPERATORS, type Clock, type Outcome } from '../../src/index.ts';
import { leaveJsonLogic } from '../../src/compile/json-logic/operators.ts';
import { parseTypeText } from '../../src/types/type-text.ts';
import { isFault } from '../../src/types/type-text.ts';
import { mayBeMissing, UNKNOWN } from '../../src/types/type.ts';
import { borderOf } from '../../src/values/border.ts';
import { Fault } from '../../src/values/fault.ts';

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
export type Answer = { readonly value: unknown } | { readonly fault: string } | { readonly notSupported: string };

const answerOf = (outcome: Outcome): Answer =>
  'fault' in outcome ? { fault: outcome.fault.code } : { value: plain(outcome.value) };

/** As JSON has it: one zero, moments as text. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return value + 0;
  return Array.isArray(value) ? value.map(plain) : value;
}

function throughJsonLogic(c: Case): Answer {
  const compiled = compileExpression(c.text, c.vars, { guards: 'allow' });
  const rule = compiled.jsonLogic;
  if ('notSupported' in rule) return { notSupported: rule.notSupported };
  // Through JSON and back: a rule that only lives in memory would be of no use.
  const sent = JSON.parse(JSON.stringify(rule.rule)) as jsonLogic.RulesLogic;
  const result: unknown = jsonLogic.apply(sent, compiled.jsonLogicData(c.values, c.clock));
  if (result instanceof Fault) return { fault: result.code };
  const type = parseTypeText(compiled.type);
  const known = isFault(type) ? UNKNOWN : type;
  if ((result === null || result === undefined) && !mayBeMissing(known)) return { fault: 'Q9001' };
  return { value: plain(leaveJsonLogic(result, borderOf(known))) };
}

/** The answers of all back ends to one case. */
export function answers(c: Case): Readonly<Record<'reference' | 'closures' | 'generated' | 'jsonLogic', Answer>> {
  const ask = (backend: 'reference' | 'closures' | 'generated') =>
    answerOf(compileExpression(c.text, c.vars, { guards: 'allow', backend }).tryEvaluate(c.values, c.clock));
  return {
    reference: ask('reference'),
    closures: ask('closures'),
    generated: ask('generated'),
    jsonLogic: throughJsonLogic(c),
  };
}
