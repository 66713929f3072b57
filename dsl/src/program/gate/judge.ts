import { explain } from '../../explain/explain.ts';
import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault, faultText } from '../../values/fault.ts';
import { refusedText, textFor, undecidedText } from '../message.ts';
import { faultInfo, outcomeOf, type Runtime } from '../runtime.ts';
import { explainingIn } from '../telling.ts';
import { elementsOf } from './elements.ts';
import { gateRemedies } from './gate-remedies.ts';
import type { PointRule } from './point-rule.ts';
import type { GateFailure, GateResult } from './result.ts';

/** What every gate that lets pass answers. */
export const PASS: GateResult = Object.freeze({ verdict: 'pass' });

/**
 * All elements are judged and every refusal is told.
 * @param refused the condition is known to refuse
 */
export function judge(
  name: string,
  rule: PointRule,
  environment: Environment,
  runtime: Runtime,
  refused: boolean,
): GateResult {
  const failures: GateFailure[] = [];
  const judgeOne = (locals: readonly Value[], index?: number): void => {
    const [element] = locals;
    const value = element instanceof Fault ? element : rule.run(locals, environment);
    if (value === false) return;
    const fault = value === true ? undefined : asFault(value, rule);
    failures.push(failureOf(name, rule, locals, fault, environment, runtime, index));
  };
  if (rule.each === undefined) {
    if (refused)
      failures.push(failureOf(name, rule, [], undefined, environment, runtime, undefined));
    else judgeOne([]);
  } else {
    const elements = elementsOf(rule, environment);
    if (elements instanceof Fault) judgeOne([elements]);
    else for (const [index, element] of elements.entries()) judgeOne([element], index);
  }
  return failures.length === 0 ? PASS : { verdict: 'fail', failures };
}

function figuresOf(
  rule: PointRule,
  locals: readonly Value[],
  environment: Environment,
): Record<string, unknown> {
  return Object.fromEntries(
    rule.figures.map(({ name, run, border }) => {
      const value = run(locals, environment);
      const outcome = value === null ? undefined : outcomeOf(value, border);
      return [name, outcome !== undefined && 'value' in outcome ? outcome.value : null];
    }),
  );
}

const asFault = (value: Value, rule: PointRule): Fault =>
  value instanceof Fault ? value : new Fault('missing', rule.unit.body.span, rule.unit.file, []);

function failureOf(
  name: string,
  rule: PointRule,
  locals: readonly Value[],
  fault: Fault | undefined,
  environment: Environment,
  runtime: Runtime,
  index: number | undefined,
): GateFailure {
  const lost = locals[0] instanceof Fault;
  return {
    ...(index === undefined ? {} : { index }),
    ...(fault === undefined ? {} : { fault: faultInfo(fault) }),
    message(language) {
      if (fault !== undefined) return undecidedText(name, language, faultText(fault, language));
      return textFor(rule.messages, language, locals, environment) ?? refusedText(name, language);
    },
    details: () => (lost ? {} : figuresOf(rule, locals, environment)),
    remedy: (language) =>
      lost ? undefined : textFor(rule.remedies, language, locals, environment),
    explain: (language) =>
      explain(rule.unit.body, rule.unit.file, locals, {
        ...explainingIn(runtime, environment, language),
        refuses: true,
      }),
    remedies: (language, options) =>
      gateRemedies(rule, environment, runtime, index, language, fault === undefined, options),
  };
}
