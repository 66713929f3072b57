import type { Expr } from '../language/ast.ts';
import { builtInNamed } from '../types/functions.ts';
import {
  BOOL,
  DATE,
  DYNAMIC,
  INSTANT,
  isNumber,
  NUMBER_TYPE,
  ofDimension,
  present,
  quantity,
  TEXT,
  TIME,
  type Type,
} from '../types/type.ts';
import { combine, halve, parseUnit } from '../types/units.ts';
import { multiplied, sumType } from './arithmetic.ts';
import { number, type Own, operands, refitted, share, two, written } from './own-parts.ts';
import type { OperationNode } from './rule.ts';
import {
  agreed,
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
} from './term.ts';

const SECONDS = quantity(parseUnit('s') ?? NUMBER_TYPE.unit);

const PERCENT = quantity(parseUnit('%') ?? NUMBER_TYPE.unit);

export function sum(op: '+' | '-'): Own {
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

export function product(op: '*' | '/'): Own {
  return (node, scope, t) => {
    const [a, b] = two(node, scope, t);
    const plain = (term: Term): Term =>
      term.scaled?.as === 'hundredths' ? { ...term.scaled.of, type: NUMBER_TYPE } : term;
    return multiplied(plain(a), plain(b), op, node, t);
  };
}

export function scale(node: OperationNode, scope: Scope, t: Translation): Term {
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

export function round(node: OperationNode, scope: Scope, t: Translation): Term {
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

export function call(node: OperationNode, scope: Scope, t: Translation): Term {
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
    case 'shift_date':
    case 'shift_kind':
    case 'shift_start':
    case 'shift_end':
      return shift(name.slice('shift_'.length), args, t);
    default:
      return builtIn(node, name, args, t);
  }
}

const SHIFT: Readonly<Record<string, Type>> = {
  date: DATE,
  kind: TEXT,
  start: INSTANT,
  end: INSTANT,
};

/** One part of a shift; the times its days and nights begin at are written out or read. */
function shift(part: string, [at, ...begins]: readonly Term[], t: Translation): Term {
  const times = begins.map((begin) => aligned(begin, { expr: begin.expr, type: TIME }, t));
  const all = [at, ...times].flatMap((term) => (term === undefined ? [] : [term.expr]));
  return { expr: t.build.field(t.build.call('shift_of', ...all), part), type: SHIFT[part] ?? TEXT };
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
