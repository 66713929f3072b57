import { bindSql, compileSql, sqlStatement } from '#sql';
import { worldWithoutBlocks } from '../check/context.ts';
import { checkAgainst, createContext, inputScope } from '../check/expression/check-expression.ts';
import { infer } from '../check/expression/infer.ts';
import { reportUnit } from '../check/rules/known-unit.ts';
import { type Compiler, createCompiler, type Straight } from '../compile/js/compile.ts';
import { compileJsonLogic, type JsonLogicRule } from '../compile/json-logic/compile.ts';
import { leaveJsonLogic, prepareJsonLogic } from '../compile/json-logic/prepare.ts';
import type { SqlResult } from '../compile/sql/compile.ts';
import type { SqlSource } from '../compile/sql/schema.ts';
import type { SqlValue } from '../compile/sql/values.ts';
import { type ExplainNode, explain } from '../explain/explain.ts';
import type { Naming } from '../explain/facts.ts';
import type { Remedy } from '../explain/remedies.ts';
import { remediesWanting, type WantedOptions } from '../explain/wanted.ts';
import { costOf, readsOf } from '../ir/analyse.ts';
import { type Ir, partsOf, type Unit, type Units } from '../ir/ir.ts';
import { lower } from '../ir/lower.ts';
import { parseExpression } from '../language/parse.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { needOptions, needRecord, needText } from '../source/api.ts';
import { createReporter, type Diagnostic, QoidaError } from '../source/diagnostic.ts';
import { isRecord } from '../source/read.ts';
import { type CatalogField, EMPTY_CATALOG, indexCatalog } from '../types/catalog.ts';
import { type Type, typeText } from '../types/type.ts';
import { isFault, parseTypeText, type TypeText } from '../types/type-text.ts';
import { borderOf, leave, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault, QoidaFault } from '../values/fault.ts';
import { type Clock, environmentOf, faultInfo, NO_RECORD, type Outcome } from './runtime.ts';
import { settle } from './settle.ts';

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
  /**
   * The smallest changes of values for which it is true, or false where that is wanted, each tried
   * by evaluation; none where it is.
   * @throws TypeError for an expression that is neither true nor false
   */
  remedies(values: Values, options?: ExpressionRemedyOptions, clock?: Clock): readonly Remedy[];
  readonly jsonLogic: JsonLogicRule;
  /** The values as the JSON Logic rule reads them. */
  jsonLogicData(values: Values, clock?: Clock): Record<string, unknown>;
  /** What running the JSON Logic rule gave, as `tryEvaluate` answers. */
  jsonLogicOutcome(result: unknown): Outcome;
  /**
   * As one statement of PostgreSQL over values given as parameters: one row with `value`
   * (quantities in their unit, moments as PostgreSQL's own) and `fault`, a code or NULL.
   */
  sql(dialect?: 'postgresql'): SqlResult;
  /**
   * The same over rows: its inputs are fields of the first record, whose keys stand beside `value`
   * and `fault`.
   */
  sqlOver(source: SqlSource): SqlResult;
  /** What a statement's `$1`, `$2` … stand for. */
  sqlValues(statement: SqlResult, values: Values, clock?: Clock): readonly SqlValue[];
}

export interface ExpressionRemedyOptions extends WantedOptions {
  readonly language?: string;
  /** What is declared of a value: its range, a description, whether it can be changed. */
  readonly fields?: Readonly<Record<string, Omit<CatalogField, 'type'>>>;
}

export type Values = Readonly<Record<string, unknown>>;

const WORLD = worldWithoutBlocks(indexCatalog(EMPTY_CATALOG));

/**
 * Compiles one expression.
 * @param vars the types of the names in it: `{ input_kg: 'kg', note: 'text?' }`
 * @throws QoidaError when the text or a type has an error, ApiError for arguments of another form
 */
export function compileExpression(
  text: string,
  vars: Readonly<Record<string, TypeText>>,
  options: ExpressionOptions = {},
): CompiledExpression {
  needText(text, 'text');
  needRecord(vars, 'vars');
  needOptions(options, OPTIONS);
  const types = typesOf(vars);
  return new Expression(text, types, options, checkedUnit(text, types, options));
}

const OPTIONS = {
  type: undefined,
  guards: ['demand', 'allow'],
  backend: ['generated', 'closures', 'reference'],
  dynamic: [true, false],
} as const;

/** Asks for a fault as a value, where otherwise it is thrown. */
const AS_VALUE: unique symbol = Symbol('faults as values');

/**
 * What stays of an expression is its text: the typed tree is made again where it is asked for once
 * more, so that ten thousand rules weigh what ten thousand texts do.
 */
class Expression implements CompiledExpression {
  readonly source: string;
  readonly type: TypeText;
  readonly cost: number;
  readonly #types: ReadonlyMap<string, Type>;
  readonly #options: ExpressionOptions;
  #unit: WeakRef<Unit>;

  constructor(
    source: string,
    types: ReadonlyMap<string, Type>,
    options: ExpressionOptions,
    unit: Unit,
  ) {
    this.source = source;
    this.type = typeText(unit.body.type);
    this.cost = costOf(unit, NO_UNITS);
    this.#types = types;
    this.#options = options;
    this.#unit = new WeakRef(unit);
  }

