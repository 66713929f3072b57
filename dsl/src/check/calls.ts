import type { AggregateNode, CallNode, Expr } from '../language/ast.ts';
import { didYouMean } from '../source/suggest.ts';
import {
  AGGREGATES,
  type AggregateName,
  BUILT_INS,
  builtInNamed,
  isAggregateName,
  WEEKDAYS,
} from '../types/functions.ts';
import {
  assignable,
  BOOL,
  DATE,
  INSTANT,
  isNumber,
  join,
  mayBeMissing,
  NUMBER_TYPE,
  ofDimension,
  optional,
  present,
  quantity,
  TEXT,
  TIME,
  type Type,
  typeWords,
  UNKNOWN,
} from '../types/type.ts';
import { halve, parseUnit } from '../types/units.ts';
import { inferCondition, inferPresent } from './ask.ts';
import { type Context, withFacts } from './context.ts';
import { factsWhen, literalValue } from './flow.ts';
import { demandSameUnit, inferPeers, mergeQuantities } from './operators.ts';
import { demandPresent } from './rules/guarded-missing.ts';

const PERCENT = quantity(parseUnit('%') ?? NUMBER_TYPE.unit);
const WEEKDAY: Type = { kind: 'enum', values: WEEKDAYS };

/** A call: a formula of the program first, then what is built in, then a plugin's function. */
export function inferCall(node: CallNode, context: Context, expected?: Type): Type {
  const formula = context.world.formula(node.name);
  if (formula !== undefined) {
    context.typing.calls.set(node, { kind: 'formula', signature: formula });
    inferArguments(node, formula.params, context);
    return formula.result;
  }
  const [only] = node.args;
  const overList = isAggregateName(node.name) && node.args.length === 1 && only !== undefined;
  if (overList && (builtInNamed(node.name) === undefined || isListLike(only, context))) {
    return inferListCall(node, node.name as AggregateName, only, context);
  }
  if (builtInNamed(node.name) !== undefined) {
    context.typing.calls.set(node, { kind: 'built-in' });
    return inferBuiltIn(node, context, expected);
  }
  const declared = context.world.index.function(node.name);
  if (declared !== undefined) {
    context.typing.calls.set(node, { kind: 'function', signature: declared });
    inferArguments(node, declared.params, context);
    return declared.result;
  }
  reportUnknown(node, context);
  return UNKNOWN;
}

function reportUnknown(node: CallNode, context: Context): void {
  for (const arg of node.args) context.infer(arg, context);
  const known = [
    ...context.world.names('formula'),
    ...BUILT_INS.map((f) => f.name),
    ...AGGREGATES.map((f) => f.name),
    ...Object.keys(context.world.index.catalog.functions ?? {}),
  ];
  const fix = didYouMean(node.name, known, node.nameSpan);
  if (isAggregateName(node.name)) reportCount(node, 'one list, or `x for v in list`', context);
  else context.reporter.report('unknownFunction', node.nameSpan, { name: node.name }, fix);
}

function reportCount(node: CallNode, expected: string, context: Context): void {
  const actual = String(node.args.length);
  context.reporter.report('argumentCount', node.span, { name: node.name, expected, actual });
}

const counted = (n: number): string => `${n} ${n === 1 ? 'argument' : 'arguments'}`;

function reportArgument(
  node: CallNode,
  arg: Expr,
  expected: string,
  actual: Type,
  context: Context,
): void {
  if (actual.kind === 'unknown') return;
  const words = { name: node.name, expected, actual: typeWords(actual) };
  context.reporter.report('argumentType', arg.span, words);
}

function inferArguments(
  node: CallNode,
  params: readonly { readonly type: Type }[],
  context: Context,
): void {
  if (node.args.length !== params.length) reportCount(node, counted(params.length), context);
  node.args.forEach((arg, i) => {
    const param = params[i]?.type;
    if (param === undefined) {
      context.infer(arg, context);
      return;
    }
    const found = context.infer(arg, context, param);
    const type = mayBeMissing(param) ? found : demandPresent(arg, found, context);
    if (!assignable(type, param)) reportArgument(node, arg, typeWords(param), type, context);
  });
}

