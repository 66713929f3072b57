import type { AggregateNode, CallNode, Expr } from '../../language/ast.ts';
import { didYouMean } from '../../source/suggest.ts';
import { AGGREGATES, type AggregateName, isAggregateName } from '../../types/functions.ts';
import {
  BOOL,
  DYNAMIC,
  listOf,
  NUMBER_TYPE,
  optional,
  quantity,
  type Type,
  typeWords,
  UNKNOWN,
} from '../../types/type.ts';
import type { Context } from '../context.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { inferAs, inferCondition, inferPresent } from './ask.ts';
import { settle, settleItems } from './dynamic.ts';
import { knowing } from './flow.ts';
import { isDegree } from './operators.ts';

/** `sum(list)`: an aggregate of plain values; `found` is the argument's type. */
export function inferListCall(
  node: CallNode,
  name: AggregateName,
  arg: Expr,
  found: Type,
  context: Context,
): Type {
  const slot = context.typing.slots++;
  context.typing.calls.set(node, { kind: 'aggregate' });
  context.typing.loops.set(node, slot);
  const type = settleItems(arg, demandPresent(arg, found, context), itemOf(name), context);
  if (type.kind === 'unknown') return aggregateType(name, UNKNOWN);
  if (type.kind !== 'list') {
    context.reporter.report('notAList', arg.span, { actual: typeWords(type) });
    return aggregateType(name, UNKNOWN);
  }
  const of = name === 'count' ? type.of : demandPresent(arg, type.of, context);
  demandItem(name, of, arg, context);
  return aggregateType(name, of);
}

/** `sum(x for v in list where c)`. */
export function inferAggregate(node: AggregateNode, context: Context): Type {
  const listType = inferAs(node.list, context, listOf(DYNAMIC));
  const { name } = node;
  if (!isAggregateName(name)) {
    const fix = didYouMean(
      name,
      AGGREGATES.map((f) => f.name),
      node.nameSpan,
    );
    context.reporter.report('unknownFunction', node.nameSpan, { name }, fix);
  }
  if (listType.kind !== 'list' && listType.kind !== 'unknown') {
    context.reporter.report('notAList', node.list.span, { actual: typeWords(listType) });
  }
  const of = listType.kind === 'list' ? listType.of : UNKNOWN;
  const slot = context.typing.slots++;
  context.typing.loops.set(node, slot);
  const variable = { kind: 'local', name: node.variable.name, slot, type: of } as const;
  context.typing.names.set(node.variable, variable);
  const inside = { ...context, scope: new Map(context.scope).set(node.variable.name, variable) };
  if (node.where !== undefined) inferCondition(node.where, inside);
  const kept = node.where === undefined ? inside : knowing(node.where, true, inside);
  if (node.item === undefined) {
    if (name !== 'count')
      context.reporter.report('argumentCount', node.span, {
        name,
        expected: 'a value before `for`',
        actual: 'none',
      });
    return aggregateType('count', UNKNOWN);
  }
  const found = inferPresent(node.item, kept);
  if (!isAggregateName(name)) return UNKNOWN;
  const item = settle(node.item, found, itemOf(name), context);
  if (name === 'count') {
    const words = { name, expected: 'nothing before `for`', actual: 'a value' };
    context.reporter.report('argumentCount', node.item.span, words);
  }
  demandItem(name, item, node.item, context);
  return aggregateType(name, item);
}

/** What an untyped element is taken for. */
function itemOf(name: AggregateName): Type {
  if (name === 'count') return DYNAMIC;
  return name === 'any' || name === 'all' || name === 'none' ? BOOL : NUMBER_TYPE;
}

function demandItem(name: AggregateName, item: Type, at: Expr, context: Context): void {
  if (item.kind === 'unknown' || name === 'count') return;
  const logical = name === 'any' || name === 'all' || name === 'none';
  const ordered = item.kind === 'date' || item.kind === 'instant' || item.kind === 'time';
  const fits = logical
    ? item.kind === 'bool'
    : item.kind === 'quantity' || ((name === 'min' || name === 'max') && ordered);
  if (name === 'sum' && isDegree(item)) context.reporter.report('temperature', at.span);
  if (fits) return;
  const expected = logical ? 'a condition' : 'numbers or quantities';
  context.reporter.report('argumentType', at.span, { name, expected, actual: typeWords(item) });
}

function aggregateType(name: AggregateName, item: Type): Type {
  switch (name) {
    case 'count':
      return NUMBER_TYPE;
    case 'any':
    case 'all':
    case 'none':
      return BOOL;
    case 'sum':
      return item.kind === 'quantity' ? quantity(item.unit, item.resolution) : UNKNOWN;
    case 'avg':
      return item.kind === 'quantity' ? optional(quantity(item.unit)) : UNKNOWN;
    case 'min':
    case 'max':
      return item.kind === 'quantity'
        ? optional(quantity(item.unit, item.resolution))
        : optional(item);
  }
}
