import type {
  Expr,
  FieldNode,
  ListNode,
  NameNode,
  NumberNode,
  RecordNode,
} from '../../language/ast.ts';
import { didYouMean } from '../../source/suggest.ts';
import {
  assignable,
  BOOL,
  CALENDAR,
  calledName,
  DATE,
  DYNAMIC,
  type EnumType,
  INSTANT,
  join,
  listOf,
  MISSING,
  mayBeMissing,
  optional,
  present,
  quantity,
  type RecordType,
  TEXT,
  TIME,
  type Type,
  typeWords,
  UNKNOWN,
} from '../../types/type.ts';
import { CALENDAR_UNITS, isUnitFault, NUMBER, readUnit, toBase } from '../../types/units.ts';
import { DEFAULT_ZONE, parseDate, parseInstant, parseTime } from '../../values/calendar.ts';
import type { Binding, Context } from '../context.ts';
import { reportUnit } from '../rules/known-unit.ts';
import { inferAggregate } from './aggregates.ts';
import { inferAs, inferCondition } from './ask.ts';
import { inferCall } from './calls.ts';
import { OPEN_RECORD, settle, settlePeers } from './dynamic.ts';
import { isKnownPresent, knowing } from './flow.ts';
import {
  inferArithmetic,
  inferBetween,
  inferCoalesce,
  inferCompare,
  inferIn,
  inferNegation,
  inferOf,
} from './operators.ts';
import { sourceOf } from './words.ts';

/**
 * The type of an expression, noted in the typing for it and all its parts.
 * @param expected the type its place asks for; makes bare names enum values
 */
export function infer(expr: Expr, context: Context, expected?: Type): Type {
  const found = inferKind(expr, context, expected);
  const known = found.kind === 'optional' && isKnownPresent(expr, context);
  const type = known ? present(found) : found;
  context.typing.types.set(expr, type);
  return type;
}

/** The kinds that most expressions have come first: they are asked one after another. */
function inferKind(expr: Expr, context: Context, expected: Type | undefined): Type {
  switch (expr.kind) {
    case 'name':
      return inferName(expr, context, expected);
    case 'field':
      return inferField(expr, context);
    case 'number':
      return inferNumber(expr, context);
    case 'binary':
      return inferBinary(expr, context, expected);
    case 'compare':
      return inferCompare(expr, context);
    case 'call':
      return inferCall(expr, context, expected);
    case 'text':
      return inferText(expr.value, expr, context, expected);
    case 'bool':
      return BOOL;
    case 'missing':
      return MISSING;
    case 'now':
      return INSTANT;
    case 'today':
      return DATE;
    case 'date':
    case 'time':
    case 'instant':
      return inferMoment(expr, context);
    case 'aggregate':
      return inferAggregate(expr, context);
    case 'paren':
      return infer(expr.inner, context, expected);
    case 'list':
      return inferList(expr, context, expected);
    case 'record':
      return inferRecord(expr, context, expected);
    case 'if':
      return inferIf(expr, context, expected);
    case 'at':
      return inferAt(expr, context);
    case 'presence':
      return inferPresence(expr, context);
    case 'unary':
      if (expr.op === '-') return inferNegation(expr.operand, context);
      inferCondition(expr.operand, context);
      return BOOL;
    case 'in':
      return inferIn(expr, context);
    case 'between':
      return inferBetween(expr, context);
  }
}

function inferBinary(
  expr: Extract<Expr, { kind: 'binary' }>,
  context: Context,
  expected?: Type,
): Type {
  switch (expr.op) {
    case 'and':
    case 'or':
      inferCondition(expr.left, context);
      inferCondition(expr.right, knowing(expr.left, expr.op === 'and', context));
      return BOOL;
    case '??':
      return inferCoalesce(expr, context, expected);
    case 'of':
      return inferOf(expr, context);
    default:
      return inferArithmetic(expr, context);
  }
}

function bind(node: NameNode, binding: Binding, context: Context): Type {
  context.typing.names.set(node, binding);
  return binding.kind === 'enum' ? { kind: 'enum', values: [binding.value] } : binding.type;
}

function inferName(node: NameNode, context: Context, expected: Type | undefined): Type {
  const wanted = expected && present(expected);
  const choices = wanted?.kind === 'enum' ? wanted : undefined;
  if (choices?.values.includes(node.name)) {
    return bind(node, { kind: 'enum', value: node.name }, context);
  }
  const binding = context.scope.get(node.name);
  if (binding !== undefined) return bind(node, binding, context);
  if (choices !== undefined) {
    reportEnumValue(node.name, node, choices, context);
    return UNKNOWN;
  }
  if (context.dynamic) {
    return bind(node, { kind: 'input', name: node.name, type: DYNAMIC }, context);
  }
  const fix = didYouMean(node.name, context.scope.keys(), node.span);
  context.reporter.report('unknownName', node.span, { name: node.name }, fix);
  return UNKNOWN;
}

function reportEnumValue(name: string, node: Expr, choices: EnumType, context: Context): void {
  const fix = didYouMean(name, choices.values, node.span);
  context.reporter.report(
    'unknownEnumValue',
    node.span,
    { name, values: choices.values.join(', ') },
    fix,
  );
}

function inferText(value: string, node: Expr, context: Context, expected: Type | undefined): Type {
  const wanted = expected && present(expected);
  if (wanted?.kind !== 'enum') return TEXT;
  if (wanted.values.includes(value)) return { kind: 'enum', values: [value] };
  reportEnumValue(value, node, wanted, context);
  return UNKNOWN;
}