/** Is the only argument of `min` or `max` a list? Asked on a copy, so that nothing is noted twice. */
function isListLike(arg: Expr, context: Context): boolean {
  const quiet = { ...context.reporter, report: () => undefined };
  return present(context.infer(arg, { ...context, reporter: quiet })).kind === 'list';
}

function inferListCall(node: CallNode, name: AggregateName, arg: Expr, context: Context): Type {
  const slot = context.typing.slots++;
  context.typing.calls.set(node, { kind: 'aggregate' });
  context.typing.loops.set(node, slot);
  const type = inferPresent(arg, context);
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
  const listType = inferPresent(node.list, context);
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
  const kept =
    node.where === undefined ? inside : withFacts(inside, factsWhen(node.where, true, inside));
  if (node.item === undefined) {
    if (name !== 'count')
      context.reporter.report('argumentCount', node.span, {
        name,
        expected: 'a value before `for`',
        actual: 'none',
      });
    return aggregateType('count', UNKNOWN);
  }
  const item = inferPresent(node.item, kept);
  if (!isAggregateName(name)) return UNKNOWN;
  if (name === 'count') {
    const words = { name, expected: 'nothing before `for`', actual: 'a value' };
    context.reporter.report('argumentCount', node.item.span, words);
  }
  demandItem(name, item, node.item, context);
  return aggregateType(name, item);
}

