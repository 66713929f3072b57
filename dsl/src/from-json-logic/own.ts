import type { CompareOp, Expr } from '../language/ast.ts';
import { builtInNamed } from '../types/functions.ts';
import {
  BOOL,
  DATE,
  DYNAMIC,
  INSTANT,
  isNumber,
  NUMBER_TYPE,
  ofDimension,
  optional,
  present,
  type QuantityType,
  quantity,
  TEXT,
  TIME,
  type Type,
} from '../types/type.ts';
import { combine, halve, parseUnit } from '../types/units.ts';
import { multiplied, sumType } from './arithmetic.ts';
import { condition } from './compare.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  agreed,
  aligned,
  asType,
  constant,
  elementOf,
  fieldOf,
  isDynamic,
  isFlexible,
  kindOf,
  maybe,
  refuse,
  type Scope,
  type Term,
  type Translation,
} from './term.ts';

type Own = (node: OperationNode, scope: Scope, t: Translation) => Term;

const SECONDS = quantity(parseUnit('s') ?? NUMBER_TYPE.unit);
const PERCENT = quantity(parseUnit('%') ?? NUMBER_TYPE.unit);

/** Our own operators: what the compiler to JSON Logic writes, read back. */
const OWN: ReadonlyMap<string, Own> = new Map<string, Own>([
  ['qoida.field', field],
  ['qoida.record', record],
  ['qoida.add', sum('+')],
  ['qoida.sub', sum('-')],
  ['qoida.mul', product('*')],
  ['qoida.div', product('/')],
  ['qoida.scale', scale],
  ['qoida.compare', compare],
  ['qoida.in', member],
  ['qoida.and', logic('and')],
  ['qoida.or', logic('or')],
  ['qoida.not', (n, s, t) => condition(t.build.not(operands(n, s, t, 1)[0].expr))],
  ['qoida.if', choose],
  ['qoida.coalesce', coalesce],
  [
    'qoida.is_missing',
    (n, s, t) => condition(t.build.presence(operands(n, s, t, 1)[0].expr, 'missing')),
  ],
  ['qoida.as', cast],
  ['qoida.round', round],
  ['qoida.call', call],
  ['qoida.today', (_, __, t) => ({ expr: t.build.word('today'), type: DATE })],
  ...['sum', 'count', 'avg', 'min', 'max', 'any', 'all', 'none'].map((name): [string, Own] => [
    `qoida.${name}`,
    (n, s, t) => aggregate(n, name, s, t),
  ]),
]);

/** The names of our operators that a rule may use outside `map`. */
export const OWN_OPERATORS: readonly string[] = [...OWN.keys()];

export function own(node: OperationNode, scope: Scope, t: Translation): Term {
  const operator = OWN.get(node.operator);
  return operator === undefined
    ? refuse(node, 'it stands where the compiler does not write it')
    : operator(node, scope, t);
}

type Terms = readonly [Term, ...Term[]];

/** The operands, which are at least `count`. */
function operands(node: OperationNode, scope: Scope, t: Translation, count: number): Terms {
  if (node.args.length < count) refuse(node, `it takes ${count} operands`);
  return node.args.map((arg) => t.term(arg, scope)) as unknown as Terms;
}

function two(node: OperationNode, scope: Scope, t: Translation): readonly [Term, Term] {
  const [a, b] = operands(node, scope, t, 2) as readonly [Term, Term];
  return [a, b];
}

function written(node: OperationNode, index: number): string {
  const arg = node.args[index];
  if (arg?.kind === 'value' && typeof arg.value === 'string') return arg.value;
  return refuse(node, 'its first operand must be written out');
}

function number(node: OperationNode, index: number): number {
  const arg = node.args[index];
  if (arg?.kind === 'value' && typeof arg.value === 'number') return arg.value;
  return refuse(node, 'its factors must be written out');
}

function field(node: OperationNode, scope: Scope, t: Translation): Term {
  const [target] = node.args;
  const name = written(node, 1);
  // All the data, where a name can't be a path.
  if (target?.kind === 'operation' && target.operator === 'var') {
    const [key] = target.args;
    const path = key?.kind === 'value' && typeof key.value === 'string' ? key.value : undefined;
    if (path !== undefined && /^(outer\.)*outer$|^$/.test(path)) {
      return scope([...path.split('.').filter((part) => part !== ''), name], node);
    }
  }
  return fieldOf(operands(node, scope, t, 2)[0], name, node, t.build);
}

