import type { BetweenNode, BinaryNode, CompareNode, Expr, InNode } from '../language/ast.ts';
import {
  BOOL,
  DATE,
  INSTANT,
  isNumber,
  join,
  listOf,
  mayBeMissing,
  NUMBER_TYPE,
  ofDimension,
  present,
  type QuantityType,
  quantity,
  sharedResolution,
  type Type,
  typeWords,
  UNKNOWN,
} from '../types/type.ts';
import { combine, parseUnit } from '../types/units.ts';
import { inferPresent } from './ask.ts';
import type { Context } from './context.ts';
import { demandNonzero } from './rules/guarded-division.ts';
import { demandPresent } from './rules/guarded-missing.ts';

const SECONDS = quantity(parseUnit('s') ?? NUMBER_TYPE.unit, 0.001);
const KELVIN = ofDimension('K');

const isUnknown = (...types: readonly Type[]): boolean => types.some((t) => t.kind === 'unknown');
const isPercent = (type: Type): boolean => type.kind === 'quantity' && type.dimension === '%';
const isDegree = (type: Type): boolean => type.kind === 'quantity' && type.dimension === 'degC';

/**
 * Operands that must agree: one whose type stands by itself tells the others what to expect, so
 * that `p.status = qc_ok` and `qc_ok = p.status` both read `qc_ok` as an enum value.
 */
export function inferPeers(exprs: readonly Expr[], context: Context, given?: Type): Type[] {
  const rank = (expr: Expr): number => {
    const inner = expr.kind === 'paren' ? expr.inner : expr;
    if (inner.kind === 'text') return 2;
    if (inner.kind !== 'name') return 0;
    return context.scope.has(inner.name) ? 1 : 3;
  };
  const types: Type[] = exprs.map(() => UNKNOWN);
  let expected = given;
  const order = exprs
    .map((_, i) => i)
    .sort((a, b) => rank(exprs[a] as Expr) - rank(exprs[b] as Expr));
  for (const i of order) {
    const type = context.infer(exprs[i] as Expr, context, expected);
    types[i] = type;
    if (expected === undefined && type.kind !== 'unknown') expected = type;
  }
  return types;
}

/** A per cent literal beside a plain number counts as that number. */
function percentAsNumber(left: QuantityType, right: QuantityType): boolean {
  return (
    (isPercent(left) && left.literal !== undefined && isNumber(right)) ||
    (isPercent(right) && right.literal !== undefined && isNumber(left))
  );
}

/** Do two quantities agree? If not, says so. */
export function demandSameUnit(
  left: QuantityType,
  right: QuantityType,
  at: Expr,
  context: Context,
): boolean {
  if (left.dimension === right.dimension || percentAsNumber(left, right)) return true;
  const percent = (isPercent(left) && isNumber(right)) || (isPercent(right) && isNumber(left));
  if (percent) context.reporter.report('percentNumber', at.span);
  else {
    const words = { left: typeWords(left), right: typeWords(right) };
    context.reporter.report('unitMismatch', at.span, words);
  }
  return false;
}

/** The type of two quantities that were added or chosen from. */
export function mergeQuantities(left: QuantityType, right: QuantityType): QuantityType {
  if (left.dimension !== right.dimension) return NUMBER_TYPE;
  const unit = left.literal !== undefined ? right.unit : left.unit;
  return quantity(unit, sharedResolution(left, right));
}

function notNumeric(op: string, operand: Expr, type: Type, context: Context): Type {
  if (type.kind !== 'unknown') {
    context.reporter.report('notNumeric', operand.span, { op, actual: typeWords(type) });
  }
  return UNKNOWN;
}

export function inferNegation(operand: Expr, context: Context): Type {
  const type = inferPresent(operand, context);
  if (type.kind === 'calendar') return type;
  if (type.kind !== 'quantity') return notNumeric('-', operand, type, context);
  return quantity(
    type.unit,
    type.resolution,
    type.literal === undefined ? undefined : -type.literal,
  );
}

