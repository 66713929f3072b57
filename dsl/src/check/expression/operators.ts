import type { BetweenNode, BinaryNode, CompareNode, Expr, InNode } from '../../language/ast.ts';
import type { Fix } from '../../source/diagnostic.ts';
import {
  BOOL,
  DATE,
  DYNAMIC,
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
} from '../../types/type.ts';
import { isCurrency, missingFactor, parseUnit, productUnit } from '../../types/units.ts';
import type { Context } from '../context.ts';
import { demandNonzero } from '../rules/guarded-division.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { inferAs, inferPresent } from './ask.ts';
import { settle, settleItems, settlePeers } from './dynamic.ts';

const SECONDS = quantity(parseUnit('s') ?? NUMBER_TYPE.unit, 0.001);
const KELVIN = ofDimension('K');

const isUnknown = (a: Type, b: Type): boolean => a.kind === 'unknown' || b.kind === 'unknown';
const isPercent = (type: Type): boolean => type.kind === 'quantity' && type.dimension === '%';
/** A temperature: a point on a scale, which has differences but no sum. */
export const isDegree = (type: Type): boolean =>
  type.kind === 'quantity' && type.dimension === 'degC';
const isKelvin = (type: Type): boolean => type.kind === 'quantity' && type.dimension === 'K';

/**
 * Operands that must agree: one whose type stands by itself tells the others what to expect, so
 * that `p.status = qc_ok` and `qc_ok = p.status` both read `qc_ok` as an enum value.
 */
export function inferPeers(
  exprs: readonly Expr[],
  context: Context,
  given?: Type,
): readonly Type[] {
  const types = exprs.map(unknown);
  let expected = given;
  for (let rank = 0; rank < RANKS; rank++) {
    for (let i = 0; i < exprs.length; i++) {
      const expr = exprs[i] as Expr;
      if (rankOf(expr, context) !== rank) continue;
      const type = context.infer(expr, context, expected);
      types[i] = type;
      if (expected === undefined && type.kind !== 'unknown') expected = type;
    }
  }
  return settlePeers(exprs, types, context);
}

const unknown = (): Type => UNKNOWN;

const RANKS = 4;

/** How little an operand tells by itself; what tells more is asked first. */
function rankOf(expr: Expr, context: Context): number {
  const inner = expr.kind === 'paren' ? expr.inner : expr;
  if (inner.kind === 'text') return 2;
  if (inner.kind !== 'name') return 0;
  return context.scope.has(inner.name) ? 1 : 3;
}

/** A per cent literal beside a plain number counts as that number. */
function percentAsNumber(left: QuantityType, right: QuantityType): boolean {
  return (
    (isPercent(left) && left.literal !== undefined && isNumber(right)) ||
    (isPercent(right) && right.literal !== undefined && isNumber(left))
  );
}

/** What is missing between two units, as the end of a sentence. */
function factorWords(left: QuantityType, right: QuantityType): string {
  if (isDegree(left) || isDegree(right)) {
    const change = isKelvin(left) || isKelvin(right);
    return change ? ': one is a temperature, the other a difference' : '';
  }
  if (isCurrency(left.dimension) && isCurrency(right.dimension)) {
    return `: a rate in \`${left.unit.text}/${right.unit.text}\` is missing`;
  }
  const { side, unit } = missingFactor(left.unit, right.unit);
  return `: the ${side} side is missing a factor in \`${unit}\``;
}

/** A bare number beside a quantity most likely forgot its unit. */
function unitForgotten(
  exprs: readonly Expr[],
  left: QuantityType,
  right: QuantityType,
): Fix | undefined {
  const [bare, other] = isNumber(left) ? [exprs[0], right] : [exprs[1], left];
  if (bare?.kind !== 'number' || (!isNumber(left) && !isNumber(right))) return undefined;
  const at = { start: bare.span.end, end: bare.span.end };
  const unit = other.unit.text === '%' ? '%' : ` ${other.unit.text}`;
  return { title: `did you mean \`${bare.value}${unit}\`?`, span: at, text: unit };
}

/**
 * Do two quantities agree? If not, says so.
 * @param exprs the two, left first, where both are written
 */
