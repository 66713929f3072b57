import jsonLogic from 'json-logic-js';
import { check } from '../../src/check/check.ts';
import { type World, worldWithoutBlocks } from '../../src/check/context.ts';
import { createContext, inputScope } from '../../src/check/expression/check-expression.ts';
import { infer } from '../../src/check/expression/infer.ts';
import { createCompiler, type Straight } from '../../src/compile/js/compile.ts';
import { compileJsonLogic } from '../../src/compile/json-logic/compile.ts';
import { JSON_LOGIC_OPERATORS } from '../../src/compile/json-logic/operators.ts';
import { leaveJsonLogic, prepareJsonLogic } from '../../src/compile/json-logic/prepare.ts';
import type { Ir, Unit, Units } from '../../src/ir/ir.ts';
import { lower } from '../../src/ir/lower.ts';
import type { Expr, FileNode } from '../../src/language/ast.ts';
import { parseExpression, parseFile } from '../../src/language/parse.ts';
import { environmentOf } from '../../src/program/runtime.ts';
import { settle } from '../../src/program/settle.ts';
import { formulaUnit } from '../../src/program/units-called.ts';
import { evaluateUnit } from '../../src/reference/evaluate.ts';
import { createReporter } from '../../src/source/diagnostic.ts';
import { EMPTY_CATALOG, indexCatalog } from '../../src/types/catalog.ts';
import { borderOf, leave, type Value } from '../../src/values/border.ts';
import { Fault } from '../../src/values/fault.ts';
import { FORMULAS, TYPES } from './vars.ts';

export type Facts = Readonly<Record<string, unknown>>;
export type Answer =
  | { readonly value: unknown }
  | { readonly fault: string }
  | { readonly notSupported: string };

for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

export const CLOCK = { now: new Date('2025-08-28T05:00:00Z') };
const INDEX = indexCatalog(EMPTY_CATALOG);
const CHECKED = check([parsedFormulas()], INDEX);
const SIGNATURES = new Map(CHECKED.formulas.map(({ signature }) => [signature.name, signature]));
const WORLD: World = {
  ...worldWithoutBlocks(INDEX),
  formula: (name) => SIGNATURES.get(name),
};
/** The formulas that random expressions call. */
export const UNITS: Units = new Map(
  CHECKED.formulas.map((formula) => [formula.signature.name, formulaUnit(formula)]),
);

function parsedFormulas(): { name: string; file: FileNode } {
  const { file, diagnostics } = parseFile('formulas', FORMULAS);
  if (diagnostics.length > 0) throw new Error(diagnostics[0]?.message);
  return { name: 'formulas', file };
}
const [WRONG] = CHECKED.diagnostics.filter(({ severity }) => severity === 'error');
if (WRONG !== undefined) throw new Error(WRONG.message);

export interface Made {
  readonly text: string;
  readonly expr: Expr;
  readonly unit: Unit;
}

/** The typed tree of a text over the names of random expressions. @throws Error when it is wrong */
export function made(text: string): Made {
  const { expr, diagnostics } = parseExpression(text);
  const reporter = createReporter('expression');
  if (expr === undefined || diagnostics.length > 0)
    throw new Error(`${text}: ${diagnostics[0]?.message ?? 'no expression'}`);
  const context = createContext({
    world: WORLD,
    reporter,
    scope: inputScope(TYPES),
    demandGuards: false,
  });
  infer(expr, context);
  const error = reporter.diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new Error(`${text}: ${error.message}`);
  const body = lower(expr, context.typing);
  const unit = {
    name: 'expression',
    file: 'expression',
    params: [],
    slots: context.typing.slots,
    body,
  };
  return { text, expr, unit };
}

/** As JSON has it: one zero, moments as text. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'no instant' : value.toISOString();
  if (typeof value === 'number') return value + 0;
  return Array.isArray(value) ? value.map(plain) : value;
}

/** The reference's answer; `watch` sees every value as it comes about. */
export function referenceAnswer(
  { unit }: Made,
  facts: Facts,
  watch?: (ir: Ir, value: Value) => void,
): Answer {
  const environment = environmentOf(facts, CLOCK);
  const reference = { units: UNITS, environment, ...(watch && { watch }) };
  return answerOf(unit, evaluateUnit(unit, [], reference));
}

function answerOf(unit: Unit, value: Value): Answer {
  const settled = settle(value, unit.body, unit.file);
  if (settled instanceof Fault) return { fault: settled.code };
  return { value: plain(leave(settled, borderOf(unit.body.type))) };
}

/** The other back ends that run in this process, by name. */
export function othersOf({ unit }: Made): Readonly<Record<string, (facts: Facts) => Answer>> {
  const closures = createCompiler(UNITS, { generate: false }).compile(unit);
  const compiler = createCompiler(UNITS);
  const slow: Straight = (values) => {
    const value = settle(
      compiler.compile(unit)([], environmentOf(values as Facts, CLOCK)),
      unit.body,
      unit.file,
    );
    return value instanceof Fault ? value : leave(value, borderOf(unit.body.type));
  };
  const entry = { settings: 'among the values', gives: 'value' } as const;
  const generated = compiler.straight(unit, entry, slow);
  const swift = createCompiler(UNITS, { generate: false }).straight(unit, entry, slow);
  const rule = compileJsonLogic(unit, UNITS);
  // Through JSON and back: a rule that only lives in memory would be of no use.
  const sent =
    'rule' in rule ? (JSON.parse(JSON.stringify(rule.rule)) as jsonLogic.RulesLogic) : undefined;
  const outcome = (value: unknown): Answer =>
    value instanceof Fault ? { fault: value.code } : { value: plain(value) };
  return {
    closures: (facts) => answerOf(unit, closures([], environmentOf(facts, CLOCK))),
    swift: (facts) => outcome(swift(facts, CLOCK, undefined)),
    generated: (facts) => outcome(generated(facts, CLOCK, undefined)),
    jsonLogic(facts) {
      if (sent === undefined)
        return { notSupported: 'notSupported' in rule ? rule.notSupported : '' };
      const { now, zone } = environmentOf(facts, CLOCK);
      const result: unknown = jsonLogic.apply(sent, prepareJsonLogic(facts, TYPES, { now, zone }));
      return outcome(leaveJsonLogic(result, unit.body.type, unit.body.nullable));
    },
  };
}