function demandItem(name: AggregateName, item: Type, at: Expr, context: Context): void {
  if (item.kind === 'unknown' || name === 'count') return;
  const logical = name === 'any' || name === 'all' || name === 'none';
  const ordered = item.kind === 'date' || item.kind === 'instant' || item.kind === 'time';
  const fits = logical
    ? item.kind === 'bool'
    : item.kind === 'quantity' || ((name === 'min' || name === 'max') && ordered);
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

function inferBuiltIn(node: CallNode, context: Context, expected: Type | undefined): Type {
  const declared = builtInNamed(node.name);
  const count = node.args.length;
  if (declared !== undefined && (count < declared.min || count > declared.max)) {
    for (const arg of node.args) context.infer(arg, context);
    reportCount(node, `\`${declared.signature}\``, context);
    return UNKNOWN;
  }
  switch (node.name) {
    case 'abs':
      return numeric(node, 0, context, (type) => quantity(type.unit, type.resolution));
    case 'min':
    case 'max':
    case 'clamp':
      return inferChoice(node, context);
    case 'round':
    case 'floor':
    case 'ceil':
      return inferRounding(node, context);
    case 'sqrt':
      return numeric(node, 0, context, (type) => inferRoot(node, type, context));
    case 'percent':
      return inferPercent(node, context);
    case 'coalesce':
      return inferFirstPresent(node, context, expected);
    default:
      return inferSimple(node, context);
  }
}

type Quantity = Extract<Type, { kind: 'quantity' }>;

function numeric(
  node: CallNode,
  index: number,
  context: Context,
  result: (type: Quantity) => Type,
): Type {
  const arg = node.args[index] as Expr;
  const type = inferPresent(arg, context);
  if (type.kind === 'quantity') return result(type);
  reportArgument(node, arg, 'a number or a quantity', type, context);
  return UNKNOWN;
}

function inferChoice(node: CallNode, context: Context): Type {
  const types = inferPeers(node.args, context).map((t, i) =>
    demandPresent(node.args[i] as Expr, t, context),
  );
  let result: Type | undefined;
  types.forEach((type, i) => {
    const arg = node.args[i] as Expr;
    const chosen: Type | undefined = result;
    if (type.kind === 'unknown' || chosen?.kind === 'unknown') result = UNKNOWN;
    else if (type.kind === 'quantity' && (chosen === undefined || chosen.kind === 'quantity')) {
      if (chosen === undefined) result = type;
      else
        result = demandSameUnit(chosen, type, arg, context)
          ? mergeQuantities(chosen, type)
          : UNKNOWN;
    } else if (chosen === undefined && ['date', 'time', 'instant'].includes(type.kind))
      result = type;
    else if (chosen?.kind !== type.kind) {
      reportArgument(
        node,
        arg,
        chosen === undefined ? 'numbers or quantities' : typeWords(chosen),
        type,
        context,
      );
      result = UNKNOWN;
    }
  });
  return result?.kind === 'quantity' && types.length === 1
    ? quantity(result.unit, result.resolution)
    : (result ?? UNKNOWN);
}

function inferRounding(node: CallNode, context: Context): Type {
  const [arg, step] = node.args as [Expr, Expr | undefined];
  const type = inferPresent(arg, context);
  const stepType = step && inferPresent(step, context, type);
  if (type.kind !== 'quantity') {
    reportArgument(node, arg, 'a number or a quantity', type, context);
    return UNKNOWN;
  }
  if (step === undefined || stepType === undefined) {
    if (!isNumber(type))
      reportArgument(node, arg, `a step, such as \`1 ${type.unit.text}\`, after it`, type, context);
    return quantity(type.unit, 1);
  }
  const value = literalValue(step);
  if (value !== undefined && value <= 0) context.reporter.report('badStep', step.span);
  if (stepType.kind !== 'quantity') {
    reportArgument(node, step, 'a step', stepType, context);
    return quantity(type.unit);
  }
  demandSameUnit(type, stepType, step, context);
  return quantity(type.unit, value !== undefined && value > 0 ? value : undefined);
}

function inferRoot(node: CallNode, type: Quantity, context: Context): Type {
  const root = halve(type.dimension);
  if (root !== undefined) return ofDimension(root);
  reportArgument(node, node.args[0] as Expr, 'a number or a square such as `m2`', type, context);
  return UNKNOWN;
}

function inferPercent(node: CallNode, context: Context): Type {
  return numeric(node, 0, context, (type) => {
    if (!isNumber(type))
      reportArgument(node, node.args[0] as Expr, 'a plain number', type, context);
    return PERCENT;
  });
}

function inferFirstPresent(node: CallNode, context: Context, expected: Type | undefined): Type {
  const last = node.args.length - 1;
  let result: Type | undefined;
  node.args.forEach((arg, i) => {
    const type = context.infer(
      arg,
      i < last ? { ...context, answered: true } : context,
      expected ?? result,
    );
    const known: Type = i < last ? present(type) : type;
    const both: Type | undefined = result === undefined ? known : join(result, known);
    if (both === undefined && result !== undefined) {
      context.reporter.report('branchTypes', arg.span, {
        left: typeWords(result),
        right: typeWords(known),
      });
    }
    result = both ?? UNKNOWN;
  });
  return result ?? UNKNOWN;
}

/** Functions whose parameters have one type each. */
const SIMPLE: Readonly<
  Record<string, { readonly params: readonly Type[]; readonly result: Type }>
> = {
  length: { params: [TEXT], result: NUMBER_TYPE },
  lower: { params: [TEXT], result: TEXT },
  upper: { params: [TEXT], result: TEXT },
  starts_with: { params: [TEXT, TEXT], result: BOOL },
  contains: { params: [TEXT, TEXT], result: BOOL },
  date_of: { params: [INSTANT], result: DATE },
  time_of: { params: [INSTANT], result: TIME },
  days_between: { params: [DATE, DATE], result: quantity(NUMBER_TYPE.unit, 1) },
  weekday: { params: [DATE], result: WEEKDAY },
};

function inferSimple(node: CallNode, context: Context): Type {
  const signature = SIMPLE[node.name];
  if (signature === undefined) return UNKNOWN;
  inferArguments(
    node,
    signature.params.map((type) => ({ type })),
    context,
  );
  return signature.result;
}
