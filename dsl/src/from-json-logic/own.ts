import type { CompareOp, Expr } from '../language/ast.ts';
import {
  BOOL,
  DATE,
  INSTANT,
  NUMBER_TYPE,
  optional,
  present,
  type QuantityType,
  TEXT,
  TIME,
  type Type,
} from '../types/type.ts';
import { condition } from './compare.ts';
import { call, product, round, scale, sum } from './own-numbers.ts';
import { number, type Own, operands, refitted, share, two, written } from './own-parts.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  agreed,
  aligned,
  asType,
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

/** Our own operators: what the compiler to JSON Logic writes, read back. */
const OWN: ReadonlyMap<string, Own> = new Map<string, Own>([
  ['qoida.field', field],
  ['qoida.there', (n, s, t) => operands(n, s, t, 1)[0]],
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
    ? refuse(node, 'it is not known, or stands where the compiler does not write it')
    : operator(node, scope, t);
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