function record(node: OperationNode, scope: Scope, t: Translation): Term {
  const fields: (readonly [string, Term])[] = [];
  for (let i = 0; i + 1 < node.args.length; i += 2) {
    fields.push([written(node, i), t.term(node.args[i + 1] as RuleNode, scope)]);
  }
  const types = new Map(fields.map(([name, term]) => [name, term.type]));
  return {
    expr: t.build.record(fields.map(([name, term]) => [name, term.expr])),
    type: { kind: 'record', name: undefined, fields: types },
  };
}

function sum(op: '+' | '-'): Own {
  return (node, scope, t) => {
    const [first, second] = two(node, scope, t);
    return added(op, first, second, node, t);
  };
}

function added(
  op: '+' | '-',
  first: Term,
  second: Term,
  node: OperationNode,
  t: Translation,
): Term {
  if (second.scaled?.as === 'milliseconds' && kindOf(first) === 'quantity') {
    const moved = asType(first, INSTANT, t);
    return moved === undefined
      ? refuse(node, 'it moves by a time what is no instant')
      : aroundInstant(op, moved, second, node, t);
  }
  const kinds = [kindOf(first), kindOf(second)];
  if (kinds.includes('instant')) return aroundInstant(op, first, second, node, t);
  if (kinds.includes('date')) return aroundDate(op, first, second, node, t);
  const [a, b] = agreed([share(first, t), share(second, t)] as const, t);
  const flex = refitted([a, b], ([x, y]) => added(op, x as Term, y as Term, node, t), t);
  const type = sumType([a, b]);
  return { expr: t.build.binary(op, a.expr, b.expr), type, ...inMoment(op, a, b, node, t, flex) };
}

/** A number that is a moment beside one: its first part is, and the second moves it. */
function inMoment(
  op: '+' | '-',
  a: Term,
  b: Term,
  node: OperationNode,
  t: Translation,
  otherwise: Pick<Term, 'flex'>,
): Pick<Term, 'flex'> {
  if (otherwise.flex === undefined) return otherwise;
  return {
    flex(like) {
      if (like.kind === 'quantity') return otherwise.flex?.(like);
      const first = asType(a, like, t);
      return first && added(op, first, b, node, t);
    },
  };
}

/**
 * What is made of terms of one type, with another type.
 * @param moments may that be a date or an instant?
 */
function refitted(
  terms: readonly Term[],
  make: (terms: readonly Term[]) => Term,
  t: Translation,
  moments = true,
): Pick<Term, 'flex'> {
  if (!terms.every(isFlexible)) return {};
  return {
    flex(like) {
      if (like.kind !== 'quantity' && !moments) return undefined;
      const made = terms.map((term) => asType(term, like, t));
      return made.every((term) => term !== undefined) ? make(made) : undefined;
    },
  };
}

function aroundInstant(op: '+' | '-', a: Term, b: Term, node: OperationNode, t: Translation): Term {
  if (kindOf(a) === 'instant' && kindOf(b) === 'instant') {
    const expr = t.build.binary('-', a.expr, b.expr);
    // In milliseconds, until `qoida.scale` makes seconds of it.
    return { expr, type: DYNAMIC, scaled: { as: 'milliseconds', of: { expr, type: SECONDS } } };
  }
  const [x, y] = [seconds(a, node, t), seconds(b, node, t)];
  return { expr: t.build.binary(op, x.expr, y.expr), type: INSTANT };
}

/** Milliseconds beside an instant, as the seconds they were made of. */
function seconds(term: Term, node: OperationNode, t: Translation): Term {
  if (kindOf(term) === 'instant') return term;
  if (term.scaled?.as === 'milliseconds') return term.scaled.of;
  if (typeof term.constant !== 'number') return refuse(node, 'it moves an instant by no time');
  return { expr: t.build.number(term.constant / 1000, 's'), type: SECONDS };
}

function aroundDate(op: '+' | '-', a: Term, b: Term, node: OperationNode, t: Translation): Term {
  if (kindOf(a) === 'date' && kindOf(b) === 'date') {
    return { expr: t.build.call('days_between', b.expr, a.expr), type: NUMBER_TYPE };
  }
  const [date, amount] = kindOf(a) === 'date' ? [a, b] : [b, a];
  const days = amount.constant;
  if (typeof days !== 'number')
    return refuse(node, 'it moves a date by a number that is not written');
  return { expr: moved(date.expr, op === '+' ? days : -days, 'day', t), type: DATE };
}

