import type { Expr } from '../../language/ast.ts';
import { childrenOf } from '../../language/visit.ts';
import { parseUnit, toBase } from '../../types/units.ts';
import { isZero } from '../../values/numbers.ts';
import type { Binding, Context, Facts } from '../context.ts';

/**
 * Flow: what the outcome of a condition tells about the values in it. Expressions are pure, so an
 * expression that reads the same has the same value; its key is its text with names resolved.
 */
export function keyOf(expr: Expr, context: Context): string {
  switch (expr.kind) {
    case 'paren':
      return keyOf(expr.inner, context);
    case 'name': {
      const binding = context.typing.names.get(expr) ?? context.scope.get(expr.name);
      if (binding === undefined) return `?${expr.name}`;
      return bindingKey(binding, expr.name);
    }
    case 'field':
      return `${keyOf(expr.target, context)}.${expr.name}`;
    case 'number':
      return `${expr.value}${expr.unit?.text ?? ''}`;
    case 'text':
      return JSON.stringify(expr.value);
    case 'bool':
      return String(expr.value);
    case 'date':
    case 'time':
    case 'instant':
      return expr.text;
    default: {
      const parts = childrenOf(expr).map((child) => keyOf(child, context));
      return `${expr.kind}${detailOf(expr)}(${parts.join(',')})`;
    }
  }
}

function bindingKey(binding: Binding, name: string): string {
  if (binding.kind === 'local') return `$${binding.slot}`;
  // The same as where the record is written.
  if (binding.kind === 'member')
    return `${bindingKey(binding.of, binding.of.name)}.${binding.name}`;
  return `${binding.kind}:${name}`;
}

function detailOf(expr: Expr): string {
  switch (expr.kind) {
    case 'call':
    case 'aggregate':
      return `:${expr.name}`;
    case 'unary':
    case 'binary':
      return expr.op;
    case 'compare':
      return expr.ops.join('');
    case 'in':
    case 'between':
      return String(expr.negated);
    case 'presence':
      return `${expr.test}${expr.negated}`;
    case 'record':
      return expr.fields.map((field) => field.name).join(',');
    default:
      return '';
  }
}

const presentFact = (expr: Expr, context: Context): string => `present ${keyOf(expr, context)}`;
const nonzeroFact = (expr: Expr, context: Context): string => `nonzero ${keyOf(expr, context)}`;

/** A value that is present has its path present too. */
function presentFacts(expr: Expr, context: Context): string[] {
  const inner = expr.kind === 'paren' ? expr.inner : expr;
  const rest = inner.kind === 'field' ? presentFacts(inner.target, context) : [];
  return [presentFact(inner, context), ...rest];
}

/** The value of a literal in its base unit, through brackets and signs. */
export function literalValue(expr: Expr): number | undefined {
  if (expr.kind === 'paren') return literalValue(expr.inner);
  if (expr.kind === 'unary' && expr.op === '-') {
    const value = literalValue(expr.operand);
    return value === undefined ? undefined : -value;
  }
  if (expr.kind !== 'number') return undefined;
  if (expr.unit === undefined) return expr.value;
  const unit = parseUnit(expr.unit.text);
  return unit === undefined ? undefined : toBase(expr.value, unit);
}

/** What can be known of a value. */
type Test = 'present' | 'nonzero';
const NO_FACTS: readonly string[] = [];

/**
 * What is known once a condition has come out as `outcome`.
 * @param about only facts of this kind
 */
export function factsWhen(
  expr: Expr,
  outcome: boolean,
  context: Context,
  about?: Test,
): readonly string[] {
  switch (expr.kind) {
    case 'paren':
      return factsWhen(expr.inner, outcome, context, about);
    case 'unary':
      return expr.op === 'not' ? factsWhen(expr.operand, !outcome, context, about) : NO_FACTS;
    case 'binary': {
      // Both sides of a true `and`, and of a false `or`, came out the same way.
      if (expr.op !== (outcome ? 'and' : 'or')) return NO_FACTS;
      const left = factsWhen(expr.left, outcome, context, about);
      const right = factsWhen(expr.right, outcome, context, about);
      return right.length === 0 ? left : left.length === 0 ? right : [...left, ...right];
    }
    case 'presence': {
      const isPresent = (expr.test === 'present') !== expr.negated;
      const told = about !== 'nonzero' && isPresent === outcome;
      return told ? presentFacts(expr.operand, context) : NO_FACTS;
    }
    case 'compare':
      return about !== 'present' && (expr.ops.length === 1 || outcome)
        ? expr.ops.flatMap((_, i) => nonzeroByComparison(expr, i, outcome, context))
        : NO_FACTS;
    case 'between': {
      const told = about !== 'present' && outcome !== expr.negated;
      return told && isPositive(literalValue(expr.low))
        ? [nonzeroFact(expr.operand, context)]
        : NO_FACTS;
    }
    default:
      return NO_FACTS;
  }
}