export function demandSameUnit(
  left: QuantityType,
  right: QuantityType,
  at: Expr,
  context: Context,
  exprs: readonly Expr[] = [],
): boolean {
  if (left.dimension === right.dimension || percentAsNumber(left, right)) return true;
  const percent = (isPercent(left) && isNumber(right)) || (isPercent(right) && isNumber(left));
  if (percent) context.reporter.report('percentNumber', at.span);
  else {
    const fix = unitForgotten(exprs, left, right);
    const factor = fix === undefined ? factorWords(left, right) : '';
    const words = { left: typeWords(left), right: typeWords(right), factor };
    context.reporter.report('unitMismatch', at.span, words, fix);
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
  const type = inferAs(operand, context, NUMBER_TYPE);
  if (type.kind === 'calendar') return type;
  if (type.kind !== 'quantity') return notNumeric('-', operand, type, context);
  if (isDegree(type) && type.literal === undefined) {
    context.reporter.report('temperature', operand.span);
    return UNKNOWN;
  }
  return quantity(
    type.unit,
    type.resolution,
    type.literal === undefined ? undefined : -type.literal,
  );
}

export function inferArithmetic(expr: BinaryNode, context: Context): Type {
  const first = inferPresent(expr.left, context);
  const second = inferPresent(expr.right, context);
  const untyped = first.kind === 'calendar' || second.kind === 'calendar' ? DATE : NUMBER_TYPE;
  const left = settle(expr.left, first, untyped, context);
  const right = settle(expr.right, second, untyped, context);
  if (isUnknown(left, right)) return UNKNOWN;
  // An untyped divisor is judged when the rule runs, as all untyped values are.
  if (expr.op === '/' && second.kind === 'quantity') demandNonzero(expr.right, context);
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
  if (left.kind === 'quantity' && right.kind === 'quantity') return undefined;
  const plus = expr.op === '+';
  const isTime = (type: Type): boolean => type.kind === 'quantity' && type.dimension === 's';
  if (left.kind === 'date' && right.kind === 'calendar') return DATE;
  if (left.kind === 'instant' && isTime(right)) return INSTANT;
  if (plus && left.kind === 'calendar' && right.kind === 'date') return DATE;
  if (plus && isTime(left) && right.kind === 'instant') return INSTANT;
  if (!plus && left.kind === 'instant' && right.kind === 'instant') return SECONDS;
  const both = [left.kind, right.kind];
  if (!both.some((kind) => kind === 'date' || kind === 'time' || kind === 'instant'))
    return undefined;
  if (left.kind === 'instant' && right.kind === 'calendar')
    return reportCalendar(expr, left, context);
  const { reporter } = context;
  if (both.includes('time')) reporter.report('timeOfDay', expr.span);
  else if (left.kind === 'date' && right.kind === 'date')
    reporter.report('dateDifference', expr.span);
  else if (both.includes('date') && both.includes('instant'))
    reporter.report('dateInstant', expr.span);
  else {
    const words = { left: typeWords(left), right: typeWords(right), factor: '' };
    reporter.report('unitMismatch', expr.span, words);
  }
  return UNKNOWN;
}

function sumType(
  expr: BinaryNode,
  left: QuantityType,
  right: QuantityType,
  context: Context,
): Type {
  if (!isDegree(left) && !isDegree(right)) {
    if (left.dimension === right.dimension) return mergeQuantities(left, right);
    const exprs = [expr.left, expr.right];
    return demandSameUnit(left, right, expr, context, exprs)
      ? mergeQuantities(left, right)
      : UNKNOWN;
  }
  const degrees = isDegree(left) && isDegree(right) ? 2 : 1;
  if (degrees === 2 && expr.op === '-') return quantity(KELVIN.unit, sharedResolution(left, right));
  const [point, by] = isDegree(left) ? [left, right] : [right, left];
  // A point moves by a difference; a difference has no point taken from it.
  if (degrees === 1 && isKelvin(by) && (point === left || expr.op === '+'))
    return quantity(point.unit, sharedResolution(left, right));
  context.reporter.report('temperature', expr.span);
  return UNKNOWN;
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
  const a = isPercent(left) ? NUMBER_TYPE : left;
  const b = isPercent(right) ? NUMBER_TYPE : right;
  if (isNumber(b)) return quantity(a.unit);
  if (isNumber(a) && expr.op === '*') return quantity(b.unit);
  return quantity(productUnit(a.unit, b.unit, expr.op === '*' ? 1 : -1));
}

export function inferOf(expr: BinaryNode, context: Context): Type {
  const share = inferPresent(expr.left, context);
  const whole = inferAs(expr.right, context, NUMBER_TYPE);
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
  const first = context.infer(expr.left, { ...context, answered: true }, expected);
  const second = context.infer(expr.right, context, expected ?? present(first));
  const left = settle(expr.left, first, second, context);
  const right = settle(expr.right, second, first, context);
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
  exprs: readonly Expr[] = [],
): void {
  if (isUnknown(left, right) || (left.kind === 'dynamic' && right.kind === 'dynamic')) return;
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    demandSameUnit(left, right, at, context, exprs);
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
  const { operands, ops } = expr;
  const found = inferPeers(operands, context);
  const types = found.map((type, i) => demandPresent(operands[i] as Expr, type, context));
  if (ops.length > 1 && !runsOneWay(ops)) context.reporter.report('mixedChain', expr.span);
  for (let i = 0; i < ops.length; i++) {
    const ordered = ops[i] !== '=' && ops[i] !== '!=';
    const left = types[i] ?? UNKNOWN;
    const right = types[i + 1] ?? UNKNOWN;
    const whole = ops.length === 1 ? expr : (operands[i + 1] ?? expr);
    const both = ops.length === 1 ? operands : operands.slice(i, i + 2);
    demandComparable(left, right, ordered, whole, context, both);
  }
  return BOOL;
}

/** `a < b <= c` and `a = b = c` do, `a < b > c` does not, nor does anything with `!=`. */
function runsOneWay(ops: CompareNode['ops']): boolean {
  const directions = new Set(ops.flatMap((op) => (op === '=' ? [] : [op[0]])));
  return directions.size < 2 && !directions.has('!');
}

export function inferBetween(expr: BetweenNode, context: Context): Type {
  const operands = [expr.operand, expr.low, expr.high];
  const [type, low, high] = inferPeers(operands, context).map((t, i) =>
    demandPresent(operands[i] as Expr, t, context),
  ) as [Type, Type, Type];
  demandComparable(type, low, true, expr.low, context, [expr.operand, expr.low]);
  demandComparable(type, high, true, expr.high, context, [expr.operand, expr.high]);
  return BOOL;
}

export function inferIn(expr: InNode, context: Context): Type {
  // A bare name on the left takes its meaning from the list.
  const bare = expr.left.kind === 'name' && !context.scope.has(expr.left.name);
  const early = bare ? undefined : inferPresent(expr.left, context);
  // `x in (a)` is a list of one; only the type tells it from a list in brackets.
  const inBrackets = expr.right.kind === 'paren';
  const listed = inferPresent(expr.right, context, early && (inBrackets ? early : listOf(early)));
  const right = inBrackets ? listed : settle(expr.right, listed, listOf(DYNAMIC), context);
  const of = right.kind === 'list' ? right.of : inBrackets ? right : undefined;
  const left = early ?? inferPresent(expr.left, context, of);
  if (of === undefined) {
    if (right.kind !== 'unknown')
      context.reporter.report('notAList', expr.right.span, { actual: typeWords(right) });
    return BOOL;
  }
  if (mayBeMissing(of)) demandPresent(expr.right, of, context);
  // Membership is exact, so an untyped value of another type is just no member.
  if (left.kind === 'dynamic' && isJson(of)) return BOOL;
  if (present(of).kind === 'dynamic' && isJson(left)) return BOOL;
  const member = settle(expr.left, left, of, context);
  const items = settleItems(expr.right, right, left, context);
  demandComparable(member, items.kind === 'list' ? present(items.of) : of, false, expr, context);
  return BOOL;
}

/** Is a value inside as it is in JSON? */
const isJson = (type: Type): boolean =>
  isNumber(present(type)) || ['text', 'enum', 'bool', 'dynamic'].includes(present(type).kind);