function moved(date: Expr, by: number, unit: 'day' | 'month', t: Translation): Expr {
  return t.build.binary(by < 0 ? '-' : '+', date, t.build.number(Math.abs(by), unit));
}

function product(op: '*' | '/'): Own {
  return (node, scope, t) => {
    const [a, b] = two(node, scope, t);
    const plain = (term: Term): Term =>
      term.scaled?.as === 'hundredths' ? { ...term.scaled.of, type: NUMBER_TYPE } : term;
    return multiplied(plain(a), plain(b), op, node, t);
  };
}

/** A per cent as the number it stands for: multiplied, it counts as hundredths. */
function share(term: Term, t: Translation): Term {
  if (term.scaled?.as !== 'hundredths') return term;
  const expr = t.build.binary('*', term.scaled.of.expr, t.build.number(1));
  return { expr, type: NUMBER_TYPE };
}

function scale(node: OperationNode, scope: Scope, t: Translation): Term {
  const [x] = operands(node, scope, t, 3);
  const [mul, div] = [number(node, 1), number(node, 2)];
  if (typeof x.constant === 'number') return constant((x.constant * mul) / div, t.build);
  const type = present(x.type);
  if (x.scaled?.as === 'milliseconds' && mul === 1 && div === 1000) return x.scaled.of;
  if (mul === -1 && div === 1) return negated(x, t);
  const per = type.kind === 'quantity' ? type.dimension : '';
  if (per === '%' && mul === 1 && div === 100) {
    return { expr: x.expr, type: NUMBER_TYPE, scaled: { as: 'hundredths', of: x } };
  }
  if (per === 's' && mul === 1000 && div === 1) {
    return { expr: x.expr, type: DYNAMIC, scaled: { as: 'milliseconds', of: x } };
  }
  if (per === '' && mul === 100 && div === 1) {
    return { expr: t.build.call('percent', x.expr), type: PERCENT };
  }
  const times = mul === 1 ? x.expr : t.build.binary('*', x.expr, t.build.number(mul));
  return { expr: div === 1 ? times : t.build.binary('/', times, t.build.number(div)), type };
}

function negated(x: Term, t: Translation): Term {
  const flex = refitted([x], ([y]) => negated(y as Term, t), t, false);
  return { expr: t.build.minus(share(x, t).expr), type: x.type, ...flex };
}

const SIGNS: Readonly<Record<string, CompareOp>> = { eq: '=', ne: '!=', lt: '<', le: '<=' };

function compare(node: OperationNode, scope: Scope, t: Translation): Term {
  const op = Object.hasOwn(SIGNS, written(node, 0)) ? SIGNS[written(node, 0)] : undefined;
  if (op === undefined || node.args.length !== 5)
    return refuse(node, 'it compares by eq, ne, lt or le');
  const [first, second] = node.args.slice(3).map((arg) => t.term(arg, scope)) as [Term, Term];
  const instants = written(node, 1) === 'step' && number(node, 2) === 1;
  const pair = [share(first, t), share(second, t)] as const;
  const [a, b] = agreed(instants ? asInstants(pair, t) : pair, t);
  const left = isUntyped(node, 3) && isUntyped(node, 4) ? asNumber(a, node, t) : a;
  return condition(t.build.compare([op], [left.expr, b.expr]));
}

/** Numbers that are written out and compared to the millisecond are instants. */
function asInstants(pair: readonly [Term, Term], t: Translation): readonly [Term, Term] {
  const loose = pair.every(isFlexible);
  const made = pair.map((term) => asType(term, INSTANT, t));
  const [a, b] = made;
  return loose && a !== undefined && b !== undefined ? [a, b] : pair;
}

/** Is an operand an untyped value that is taken for something? */
function isUntyped(node: OperationNode, index: number): boolean {
  const arg = node.args[index];
  return arg?.kind === 'operation' && arg.operator === 'qoida.as';
}

/** Two untyped values that are both taken for numbers: the sum says so. */
function asNumber(term: Term, node: OperationNode, t: Translation): Term {
  if (kindOf(term) !== 'quantity') return refuse(node, 'both values are untyped');
  return { expr: t.build.binary('+', term.expr, t.build.number(0)), type: NUMBER_TYPE };
}