export function inferArithmetic(expr: BinaryNode, context: Context): Type {
  const left = inferPresent(expr.left, context);
  const right = inferPresent(expr.right, context);
  if (isUnknown(left, right)) return UNKNOWN;
  if (expr.op === '/' && right.kind === 'quantity') demandNonzero(expr.right, context);
  const additive = expr.op === '+' || expr.op === '-';
  const moment = additive ? inferMomentArithmetic(expr, left, right, context) : undefined;
  if (moment !== undefined) return moment;
  if (left.kind === 'calendar' || right.kind === 'calendar')
    return reportCalendar(expr, left, context);
  if (left.kind !== 'quantity') return notNumeric(expr.op, expr.left, left, context);
  if (right.kind !== 'quantity') return notNumeric(expr.op, expr.right, right, context);
  return additive ? sumType(expr, left, right, context) : productType(expr, left, right, context);
}

function reportCalendar(expr: BinaryNode, left: Type, context: Context): Type {
  const at = left.kind === 'calendar' ? expr.left : expr.right;
  const unit = at.kind === 'number' ? (at.unit?.text ?? 'day') : 'day';
  context.reporter.report('calendarUnit', at.span, { unit });
  return UNKNOWN;
}

/** Dates and instants: undefined when neither side is one. */
function inferMomentArithmetic(
  expr: BinaryNode,
  left: Type,
  right: Type,
  context: Context,
): Type | undefined {
  const plus = expr.op === '+';
  const isTime = (type: Type): boolean => type.kind === 'quantity' && type.dimension === 's';
  if (left.kind === 'date' && right.kind === 'calendar') return DATE;
  if (left.kind === 'instant' && isTime(right)) return INSTANT;
  if (plus && left.kind === 'calendar' && right.kind === 'date') return DATE;
  if (plus && isTime(left) && right.kind === 'instant') return INSTANT;
  if (!plus && left.kind === 'instant' && right.kind === 'instant') return SECONDS;
  const moments = [left, right].filter((t) => t.kind === 'date' || t.kind === 'instant');
  if (moments.length === 0) return undefined;
  if (left.kind === 'instant' && right.kind === 'calendar')
    return reportCalendar(expr, left, context);
  const words = { left: typeWords(left), right: typeWords(right) };
  if (moments.length === 2 && left.kind !== right.kind)
    context.reporter.report('dateInstant', expr.span);
  else context.reporter.report('unitMismatch', expr.span, words);
  return UNKNOWN;
}

function sumType(
  expr: BinaryNode,
  left: QuantityType,
  right: QuantityType,
  context: Context,
): Type {
  const degrees = [left, right].filter(isDegree).length;
  if (degrees === 2 && expr.op === '-') return KELVIN;
  if (isDegree(left) && right.dimension === 'K') return quantity(left.unit);
  if (degrees > 0) {
    context.reporter.report('temperature', expr.span);
    return UNKNOWN;
  }
  return demandSameUnit(left, right, expr, context) ? mergeQuantities(left, right) : UNKNOWN;
}

function productType(
  expr: BinaryNode,
  left: QuantityType,
  right: QuantityType,
  context: Context,
): Type {
  if (isDegree(left) || isDegree(right)) {
    context.reporter.report('temperature', expr.span);
    return UNKNOWN;
  }
  const [a, b] = [left, right].map((t) => (isPercent(t) ? NUMBER_TYPE : t)) as [
    QuantityType,
    QuantityType,
  ];
  if (isNumber(b)) return quantity(a.unit);
  if (isNumber(a) && expr.op === '*') return quantity(b.unit);
  return ofDimension(combine(a.dimension, b.dimension, expr.op === '*' ? 1 : -1));
}

export function inferOf(expr: BinaryNode, context: Context): Type {
  const share = inferPresent(expr.left, context);
  const whole = inferPresent(expr.right, context);
  if (share.kind !== 'unknown' && !isPercent(share)) {
    context.reporter.report('percentOf', expr.left.span, { actual: typeWords(share) });
  }
  if (whole.kind !== 'quantity') return notNumeric('of', expr.right, whole, context);
  if (isDegree(whole)) {
    context.reporter.report('temperature', expr.span);
    return UNKNOWN;
  }
  return quantity(whole.unit);
}

