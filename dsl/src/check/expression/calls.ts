import type { CallNode, Expr } from '../../language/ast.ts';
import { didYouMean } from '../../source/suggest.ts';
import {
  AGGREGATES,
  BUILT_INS,
  builtInNamed,
  isAggregateName,
  WEEKDAYS,
} from '../../types/functions.ts';
import {
  BOOL,
  DATE,
  INSTANT,
  isNumber,
  join,
  NUMBER_TYPE,
  ofDimension,
  present,
  quantity,
  TEXT,
  TIME,
  type Type,
  typeWords,
  UNKNOWN,
} from '../../types/type.ts';
import { halve, parseUnit } from '../../types/units.ts';
import type { Context } from '../context.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { inferListCall } from './aggregates.ts';
import { inferArguments, reportArgument, reportCount } from './arguments.ts';
import { inferAs, inferPresent } from './ask.ts';
import { settle, settlePeers } from './dynamic.ts';
import { literalValue } from './flow.ts';
import { demandSameUnit, inferPeers, isDegree, mergeQuantities } from './operators.ts';
import { inferMatches, inferShift } from './special-calls.ts';

const PERCENT = quantity(parseUnit('%') ?? NUMBER_TYPE.unit);
const KELVIN = ofDimension('K');
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
  if (isAggregateName(node.name) && node.args.length === 1 && only !== undefined) {
    // Read once: reading it again to choose between a list and a value would double at every level.
    const found = context.infer(only, context);
    if (builtInNamed(node.name) === undefined || present(found).kind === 'list')
      return inferListCall(node, node.name, only, found, context);
    context.typing.calls.set(node, { kind: 'built-in' });
    return inferChoice(node, context, [found]);
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
  const { world } = context;
  const known = () => [
    ...world.names('formula'),
    ...BUILT_INS.map((f) => f.name),
    ...AGGREGATES.map((f) => f.name),
    ...Object.keys(world.index.catalog.functions ?? {}),
  ];
  const fix = didYouMean(node.name, known, node.nameSpan);
  if (isAggregateName(node.name)) reportCount(node, 'one list, or `x for v in list`', context);
  else context.reporter.report('unknownFunction', node.nameSpan, { name: node.name }, fix);
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
      return numeric(node, 0, context, (type) => inferAbs(node, type, context));
    case 'min':
    case 'max':
    case 'clamp':
      return inferChoice(node, context, inferPeers(node.args, context));
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
    case 'matches':
      return inferMatches(node, context);
    case 'shift_of':
      return inferShift(node, context);
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
  const type = inferAs(arg, context, NUMBER_TYPE);
  if (type.kind === 'quantity') return result(type);
  reportArgument(node, arg, 'a number or a quantity', type, context);
  return UNKNOWN;
}

function inferAbs(node: CallNode, type: Quantity, context: Context): Type {
  if (isDegree(type)) context.reporter.report('temperature', node.span);
  return quantity(type.unit, type.resolution);
}

function inferChoice(node: CallNode, context: Context, found: readonly Type[]): Type {
  const types = found.map((t, i) => {
    const arg = node.args[i] as Expr;
    return settle(arg, demandPresent(arg, t, context), NUMBER_TYPE, context);
  });
  let result: Type | undefined;
  types.forEach((type, i) => {
    const arg = node.args[i] as Expr;
    const chosen: Type | undefined = result;
    if (type.kind === 'unknown' || chosen?.kind === 'unknown') result = UNKNOWN;
    else if (type.kind === 'quantity' && (chosen === undefined || chosen.kind === 'quantity')) {
      if (chosen === undefined) result = type;
      else
        result = demandSameUnit(chosen, type, arg, context, [node.args[0] as Expr, arg])
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
  const type = inferAs(arg, context, NUMBER_TYPE);
  const stepType = step && settle(step, inferPresent(step, context, type), NUMBER_TYPE, context);
  if (type.kind !== 'quantity') {
    reportArgument(node, arg, 'a number or a quantity', type, context);
    return UNKNOWN;
  }
  if (step === undefined || stepType === undefined) {
    const unit = isDegree(type) ? 'K' : type.unit.text;
    if (!isNumber(type))
      reportArgument(node, arg, `a step, such as \`1 ${unit}\`, after it`, type, context);
    return quantity(type.unit, 1);
  }
  const value = literalValue(step);
  if (value !== undefined && value <= 0) context.reporter.report('badStep', step.span);
  if (stepType.kind !== 'quantity') {
    reportArgument(node, step, 'a step', stepType, context);
    return quantity(type.unit);
  }
  // A step is a difference: between temperatures it is in kelvin.
  demandSameUnit(isDegree(type) ? KELVIN : type, stepType, step, context);
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
  const found: Type[] = [];
  for (const [i, arg] of node.args.entries()) {
    const inside = i < last ? { ...context, answered: true } : context;
    found.push(context.infer(arg, inside, expected ?? found.at(-1)));
  }
  let result: Type | undefined;
  settlePeers(node.args, found, context).forEach((type, i) => {
    const arg = node.args[i] as Expr;
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
