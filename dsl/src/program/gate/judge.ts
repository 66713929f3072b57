import type { Straight, UnitClosure } from '../../compile/js/compile.ts';
import type { Release } from '../../explain/changes.ts';
import { type ExplainNode, explain } from '../../explain/explain.ts';
import type { Remedy } from '../../explain/remedies.ts';
import type { Unit } from '../../ir/ir.ts';
import type { Border, Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault, faultText } from '../../values/fault.ts';
import { type CompiledText, refusedText, textFor, undecidedText } from '../message.ts';
import { type FaultInfo, faultInfo, outcomeOf, type Runtime } from '../runtime.ts';
import { explainingIn } from '../telling.ts';
import { elementsOf } from './elements.ts';
import { type GateRemedyOptions, gateRemedies } from './gate-remedies.ts';

/** A gate at a point, compiled. */
export interface PointRule {
  readonly point: string;
  readonly release: Release | 'never' | undefined;
  /** The fact that the gate pauses or holds. */
  readonly target: string | undefined;
  readonly each: { readonly fact: string; readonly border: Border } | undefined;
  readonly unit: Unit;
  readonly run: UnitClosure;
  /**
   * The condition over the facts: false lets them pass, true refuses them, undefined leaves it to
   * the closures. Generated once the gate has been asked a few times.
   */
  refuses: Straight;
  readonly until: { readonly unit: Unit; readonly run: UnitClosure } | undefined;
  readonly messages: readonly CompiledText[];
  readonly remedies: readonly CompiledText[];
  readonly figures: readonly {
    readonly name: string;
    readonly unit: Unit;
    readonly run: UnitClosure;
    readonly border: Border;
  }[];
}

export interface GateFailure {
  /** Which element of the list, for a gate with `each`. */
  readonly index?: number;
  /** Why the gate could not be decided; then it refuses. */
  readonly fault?: FaultInfo;
  message(language: string): string;
  /** The figures of the gate's `answer`, in the units of their expressions; null where there is no value. */
  details(): Readonly<Record<string, unknown>>;
  remedy(language: string): string | undefined;
  explain(language: string): ExplainNode;
  /**
   * What would let it pass, tried by evaluation: the smallest changes of facts, best first, and who
   * may release it where that opens it. Reckoned when it is asked for.
   */
  remedies(language: string, options?: GateRemedyOptions): readonly Remedy[];
}

export type GateResult =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly failures: readonly GateFailure[] };

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
