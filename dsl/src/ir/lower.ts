import type {
  AggregateNode,
  CallNode,
  CompareNode,
  CompareOp,
  Expr,
  InNode,
  NameNode,
} from '../language/ast.ts';
import type { AggregateName } from '../types/functions.ts';
import { BOOL, NUMBER_TYPE, present, sharedResolution, type Type, UNKNOWN } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import { parseDate, parseInstant, parseTime } from '../values/calendar.ts';
import type { Equality, CompareOp as PlainOp } from '../values/compare.ts';
import type { StrictName } from '../values/functions.ts';
import type { Ir } from './ir.ts';
import { hundredths, lowerBinary } from './lower-arithmetic.ts';
import { lowerMember, lowerPart, partOfCall } from './lower-parts.ts';
import { lowerShift, shiftPart } from './lower-shift.ts';
import { type Findings, fieldOf, type Lowering, node } from './lowering.ts';

/**
 * Turns a checked expression (no errors) into the typed tree: names become inputs and locals,
 * quantities become numbers in base units, chains and `between` become plain comparisons.
 */
export function lower(expr: Expr, findings: Findings): Ir {
  const lowering: Lowering = {
    findings,
    lower(part) {
      const target = findings.casts.get(part);
      return target === undefined ? lowerKind(part, lowering) : lowerCast(part, target, lowering);
    },
    typeOf: (part) => findings.casts.get(part) ?? findings.types.get(part) ?? UNKNOWN,
  };
  return lowering.lower(expr);
}

/** An untyped value where a type is asked for: it is judged as data at the border is. */
function lowerCast(expr: Expr, target: Type, l: Lowering): Ir {
  const own = (part: Expr): Type =>
    part === expr ? (l.findings.types.get(part) ?? UNKNOWN) : l.typeOf(part);
  const operand = lowerKind(expr, { ...l, typeOf: own });
  const base = { ...node(expr, target), nullable: operand.nullable };
  return { ...base, kind: 'cast', operand, border: borderOf(target) };
}

function lowerKind(expr: Expr, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  switch (expr.kind) {
    case 'paren':
      return l.lower(expr.inner);
    case 'name':
      return lowerName(expr, l);
    case 'number': {
      const value = base.type.kind === 'quantity' ? (base.type.literal ?? expr.value) : expr.value;
      return { ...base, kind: 'const', value };
    }
    case 'text':
    case 'bool':
      return { ...base, kind: 'const', value: expr.value };
    case 'missing':
      return { ...base, kind: 'const', value: null };
    case 'now':
    case 'today':
      return { ...base, kind: expr.kind };
    case 'date':
    case 'time':
    case 'instant':
      return lowerMoment(expr, l);
    case 'field': {
      const part = shiftPart(expr, l) ?? partOfCall(expr, l);
      if (part !== undefined) return part;
      return fieldOf(expr, l.lower(expr.target), expr.name, base.type);
    }
    case 'unary': {
      const operand = l.lower(expr.operand);
      if (expr.op === 'not') return { ...base, kind: 'not', operand };
      return { ...base, kind: 'scale', operand, mul: -1, div: 1 };
    }
    case 'binary':
      return lowerBinary(expr, l);
    case 'compare':
      return lowerChain(expr, l);
    case 'between':
      return lowerBetween(expr, l);
    case 'in':
      return lowerIn(expr, l);
    case 'presence': {
      const missing = { ...base, kind: 'is_missing', operand: l.lower(expr.operand) } as const;
      const negate = (expr.test === 'present') !== expr.negated;
      return negate ? { ...base, kind: 'not', operand: missing } : missing;
    }
    case 'if': {
      const [condition, then, otherwise] = [expr.condition, expr.then, expr.otherwise].map(l.lower);
      return {
        ...base,
        kind: 'if',
        condition: condition as Ir,
        then: then as Ir,
        otherwise: otherwise as Ir,
      };
    }
    case 'list':
      return { ...base, kind: 'list', items: expr.items.map(l.lower) };
    case 'record':
      return lowerRecord(expr, l);
    case 'at':
      return { ...base, kind: 'call', name: 'at_midnight', args: [l.lower(expr.operand)] };
    case 'call':
      return lowerCall(expr, l);
    case 'aggregate':
      return lowerAggregate(expr, l);
  }
}