/** What an outcome tells. It is read from the tree when somebody asks: hardly anybody does. */
class Outcome implements Facts {
  readonly #condition: Expr;
  readonly #outcome: boolean;
  readonly #context: Context;
  #present: readonly string[] | undefined;
  #nonzero: readonly string[] | undefined;

  constructor(condition: Expr, outcome: boolean, context: Context) {
    this.#condition = condition;
    this.#outcome = outcome;
    this.#context = context;
  }

  has(fact: string): boolean {
    return this.#told(fact).includes(fact) || isKnown(fact, this.#context);
  }

  #told(fact: string): readonly string[] {
    if (fact.startsWith('present')) {
      this.#present ??= factsWhen(this.#condition, this.#outcome, this.#context, 'present');
      return this.#present;
    }
    this.#nonzero ??= factsWhen(this.#condition, this.#outcome, this.#context, 'nonzero');
    return this.#nonzero;
  }
}

const isKnown = (fact: string, { facts }: Context): boolean => facts?.has(fact) === true;

/** Where a condition, which has been inferred, has come out as `outcome`. */
export const knowing = (condition: Expr, outcome: boolean, context: Context): Context => ({
  ...context,
  facts: new Outcome(condition, outcome, context),
});

/** Is it known here that the value is there? */
export const isKnownPresent = (expr: Expr, context: Context): boolean =>
  context.facts?.has(presentFact(expr, context)) === true;

const NEGATED = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
const FLIPPED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function nonzeroByComparison(
  expr: Extract<Expr, { kind: 'compare' }>,
  index: number,
  outcome: boolean,
  context: Context,
): string[] {
  const left = expr.operands[index];
  const right = expr.operands[index + 1];
  const written = expr.ops[index];
  if (left === undefined || right === undefined || written === undefined) return [];
  const op = outcome ? written : NEGATED[written];
  const found: string[] = [];
  const rightValue = literalValue(right);
  const leftValue = literalValue(left);
  if (rightValue !== undefined && excludesZero(op, rightValue))
    found.push(nonzeroFact(left, context));
  if (leftValue !== undefined && excludesZero(FLIPPED[op], leftValue)) {
    found.push(nonzeroFact(right, context));
  }
  return found;
}

const isPositive = (value: number | undefined): boolean =>
  value !== undefined && value > 0 && !isZero(value);

/** Does `x op value` rule out that x equals 0, as the language means equal? */
function excludesZero(op: keyof typeof NEGATED, value: number): boolean {
  const zero = isZero(value);
  switch (op) {
    case '=':
      return !zero;
    case '!=':
      return zero;
    case '>':
      return value > 0 || zero;
    case '>=':
      return value > 0 && !zero;
    case '<':
      return value < 0 || zero;
    case '<=':
      return value < 0 && !zero;
  }
}

/** Is it certain, from what is known here, that the value is not 0? */
export function isNonzero(expr: Expr, context: Context): boolean {
  if (context.facts?.has(nonzeroFact(expr, context)) === true) return true;
  const literal = literalValue(expr);
  if (literal !== undefined) return !isZero(literal);
  switch (expr.kind) {
    case 'paren':
      return isNonzero(expr.inner, context);
    case 'unary':
      return expr.op === '-' && isNonzero(expr.operand, context);
    case 'call':
      if (expr.name === 'abs') return expr.args.every((arg) => isNonzero(arg, context));
      return expr.name === 'max' && expr.args.some((arg) => isPositive(literalValue(arg)));
    default:
      return false;
  }
}