  get #known(): Unit {
    const known = this.#unit.deref();
    if (known !== undefined) return known;
    const made = checkedUnit(this.source, this.#types, this.#options);
    this.#unit = new WeakRef(made);
    return made;
  }

  get reads(): readonly string[] {
    return readsOf(this.#known, NO_UNITS);
  }

  /** The function itself, made when it is first asked for: nothing stands before it afterwards. */
  get evaluate(): Straight {
    const value = straightOf(this.#known, this.#options.backend ?? 'generated', () => this.#known);
    Object.defineProperty(this, 'evaluate', { value, configurable: true });
    return value;
  }

  tryEvaluate(values: Values, clock?: Clock): Outcome {
    const value = this.evaluate(values, clock, AS_VALUE);
    return value instanceof Fault ? { fault: faultInfo(value) } : { value };
  }

  explain(values: Values, language = 'en', clock: Clock = {}): ExplainNode {
    const { body, file } = this.#known;
    const environment = environmentOf(values, clock);
    return explain(body, file, [], {
      units: NO_UNITS,
      environment,
      language,
      source: () => this.source,
    });
  }

  remedies(
    values: Values,
    { language = 'en', fields = {}, ...options }: ExpressionRemedyOptions = {},
    clock: Clock = {},
  ): readonly Remedy[] {
    const unit = this.#known;
    const environment = environmentOf(values, clock);
    const naming: Naming = {
      language,
      // Names that are reserved for facts of a plant are plain ones here.
      declared: ({ path, type }) => ({
        changeable: true,
        ...(Object.hasOwn(fields, path) ? fields[path] : {}),
        type: typeText(type),
      }),
      role: (name) => name,
    };
    const value = (at: Environment): Value =>
      evaluateUnit(unit, [], { units: NO_UNITS, environment: at });
    return remediesWanting(
      { unit, units: NO_UNITS, environment, naming, locals: () => [], value },
      options,
    );
  }

  get jsonLogic(): JsonLogicRule {
    return compileJsonLogic(this.#known, NO_UNITS);
  }

  jsonLogicData(values: Values, clock: Clock = {}): Record<string, unknown> {
    const { now, zone } = environmentOf(values, clock);
    return prepareJsonLogic(values, withUntyped(this.#types, this.#known.body), { now, zone });
  }

  jsonLogicOutcome(result: unknown): Outcome {
    const { type, nullable } = this.#known.body;
    const value = leaveJsonLogic(result, type, nullable);
    return value instanceof Fault ? { fault: faultInfo(value) } : { value };
  }

  sql(): SqlResult {
    return compileSql(this.#known, NO_UNITS);
  }

  sqlOver(source: SqlSource): SqlResult {
    return sqlStatement(source, [{ name: 'value', unit: this.#known }], NO_UNITS);
  }

  sqlValues(statement: SqlResult, values: Values, clock: Clock = {}): readonly SqlValue[] {
    const { now, zone } = environmentOf(values, clock);
    const types = withUntyped(this.#types, this.#known.body);
    return 'params' in statement ? bindSql(statement.params, { values, types, now, zone }) : [];
  }
}

const NO_UNITS: Units = new Map();

/** The unit as a function of plain values; a fault is thrown, or given where the caller asks so. */
function straightOf(
  unit: Unit,
  backend: NonNullable<ExpressionOptions['backend']>,
  again: () => Unit,
): Straight {
  const border = borderOf(unit.body.type);
  const compiler = createCompiler(NO_UNITS, backend === 'closures' ? { generate: false } : {});
  let exact: ((environment: Environment) => Value) | undefined;
  const slow: Straight = (values, clock, how) => {
    exact ??= exactly(again(), backend, compiler);
    const data = isRecord(values) ? values : NO_RECORD;
    const value = exact(environmentOf(data, clock ?? {}));
    if (!(value instanceof Fault)) return leave(value, border);
    if (how === AS_VALUE) return value;
    throw new QoidaFault(value);
  };
  if (backend === 'reference') return slow;
  return compiler.straight(unit, { settings: 'among the values', gives: 'value' }, slow);
}

function exactly(
  unit: Unit,
  backend: NonNullable<ExpressionOptions['backend']>,
  compiler: Compiler,
): (environment: Environment) => Value {
  const { body, file } = unit;
  if (backend === 'reference') {
    return (environment) =>
      settle(evaluateUnit(unit, [], { units: NO_UNITS, environment }), body, file);
  }
  const run = compiler.compile(unit);
  return (environment) => settle(run([], environment), body, file);
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

interface Declared {
  readonly written: Readonly<Record<string, TypeText>>;
  readonly types: ReadonlyMap<string, Type>;
}

/** Types by the object that declares them: many rules are compiled against one. */
const declared = new WeakMap<object, Declared>();

function typesOf(vars: Readonly<Record<string, TypeText>>): ReadonlyMap<string, Type> {
  const before = declared.get(vars);
  if (before !== undefined && sameTexts(before.written, vars)) return before.types;
  const types = readTypes(vars);
  declared.set(vars, { written: { ...vars }, types });
  return types;
}

function sameTexts(
  a: Readonly<Record<string, TypeText>>,
  b: Readonly<Record<string, TypeText>>,
): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}

function readTypes(vars: Readonly<Record<string, TypeText>>): ReadonlyMap<string, Type> {
  const types = new Map<string, Type>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, written] of Object.entries(vars)) {
    needText(written, `the type of ${name}`);
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