function lowerName(expr: NameNode, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const found = l.findings.names.get(expr);
  if (found === undefined) return { ...base, kind: 'const', value: null };
  if (found.kind === 'enum') return { ...base, kind: 'const', value: found.value };
  if (found.kind === 'local') return { ...base, kind: 'local', slot: found.slot, name: found.name };
  if (found.kind === 'member') return lowerMember(expr, found, base.type);
  if (found.kind === 'part') return lowerPart(expr, found, base.type);
  return { ...base, kind: 'input', name: found.name, border: borderOf(found.type) };
}

function lowerMoment(expr: Extract<Expr, { kind: 'date' | 'time' | 'instant' }>, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  if (expr.kind === 'date') return { ...base, kind: 'const', value: parseDate(expr.text) ?? null };
  if (expr.kind === 'time') return { ...base, kind: 'const', value: parseTime(expr.text) ?? null };
  const value = parseInstant(expr.text, 'UTC') ?? null;
  const constant = { ...base, kind: 'const', value } as const;
  // Without an offset it is local, and the zone is known only when the rule runs.
  if (/(Z|[+-]\d\d:\d\d)$/.test(expr.text)) return constant;
  return { ...base, kind: 'call', name: 'from_local', args: [constant] };
}

/** How two values are compared: the one place that decides it for every back end. */
function equalityOf(a: Type, b: Type): Equality {
  const [left, right] = [present(a), present(b)];
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    const step = sharedResolution(left, right);
    return step === undefined ? { mode: 'near' } : { mode: 'step', step };
  }
  if (left.kind === 'dynamic' && right.kind === 'dynamic') return { mode: 'dynamic' };
  if (left.kind === 'instant') return { mode: 'step', step: 1 };
  return { mode: left.kind === 'text' || right.kind === 'text' ? 'text' : 'exact' };
}

const OPS: Readonly<Record<CompareOp, { readonly op: PlainOp; readonly swap: boolean }>> = {
  '=': { op: 'eq', swap: false },
  '!=': { op: 'ne', swap: false },
  '<': { op: 'lt', swap: false },
  '<=': { op: 'le', swap: false },
  '>': { op: 'lt', swap: true },
  '>=': { op: 'le', swap: true },
};

function compare(at: Expr, written: CompareOp, a: Expr, b: Expr, l: Lowering): Ir {
  const { op, swap } = OPS[written];
  const [aType, bType] = [l.typeOf(a), l.typeOf(b)];
  const [x, y] = [hundredths(l.lower(a), aType, bType), hundredths(l.lower(b), bType, aType)];
  const span = {
    start: Math.min(a.span.start, b.span.start),
    end: Math.max(a.span.end, b.span.end),
  };
  const base = { ...node(at, BOOL), span };
  const equality = equalityOf(aType, bType);
  return { ...base, kind: 'compare', op, equality, left: swap ? y : x, right: swap ? x : y };
}

function lowerChain(expr: CompareNode, l: Lowering): Ir {
  const parts = expr.ops.map((op, i) =>
    compare(expr, op, expr.operands[i] as Expr, expr.operands[i + 1] as Expr, l),
  );
  return parts.reduce((left, right) => ({ ...node(expr, BOOL), kind: 'and', left, right }));
}

function lowerBetween(expr: Extract<Expr, { kind: 'between' }>, l: Lowering): Ir {
  const left = compare(expr, '<=', expr.low, expr.operand, l);
  const right = compare(expr, '<=', expr.operand, expr.high, l);
  const inside = { ...node(expr, BOOL), kind: 'and', left, right } as const;
  const both: Ir =
    present(l.typeOf(expr.low)).kind === 'time' ? overMidnight(expr, inside, l) : inside;
  return expr.negated ? { ...node(expr, BOOL), kind: 'not', operand: both } : both;
}

/** From 22:00 to 06:00 it is night: the first bound being the later one, either side will do. */
function overMidnight(
  expr: Extract<Expr, { kind: 'between' }>,
  inside: Ir & { readonly kind: 'and' },
  l: Lowering,
): Ir {
  const base = node(expr, BOOL);
  const outside: Ir = { ...base, kind: 'or', left: inside.left, right: inside.right };
  const { low, high } = expr;
  if (low.kind === 'time' && high.kind === 'time') {
    return (parseTime(low.text) ?? 0) <= (parseTime(high.text) ?? 0) ? inside : outside;
  }
  const condition = compare(expr, '<=', low, high, l);
  return { ...base, kind: 'if', condition, then: inside, otherwise: outside };
}