function member(node: OperationNode, scope: Scope, t: Translation): Term {
  const [needle, list] = node.args as [RuleNode | undefined, RuleNode | undefined];
  if (needle === undefined || list === undefined)
    return refuse(node, 'it takes a value and a list');
  const x = t.term(needle, scope);
  if (list.kind !== 'list') {
    const hay = t.term(list, scope);
    const like: Term = { expr: hay.expr, type: elementOf(hay, node) };
    return condition(t.build.in(aligned(share(x, t), like, t).expr, hay.expr));
  }
  const items = list.items.map((item) => share(t.term(item, scope), t));
  const [needed, ...rest] = agreed([share(x, t), ...items], t);
  const exprs = rest.map((item) => item.expr);
  return condition(t.build.in((needed as Term).expr, t.build.list(exprs)));
}

function logic(op: 'and' | 'or'): Own {
  return (node, scope, t) => {
    const [a, b] = two(node, scope, t);
    return condition(t.build.binary(op, a.expr, b.expr));
  };
}

function either(first: Term, second: Term, t: Translation): readonly [Term, Term, Type] {
  const [a, b] = agreed([share(first, t), share(second, t)] as const, t);
  const plain = kindOf(a) === 'missing' || isDynamic(a) ? present(b.type) : present(a.type);
  return [a, b, plain];
}

function choose(node: OperationNode, scope: Scope, t: Translation): Term {
  const [test, first, second] = operands(node, scope, t, 3) as readonly [Term, Term, Term];
  return chosen(test.expr, first, second, t);
}

function chosen(test: Expr, first: Term, second: Term, t: Translation): Term {
  const [a, b, type] = either(first, second, t);
  const expr = t.build.if(test, a.expr, b.expr);
  const flex = refitted([a, b], ([x, y]) => chosen(test, x as Term, y as Term, t), t);
  return { expr, type: maybe(a.type) || maybe(b.type) ? optional(type) : type, ...flex };
}

function coalesce(node: OperationNode, scope: Scope, t: Translation): Term {
  const [first, second] = two(node, scope, t);
  return instead(first, second, t);
}

function instead(first: Term, second: Term, t: Translation): Term {
  const [a, b, type] = either(first, second, t);
  const flex = refitted([a, b], ([x, y]) => instead(x as Term, y as Term, t), t);
  const expr = t.build.binary('??', a.expr, b.expr);
  return { expr, type: maybe(b.type) ? optional(type) : type, ...flex };
}

const CASTS: Readonly<Record<string, Type>> = {
  number: NUMBER_TYPE,
  text: TEXT,
  bool: BOOL,
  date: DATE,
  time: TIME,
  instant: INSTANT,
};

/** What an untyped value is taken for shows in its place. */
function cast(node: OperationNode, scope: Scope, t: Translation): Term {
  const [x] = operands(node, scope, t, 2);
  const [, as] = node.args;
  const name = as?.kind === 'value' && typeof as.value === 'string' ? as.value : '';
  const type = Object.hasOwn(CASTS, name) ? CASTS[name] : undefined;
  return type === undefined ? x : { ...x, type: optional(type) };
}

function round(node: OperationNode, scope: Scope, t: Translation): Term {
  const how = written(node, 2);
  if (!['round', 'floor', 'ceil'].includes(how)) return refuse(node, 'it rounds, floors or ceils');
  const [x, step] = two(node, scope, t);
  return rounded(how, share(x, t), share(step, t), t);
}

function rounded(how: string, x: Term, by: Term, t: Translation): Term {
  const [first, step] = agreed([x, by] as const, t);
  const type = sumType([first]);
  const args = step.constant === 1 && isNumber(type) ? [first] : [first, step];
  const flex = refitted([x, by], ([y, s]) => rounded(how, y as Term, s as Term, t), t, false);
  return { expr: t.build.call(how, ...args.map((arg) => arg.expr)), type, ...flex };
}

const RESULTS: Readonly<Record<string, Type>> = {
  length: NUMBER_TYPE,
  lower: TEXT,
  upper: TEXT,
  starts_with: BOOL,
  contains: BOOL,
  matches: BOOL,
  date_of: DATE,
  time_of: TIME,
};