export function inferCoalesce(expr: BinaryNode, context: Context, expected?: Type): Type {
  const left = context.infer(expr.left, { ...context, answered: true }, expected);
  const right = context.infer(expr.right, context, expected ?? present(left));
  const certain = present(left);
  const both = join(left.kind === 'missing' ? right : certain, right);
  if (both !== undefined) return both;
  context.reporter.report('branchTypes', expr.right.span, {
    left: typeWords(certain),
    right: typeWords(right),
  });
  return UNKNOWN;
}

const ORDERED: ReadonlySet<Type['kind']> = new Set(['quantity', 'text', 'date', 'time', 'instant']);
const EQUATABLE: ReadonlySet<Type['kind']> = new Set([...ORDERED, 'bool', 'enum']);

/** Can two values be compared (`=`), or also ordered (`<`)? If not, says so. */
function demandComparable(
  left: Type,
  right: Type,
  ordered: boolean,
  at: Expr,
  context: Context,
): void {
  if (isUnknown(left, right)) return;
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    demandSameUnit(left, right, at, context);
    return;
  }
  const textual = (type: Type): boolean => type.kind === 'enum' || type.kind === 'text';
  const alike = left.kind === right.kind || (!ordered && textual(left) && textual(right));
  const allowed = ordered ? ORDERED : EQUATABLE;
  if (alike && allowed.has(left.kind) && allowed.has(right.kind)) return;
  const kinds = new Set([left.kind, right.kind]);
  if (kinds.has('date') && kinds.has('instant')) context.reporter.report('dateInstant', at.span);
  else {
    const words = { left: typeWords(left), right: typeWords(right) };
    context.reporter.report('notComparable', at.span, words);
  }
}

export function inferCompare(expr: CompareNode, context: Context): Type {
  const types = inferPeers(expr.operands, context).map((type, i) =>
    demandPresent(expr.operands[i] as Expr, type, context),
  );
  const directions = new Set(
    expr.ops.map((op) =>
      op === '!=' && expr.ops.length > 1 ? 'none' : op[0] === '=' ? '' : op[0],
    ),
  );
  directions.delete('');
  if (expr.ops.length > 1 && (directions.size > 1 || directions.has('none'))) {
    context.reporter.report('mixedChain', expr.span);
  }
  expr.ops.forEach((op, i) => {
    const ordered = op !== '=' && op !== '!=';
    const [left, right] = [types[i] ?? UNKNOWN, types[i + 1] ?? UNKNOWN];
    const whole = expr.ops.length === 1 ? expr : (expr.operands[i + 1] ?? expr);
    demandComparable(left, right, ordered, whole, context);
  });
  return BOOL;
}

export function inferBetween(expr: BetweenNode, context: Context): Type {
  const operands = [expr.operand, expr.low, expr.high];
  const [type, low, high] = inferPeers(operands, context).map((t, i) =>
    demandPresent(operands[i] as Expr, t, context),
  ) as [Type, Type, Type];
  demandComparable(type, low, true, expr.low, context);
  demandComparable(type, high, true, expr.high, context);
  return BOOL;
}

export function inferIn(expr: InNode, context: Context): Type {
  // A bare name on the left takes its meaning from the list.
  const bare = expr.left.kind === 'name' && !context.scope.has(expr.left.name);
  const early = bare ? undefined : inferPresent(expr.left, context);
  // `x in (a)` is a list of one; only the type tells it from a list in brackets.
  const inBrackets = expr.right.kind === 'paren';
  const right = inferPresent(expr.right, context, early && (inBrackets ? early : listOf(early)));
  const of = right.kind === 'list' ? right.of : inBrackets ? right : undefined;
  const left = early ?? inferPresent(expr.left, context, of);
  if (of === undefined) {
    if (right.kind !== 'unknown')
      context.reporter.report('notAList', expr.right.span, { actual: typeWords(right) });
    return BOOL;
  }
  if (mayBeMissing(of)) demandPresent(expr.right, of, context);
  demandComparable(left, present(of), false, expr, context);
  return BOOL;
}
