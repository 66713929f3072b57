import { checkAgainst, createContext, inputScope } from '../check/check-expression.ts';
import { worldWithoutBlocks } from '../check/context.ts';
import { infer } from '../check/infer.ts';
import { reportUnit } from '../check/rules/known-unit.ts';
import { createCompiler } from '../compile/js/compile.ts';
import { compileJsonLogic, type JsonLogicRule } from '../compile/json-logic/compile.ts';
import { leaveJsonLogic, prepareJsonLogic } from '../compile/json-logic/prepare.ts';
import { type ExplainNode, explain } from '../explain/explain.ts';
import { costOf, readsOf } from '../ir/analyse.ts';
import { type Ir, partsOf, type Unit } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { parseExpression } from '../language/parse.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { createReporter, type Diagnostic, QoidaError } from '../source/diagnostic.ts';
import { EMPTY_CATALOG, indexCatalog } from '../types/catalog.ts';
import { type Type, typeText } from '../types/type.ts';
import { isFault, parseTypeText, type TypeText } from '../types/type-text.ts';
import { borderOf, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault, QoidaFault } from '../values/fault.ts';
import {
  type Clock,
  environmentOf,
  faultInfo,
  type Outcome,
  outcomeOf,
  settle,
} from './runtime.ts';

export interface ExpressionOptions {
  /** The type the result must have. */
  readonly type?: TypeText;
  /** `allow`: values that may be missing and divisors that may be 0 need no guard in the text. */
  readonly guards?: 'demand' | 'allow';
  /** `closures`: no generated code. `reference`: the plain interpreter. */
  readonly backend?: 'generated' | 'closures' | 'reference';
  /**
   * Names that are not declared are untyped values, as in a rule that came from JSON Logic: what
   * they hold is judged when the rule runs, and what has the wrong form there is a fault.
   */
  readonly dynamic?: boolean;
}

export interface CompiledExpression {
  readonly source: string;
  /** The result's type; quantities come out in its unit. */
  readonly type: TypeText;
  /** An upper bound of the steps an evaluation takes, with lists of 1000. */
  readonly cost: number;
  readonly reads: readonly string[];
  /** @throws QoidaFault where there is no value */
  evaluate(values: Values, clock?: Clock): unknown;
  tryEvaluate(values: Values, clock?: Clock): Outcome;
  explain(values: Values, language?: string, clock?: Clock): ExplainNode;
  readonly jsonLogic: JsonLogicRule;
  /** The values as the JSON Logic rule reads them. */
  jsonLogicData(values: Values, clock?: Clock): Record<string, unknown>;
  /** What running the JSON Logic rule gave, as `tryEvaluate` answers. */
  jsonLogicOutcome(result: unknown): Outcome;
}

export type Values = Readonly<Record<string, unknown>>;

const WORLD = worldWithoutBlocks(indexCatalog(EMPTY_CATALOG));

/**
 * Compiles one expression.
 * @param vars the types of the names in it: `{ input_kg: 'kg', note: 'text?' }`
 * @throws QoidaError when the text or a type has an error
 */
export function compileExpression(
  text: string,
  vars: Readonly<Record<string, TypeText>>,
  options: ExpressionOptions = {},
): CompiledExpression {
  const types = readTypes(vars);
  const unit = checkedUnit(text, types, options);
  const none = new Map<string, Unit>();
  const run = runnerOf(unit, options.backend ?? 'generated');
  const border = borderOf(unit.body.type);
  const settled = (values: Values, clock: Clock): Value =>
    settle(run(environmentOf(values, clock)), unit.body, unit.file);
  return {
    source: text,
    type: typeText(unit.body.type),
    cost: costOf(unit, none),
    reads: readsOf(unit, none),
    evaluate(values, clock = {}) {
      const value = settled(values, clock);
      if (value instanceof Fault) throw new QoidaFault(value);
      const outcome = outcomeOf(value, border);
      return 'value' in outcome ? outcome.value : null;
    },
    tryEvaluate: (values, clock = {}) => outcomeOf(settled(values, clock), border),
    explain(values, language = 'en', clock = {}) {
      const environment = environmentOf(values, clock);
      return explain(unit.body, unit.file, [], {
        units: none,
        environment,
        language,
        source: () => text,
      });
    },
    get jsonLogic() {
      return compileJsonLogic(unit, none);
    },
    jsonLogicData(values, clock = {}) {
      const { now, zone } = environmentOf(values, clock);
      return prepareJsonLogic(values, withUntyped(types, unit.body), { now, zone });
    },
    jsonLogicOutcome(result) {
      const { type, nullable } = unit.body;
      const value = leaveJsonLogic(result, type, nullable);
      return value instanceof Fault ? { fault: faultInfo(value) } : { value };
    },
  };
}

/** The declared names, and those a rule names without a declaration. */
function withUntyped(types: ReadonlyMap<string, Type>, body: Ir): ReadonlyMap<string, Type> {
  const all = new Map(types);
  const visit = (ir: Ir): void => {
    if (ir.kind === 'input' && !all.has(ir.name)) all.set(ir.name, ir.type);
    for (const part of partsOf(ir)) visit(part);
  };
  visit(body);
  return all;
}

function readTypes(vars: Readonly<Record<string, TypeText>>): ReadonlyMap<string, Type> {
  const types = new Map<string, Type>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, written] of Object.entries(vars)) {
    const type = parseTypeText(written);
    if (!isFault(type)) {
      types.set(name, type);
      continue;
    }
    const reporter = createReporter(`type of ${name}`);
    const span = { start: 0, end: written.length };
    if (type.unit !== undefined) reportUnit(type.unit, type.name, span, reporter);
    else reporter.report('unknownType', span, { name: type.name });
    diagnostics.push(...reporter.diagnostics);
  }
  if (diagnostics.length > 0) throw new QoidaError(diagnostics);
  return types;
}

function checkedUnit(
  text: string,
  types: ReadonlyMap<string, Type>,
  options: ExpressionOptions,
): Unit {
  const parsed = parseExpression(text);
  if (parsed.expr === undefined || parsed.diagnostics.length > 0)
    throw new QoidaError(parsed.diagnostics);
  const reporter = createReporter('expression');
  const demandGuards = options.guards !== 'allow';
  const context = createContext({
    world: WORLD,
    reporter,
    scope: inputScope(types),
    demandGuards,
    dynamic: options.dynamic ?? false,
  });
  const expected =
    options.type === undefined ? undefined : readTypes({ result: options.type }).get('result');
  if (expected === undefined) infer(parsed.expr, context);
  else checkAgainst(parsed.expr, expected, 'the result', context);
  if (reporter.diagnostics.some((d) => d.severity === 'error'))
    throw new QoidaError(reporter.diagnostics);
  const body = lower(parsed.expr, context.typing);
  return { name: 'expression', file: 'expression', params: [], slots: context.typing.slots, body };
}

function runnerOf(
  unit: Unit,
  backend: NonNullable<ExpressionOptions['backend']>,
): (e: Environment) => Value {
  const none = new Map<string, Unit>();
  if (backend === 'reference') {
    return (environment) => evaluateUnit(unit, [], { units: none, environment });
  }
  const compiled = createCompiler(none, backend === 'closures' ? { generate: false } : {}).compile(
    unit,
  );
  return (environment) => compiled([], environment);
}