function call(node: OperationNode, scope: Scope, t: Translation): Term {
  const name = written(node, 0);
  const args = node.args.slice(2).map((arg) => t.term(arg, scope));
  const [a, b] = args;
  if (a === undefined) return refuse(node, 'it has no operands');
  switch (name) {
    case 'at_midnight':
      return { expr: t.build.at(a.constant === undefined ? a.expr : dateOf(a, t)), type: INSTANT };
    case 'from_local': {
      if (typeof a.constant !== 'number')
        return refuse(node, 'a local instant must be written out');
      const text = new Date(a.constant).toISOString().slice(0, 23);
      return { expr: t.build.moment('instant', text), type: INSTANT };
    }
    case 'add_months': {
      const months = b?.constant;
      if (typeof months !== 'number') return refuse(node, 'the months must be written out');
      const date = a.constant === undefined ? a.expr : dateOf(a, t);
      return { expr: moved(date, months, 'month', t), type: DATE };
    }
    default:
      return builtIn(node, name, args, t);
  }
}

const dateOf = (term: Term, t: Translation): Expr =>
  aligned(term, { expr: term.expr, type: DATE }, t).expr;

function builtIn(node: OperationNode, name: string, args: readonly Term[], t: Translation): Term {
  if (builtInNamed(name) === undefined) refuse(node, `there is no function \`${name}\``);
  if (name === 'sqrt') return root(share(args[0] as Term, t), t);
  const terms = agreed(
    args.map((arg) => share(arg, t)),
    t,
  );
  const expr = t.build.call(name, ...terms.map((term) => term.expr));
  if (Object.hasOwn(RESULTS, name)) return { expr, type: RESULTS[name] ?? DYNAMIC };
  if (name === 'weekday') return { expr, type: TEXT };
  const like = terms.find((term) => term.constant === undefined && !isDynamic(term));
  const type = like === undefined ? sumType(terms) : present(like.type);
  return {
    expr,
    type,
    ...refitted(terms, (made) => builtIn(node, name, made, t), t, name !== 'abs'),
  };
}

/** A root: of a number, or of what is a square. */
function root(x: Term, t: Translation): Term {
  const of = sumType([x]);
  const half = halve(of.dimension);
  if (half === undefined) {
    const plain = asType(x, NUMBER_TYPE, t) ?? x;
    return { expr: t.build.call('sqrt', plain.expr), type: NUMBER_TYPE };
  }
  const squared = (like: Type): Term | undefined => {
    if (like.kind !== 'quantity') return undefined;
    const square = asType(x, ofDimension(combine(like.dimension, like.dimension, 1)), t);
    return square && root(square, t);
  };
  const flex = isFlexible(x) ? { flex: squared } : {};
  return { expr: t.build.call('sqrt', x.expr), type: ofDimension(half), ...flex };
}

/** `{"qoida.sum": [{"map": [{"qoida.each": [list, data]}, {"qoida.kept": [wrong, where, item]}]}]}` */
function aggregate(node: OperationNode, name: string, scope: Scope, t: Translation): Term {
  const [map] = node.args;
  const [pairs, kept] = map?.kind === 'operation' && map.operator === 'map' ? map.args : [];
  const known =
    pairs?.kind === 'operation' &&
    pairs.operator === 'qoida.each' &&
    kept?.kind === 'operation' &&
    kept.operator === 'qoida.kept';
  if (!known) return refuse(node, 'it stands over `map` as the compiler writes it');
  const [listed] = pairs.args;
  const [, where, item] = kept.args;
  if (listed === undefined || where === undefined || item === undefined) {
    return refuse(node, 'its list or its elements are missing');
  }
  const list = t.term(listed, scope);
  const variable = t.build.name(t.fresh());
  const element: Term = { expr: variable, type: elementOf(list, node), path: true };
  const inside: Scope = (path, at) => {
    const [head, ...rest] = path;
    if (head === 'outer') return scope(rest, at);
    if (head !== 'each') return refuse(node, 'inside its list there is `each` and `outer`');
    return rest.reduce((target, part) => fieldOf(target, part, at, t.build), element);
  };
  const always = where.kind === 'value' && where.value === true;
  const value = t.term(item, inside);
  const expr = t.build.aggregate(name, {
    variable,
    list: list.expr,
    item: name === 'count' ? undefined : share(value, t).expr,
    where: always ? undefined : t.term(where, inside).expr,
  });
  return { expr, type: aggregateType(name, value) };
}

function aggregateType(name: string, item: Term): Type {
  switch (name) {
    case 'any':
    case 'all':
    case 'none':
      return BOOL;
    case 'count':
      return NUMBER_TYPE;
    default: {
      const type = present(item.type);
      const plain: Type | QuantityType = type.kind === 'dynamic' ? NUMBER_TYPE : type;
      return name === 'sum' ? plain : optional(plain);
    }
  }
}