/** The step in which a value and all elements are kept; a list of literals has one for each. */
function stepOf({ left, right }: InNode, of: Type, l: Lowering): number | undefined {
  const written = right.kind === 'list' ? right.items.map(l.typeOf) : [of];
  const steps = written.map((type) => {
    const equality = equalityOf(l.typeOf(left), type);
    return equality.mode === 'step' ? equality.step : undefined;
  });
  return steps.every((step) => step === steps[0]) ? steps[0] : undefined;
}

function lowerIn(expr: InNode, l: Lowering): Ir {
  const listType = present(l.typeOf(expr.right));
  const of = listType.kind === 'list' ? listType.of : listType;
  const left = hundredths(l.lower(expr.left), l.typeOf(expr.left), of);
  const right = l.lower(expr.right);
  const list: Ir =
    listType.kind === 'list'
      ? right
      : { ...node(expr.right, listType), kind: 'list', items: [right] };
  const step = stepOf(expr, of, l);
  const member: Ir = { ...node(expr, BOOL), kind: 'in', step, left, list };
  return expr.negated ? { ...node(expr, BOOL), kind: 'not', operand: member } : member;
}

function lowerRecord(expr: Extract<Expr, { kind: 'record' }>, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const type = present(base.type);
  const fields = expr.fields.map(({ name, value }) => {
    const declared = type.kind === 'record' ? type.fields.get(name) : undefined;
    return { name, value: l.lower(value), border: borderOf(declared ?? l.typeOf(value)) };
  });
  return { ...base, kind: 'record', fields };
}

function lowerCall(expr: CallNode, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const callee = l.findings.calls.get(expr);
  const args = expr.args.map(l.lower);
  switch (callee?.kind) {
    case 'formula':
      return { ...base, kind: 'formula', name: callee.signature.name, args };
    case 'function': {
      const { params, result, name } = callee.signature;
      const values = args.map((value, i) => ({
        value,
        border: borderOf(params[i]?.type ?? UNKNOWN),
      }));
      return { ...base, kind: 'native', name, args: values, border: borderOf(result) };
    }
    case 'aggregate':
      return lowerListCall(expr, args[0] as Ir, l);
    case 'shift':
      return lowerShift(expr, callee.clock, l);
    default:
      return lowerBuiltIn(expr, args, l);
  }
}

function lowerBuiltIn(expr: CallNode, args: readonly Ir[], l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const [first, second] = args as [Ir, Ir | undefined];
  switch (expr.name) {
    case 'round':
    case 'floor':
    case 'ceil': {
      const step: Ir = second ?? { ...node(expr, NUMBER_TYPE), kind: 'const', value: 1 };
      const aligned = expr.args[1] && hundredths(step, l.typeOf(expr.args[1]), first.type);
      return { ...base, kind: 'round', how: expr.name, operand: first, step: aligned ?? step };
    }
    case 'percent':
      return { ...base, kind: 'scale', operand: first, mul: 100, div: 1 };
    case 'days_between':
      return { ...base, kind: 'sub', left: second as Ir, right: first };
    case 'coalesce':
      return args.reduceRight((right, left) => ({ ...base, kind: 'coalesce', left, right }));
    case 'min':
    case 'max':
    case 'clamp': {
      const plain = args.map((arg, i) =>
        hundredths(arg, l.typeOf(expr.args[i] as Expr), base.type),
      );
      return { ...base, kind: 'call', name: expr.name, args: plain };
    }
    default:
      return { ...base, kind: 'call', name: expr.name as StrictName, args };
  }
}

function lowerListCall(expr: CallNode, list: Ir, l: Lowering): Ir {
  const slot = l.findings.loops.get(expr) ?? 0;
  const type = present(list.type);
  const of = type.kind === 'list' ? type.of : UNKNOWN;
  const item: Ir = { ...node(expr.args[0] as Expr, of), kind: 'local', slot, name: 'each' };
  const name = expr.name as AggregateName;
  const base = node(expr, l.typeOf(expr));
  return {
    ...base,
    kind: 'aggregate',
    name,
    slot,
    list,
    item: name === 'count' ? undefined : item,
    where: undefined,
  };
}

function lowerAggregate(expr: AggregateNode, l: Lowering): Ir {
  return {
    ...node(expr, l.typeOf(expr)),
    kind: 'aggregate',
    name: expr.name as AggregateName,
    slot: l.findings.loops.get(expr) ?? 0,
    list: l.lower(expr.list),
    item: expr.item && l.lower(expr.item),
    where: expr.where && l.lower(expr.where),
  };
}