function inferNumber(node: NumberNode, context: Context): Type {
  if (node.unit === undefined) return quantity(NUMBER, undefined, node.value);
  if (CALENDAR_UNITS.has(node.unit.text)) {
    if (!Number.isInteger(node.value))
      context.reporter.report('calendarUnit', node.span, { unit: node.unit.text });
    return CALENDAR;
  }
  const unit = readUnit(node.unit.text);
  if (!isUnitFault(unit)) return quantity(unit, undefined, toBase(node.value, unit));
  reportUnit(unit, node.unit.text, node.unit.span, context.reporter);
  return UNKNOWN;
}

function inferMoment(
  node: Extract<Expr, { kind: 'date' | 'time' | 'instant' }>,
  context: Context,
): Type {
  const read = {
    date: parseDate,
    time: parseTime,
    instant: (t: string) => parseInstant(t, DEFAULT_ZONE),
  };
  if (read[node.kind](node.text) === undefined) {
    context.reporter.report('impossibleDate', node.span, { text: node.text });
  }
  return { date: DATE, time: TIME, instant: INSTANT }[node.kind];
}

function inferField(node: FieldNode, context: Context): Type {
  const found = infer(node.target, context);
  const target = present(found);
  if (target.kind === 'unknown') return UNKNOWN;
  if (target.kind === 'dynamic') {
    settle(node.target, target, OPEN_RECORD, context);
    return DYNAMIC;
  }
  if (target.kind !== 'record') {
    context.reporter.report('notARecord', node.nameSpan, { actual: typeWords(target) });
    return UNKNOWN;
  }
  const field = target.fields.get(node.name);
  if (field === undefined) {
    const fix = didYouMean(node.name, target.fields.keys(), node.nameSpan);
    const record = calledName(target) ?? sourceOf(node.target, context.reporter);
    context.reporter.report('unknownField', node.nameSpan, { record, name: node.name }, fix);
    return UNKNOWN;
  }
  return found.kind === 'optional' ? optional(field) : field;
}

function inferList(node: ListNode, context: Context, expected: Type | undefined): Type {
  const wanted = expected && present(expected);
  const itemType = wanted?.kind === 'list' ? wanted.of : undefined;
  const found: Type[] = [];
  for (const item of node.items) found.push(infer(item, context, itemType ?? found.at(-1)));
  let of: Type | undefined;
  for (const [i, type] of settlePeers(node.items, found, context).entries()) {
    const item = node.items[i] as Expr;
    const both: Type | undefined = of === undefined ? type : join(of, type);
    if (both === undefined && of !== undefined) {
      context.reporter.report('branchTypes', item.span, {
        left: typeWords(of),
        right: typeWords(type),
      });
    }
    of = both ?? UNKNOWN;
  }
  return listOf(of ?? itemType ?? UNKNOWN);
}

function inferRecord(node: RecordNode, context: Context, expected: Type | undefined): Type {
  const wanted = expected && present(expected);
  const record: RecordType | undefined = wanted?.kind === 'record' ? wanted : undefined;
  const fields = new Map<string, Type>();
  for (const { name, nameSpan, value } of node.fields) {
    const declared = record?.fields.get(name);
    const type = infer(value, context, declared);
    if (fields.has(name)) context.reporter.report('duplicateName', nameSpan, { name });
    fields.set(name, type);
    if (record === undefined) continue;
    if (declared === undefined) {
      const fix = didYouMean(name, record.fields.keys(), nameSpan);
      context.reporter.report(
        'unknownField',
        nameSpan,
        { record: calledName(record) ?? 'this record', name },
        fix,
      );
    } else if (!assignable(type, declared)) {
      const words = { expected: typeWords(declared), actual: typeWords(type) };
      context.reporter.report('wrongType', value.span, words);
    }
  }
  const complete =
    record !== undefined &&
    [...record.fields].every(([name, type]) => fields.has(name) || mayBeMissing(type));
  // As the record that is expected, so that its fields are kept in the declared units.
  if (record !== undefined && (complete || context.partialRecords)) return record;
  return { kind: 'record', name: undefined, fields };
}

function inferIf(expr: Extract<Expr, { kind: 'if' }>, context: Context, expected?: Type): Type {
  inferCondition(expr.condition, context);
  const whenTrue = knowing(expr.condition, true, context);
  const whenFalse = knowing(expr.condition, false, context);
  const first = infer(expr.then, whenTrue, expected);
  const second = infer(expr.otherwise, whenFalse, expected ?? first);
  const branches = [expr.then, expr.otherwise];
  const [then, otherwise] = settlePeers(branches, [first, second], context) as [Type, Type];
  const both = join(then, otherwise);
  if (both !== undefined) return both;
  const words = { left: typeWords(then), right: typeWords(otherwise) };
  context.reporter.report('branchTypes', expr.otherwise.span, words);
  return UNKNOWN;
}

function inferAt(expr: Extract<Expr, { kind: 'at' }>, context: Context): Type {
  const type = inferAs(expr.operand, context, DATE);
  if (!assignable(type, DATE)) {
    const words = { expected: typeWords(DATE), actual: typeWords(type) };
    context.reporter.report('wrongType', expr.operand.span, words);
  }
  return INSTANT;
}

const UNCERTAIN: ReadonlySet<Type['kind']> = new Set(['optional', 'missing', 'unknown', 'dynamic']);

function inferPresence(expr: Extract<Expr, { kind: 'presence' }>, context: Context): Type {
  // A division by zero is no missing value: inside, guards are asked for as usual.
  const type = infer(expr.operand, context);
  if (!UNCERTAIN.has(type.kind) && context.demandGuards) {
    context.reporter.report('alwaysPresent', expr.operand.span, {
      text: sourceOf(expr.operand, context.reporter),
    });
  }
  return BOOL;
}
