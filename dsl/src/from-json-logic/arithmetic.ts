import { isNumber, NUMBER_TYPE, ofDimension, present, type QuantityType } from '../types/type.ts';
import { combine } from '../types/units.ts';
import { demandSameScale } from './compare.ts';
import type { OperationNode } from './rule.ts';
import {
  aligned,
  asType,
  constant,
  isDynamic,
  isFlexible,
  kindOf,
  refuse,
  type Scope,
  type Term,
  type Translation,
  wordsOf,
} from './term.ts';

/** An operand that JSON Logic and the language take for the same number. */
function number(term: Term, node: OperationNode, t: Translation): Term {
  if (kindOf(term) === 'quantity' || isDynamic(term)) return term;
  const { constant: value } = term;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) {
    return constant(Number(value), t.build);
  }
  return refuse(node, `it turns ${wordsOf(term)} into a number`);
}

/** The operands as numbers, constants in the unit of what stands beside them. */
function numbers(node: OperationNode, scope: Scope, t: Translation): Term[] {
  const terms = node.args.map((arg) => number(t.term(arg, scope), node, t));
  const like = terms.find((term) => term.constant === undefined && kindOf(term) === 'quantity');
  return like === undefined ? terms : terms.map((term) => aligned(term, like, t));
}

/** The type of a sum or a choice: of the operand that has a unit. */
export function sumType(terms: readonly Term[]): QuantityType {
  const types = terms.map((term) => present(term.type));
  const first = types.find((type) => type.kind === 'quantity' && !isNumber(type));
  return first?.kind === 'quantity' ? first : NUMBER_TYPE;
}

/** Two terms added, taken from one another, or chosen from. */
function sameScale(terms: readonly Term[], node: OperationNode, t: Translation): void {
  for (const term of terms.slice(1)) demandSameScale(terms[0] as Term, term, node, t);
}

export function plus(node: OperationNode, scope: Scope, t: Translation): Term {
  const terms = numbers(node, scope, t);
  const [first, ...rest] = terms;
  if (first === undefined) return constant(0, t.build);
  sameScale(terms, node, t);
  // Alone it turns its operand into a number: an untyped one has to be one.
  if (rest.length === 0 && isDynamic(first)) {
    return { expr: t.build.binary('+', first.expr, t.build.number(0)), type: NUMBER_TYPE };
  }
  if (rest.length === 0) return first;
  const expr = rest.reduce((sum, term) => t.build.binary('+', sum, term.expr), first.expr);
  return { expr, type: sumType(terms) };
}

export function minus(node: OperationNode, scope: Scope, t: Translation): Term {
  const terms = numbers(node, scope, t);
  const [a, b] = terms;
  if (a === undefined || terms.length > 2) return refuse(node, 'it takes one operand or two');
  if (b === undefined) {
    if (typeof a.constant === 'number') return constant(-a.constant, t.build);
    return { expr: t.build.minus(a.expr), type: sumType(terms) };
  }
  sameScale(terms, node, t);
  return { expr: t.build.binary('-', a.expr, b.expr), type: sumType(terms) };
}

/** `*` and `/`: a number and a quantity, or two quantities whose product has a meaning. */
export function product(node: OperationNode, op: '*' | '/', scope: Scope, t: Translation): Term {
  const terms = node.args.map((arg) => number(t.term(arg, scope), node, t));
  const [first, ...rest] = terms;
  if (first === undefined) return refuse(node, 'it has no operands');
  if (op === '/' && terms.length !== 2) return refuse(node, 'it takes two operands');
  if (rest.length === 0 && isDynamic(first)) {
    return { expr: t.build.binary('*', first.expr, t.build.number(1)), type: NUMBER_TYPE };
  }
  return rest.reduce((left, right) => multiplied(left, right, op, node, t), first);
}

/** One product or quotient. */
export function multiplied(
  a: Term,
  b: Term,
  op: '*' | '/',
  node: OperationNode,
  t: Translation,
): Term {
  const [left, right] = [quantityOf(a), quantityOf(b)];
  if (!t.base) demandPlainProduct(a, b, op, node);
  const expr = t.build.binary(op, a.expr, b.expr);
  const flex =
    t.base && (isFlexible(a) || isFlexible(b)) ? { flex: refitted(a, b, op, node, t) } : {};
  if (isNumber(right)) return { expr, type: left, ...flex };
  if (isNumber(left) && op === '*') return { expr, type: right, ...flex };
  const dimension = combine(left.dimension, right.dimension, op === '*' ? 1 : -1);
  return { expr, type: ofDimension(dimension), ...flex };
}

/** A product with another dimension: one of its factors takes what is missing. */
function refitted(
  a: Term,
  b: Term,
  op: '*' | '/',
  node: OperationNode,
  t: Translation,
): NonNullable<Term['flex']> {
  const [left, right] = [quantityOf(a).dimension, quantityOf(b).dimension];
  return (like) => {
    if (like.kind !== 'quantity') return undefined;
    const wanted = like.dimension;
    const first = asType(a, ofDimension(combine(wanted, right, op === '*' ? -1 : 1)), t);
    if (first !== undefined) return multiplied(first, b, op, node, t);
    const rest = op === '*' ? combine(wanted, left, -1) : combine(left, wanted, -1);
    const second = asType(b, ofDimension(rest), t);
    return second && multiplied(a, second, op, node, t);
  };
}

function quantityOf(term: Term): QuantityType {
  const type = present(term.type);
  return type.kind === 'quantity' ? type : NUMBER_TYPE;
}

/** JSON Logic multiplies the numbers as they are; the language also their units. */
function demandPlainProduct(a: Term, b: Term, op: '*' | '/', node: OperationNode): void {
  const types = [quantityOf(a), quantityOf(b)] as const;
  if (types.some((type) => type.dimension === '%')) {
    refuse(node, 'a per cent counts as hundredths here, and JSON Logic takes it as it is');
  }
  const [left, right] = types;
  const alone = isNumber(right) || (isNumber(left) && op === '*');
  const sameUnit = left.unit.mul === right.unit.mul && left.unit.div === right.unit.div;
  const ratio = op === '/' && sameUnit && left.dimension === right.dimension;
  const base = types.every((type) => type.unit.mul === 1 && type.unit.div === 1);
  if (!alone && !ratio && !base) {
    refuse(node, `${wordsOf(a)} and ${wordsOf(b)}: the language computes in base units`);
  }
}

/** The remainder, with the sign of the dividend. */
export function remainder(node: OperationNode, scope: Scope, t: Translation): Term {
  const terms = numbers(node, scope, t);
  const [a, b] = terms;
  if (a === undefined || b === undefined || terms.length !== 2) {
    return refuse(node, 'it takes two operands');
  }
  sameScale(terms, node, t);
  const { build } = t;
  const quotient = (): Term['expr'] => build.binary('/', a.expr, b.expr);
  const whole = build.if(
    build.compare(['<'], [quotient(), build.number(0)]),
    build.call('ceil', quotient()),
    build.call('floor', quotient()),
  );
  return {
    expr: build.binary('-', a.expr, build.binary('*', b.expr, whole)),
    type: sumType(terms),
  };
}

/** `min` and `max`. */
export function choice(
  node: OperationNode,
  name: 'min' | 'max',
  scope: Scope,
  t: Translation,
): Term {
  const terms = numbers(node, scope, t);
  if (terms.length === 0) refuse(node, 'it has no operands');
  sameScale(terms, node, t);
  return { expr: t.build.call(name, ...terms.map((term) => term.expr)), type: sumType(terms) };
}
