import type { Expr } from '../language/ast.ts';
import {
  DYNAMIC,
  INSTANT,
  join,
  MISSING,
  optional,
  present,
  type Type,
  typeWords,
} from '../types/type.ts';
import { choice, minus, plus, product, remainder } from './arithmetic.ts';
import type { ExpressionBuilder } from './builder.ts';
import { condition, equality, order, truth } from './compare.ts';
import { filled, merged, missing, quantified, reduced } from './lists.ts';
import { own } from './own.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  aligned,
  constant,
  declareIt,
  fieldOf,
  isDynamic,
  isInherited,
  kindOf,
  listType,
  maybe,
  refuse,
  type Scope,
  type Term,
  type Translation,
} from './term.ts';
import { cat, substr, within } from './texts.ts';

type Operator = (node: OperationNode, scope: Scope, t: Translation) => Term;

const equals =
  (strict: boolean, negated: boolean): Operator =>
  (node, scope, t) =>
    equality(node, scope, t, { strict, negated });

/** The operators that JSON Logic has, by their names. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['var', variable],
  ['missing', asCondition],
  ['missing_some', asCondition],
  ['if', choose],
  ['?:', choose],
  ['==', equals(false, false)],
  ['===', equals(true, false)],
  ['!=', equals(false, true)],
  ['!==', equals(true, true)],
  ['!', (node, scope, t) => condition(conditionOf(node, scope, t))],
  ['!!', (node, scope, t) => condition(conditionOf(node, scope, t))],
  ['and', logic],
  ['or', logic],
  ['<', (node, scope, t) => order(node, '<', scope, t)],
  ['<=', (node, scope, t) => order(node, '<=', scope, t)],
  ['>', (node, scope, t) => order(node, '>', scope, t)],
  ['>=', (node, scope, t) => order(node, '>=', scope, t)],
  ['max', (node, scope, t) => choice(node, 'max', scope, t)],
  ['min', (node, scope, t) => choice(node, 'min', scope, t)],
  ['+', plus],
  ['-', minus],
  ['*', (node, scope, t) => product(node, '*', scope, t)],
  ['/', (node, scope, t) => product(node, '/', scope, t)],
  ['%', remainder],
  ['map', asList],
  ['filter', asList],
  ['reduce', reduced],
  ['all', (node, scope, t) => quantified(node, 'all', scope, t)],
  ['some', (node, scope, t) => quantified(node, 'any', scope, t)],
  ['none', (node, scope, t) => quantified(node, 'none', scope, t)],
  ['merge', merged],
  ['in', within],
  ['cat', cat],
  ['substr', substr],
  ['log', (node, scope, t) => t.term(only(node), scope)],
]);

/** The names of JSON Logic's operators that are known here. */
export const STANDARD_OPERATORS: readonly string[] = [...OPERATORS.keys()];

/**
 * Translates a rule.
 * @param types the declared types of the names in it; others are untyped
 * @param base is it a rule that was compiled from the language, so that its numbers are in base
 * units?
 * @throws JsonLogicError
 */
export function translate(
  rule: RuleNode,
  types: ReadonlyMap<string, Type>,
  base: boolean,
  build: ExpressionBuilder,
): Term {
  const taken = new Set(types.keys());
  noteNames(rule, taken);
  const t: Translation = {
    build,
    base,
    term: (node, scope) => termOf(node, scope, t),
    condition: (node, scope) => conditionOf(node, scope, t),
    truth: (term, node) => truth(term, node, t),
    fresh() {
      let name = 'item';
      for (let i = 2; taken.has(name); i++) name = `item${i}`;
      taken.add(name);
      return name;
    },
  };
  return t.term(rule, rootScope(types, t));
}

/** All texts of a rule: a loop variable is called otherwise. */
function noteNames(node: RuleNode, taken: Set<string>): void {
  if (node.kind === 'value' && typeof node.value === 'string') {
    for (const part of node.value.split('.')) taken.add(part);
  } else if (node.kind === 'list') for (const item of node.items) noteNames(item, taken);
  else if (node.kind === 'operation') for (const arg of node.args) noteNames(arg, taken);
}

function rootScope(types: ReadonlyMap<string, Type>, t: Translation): Scope {
  return (path, node) => {
    const [root, ...rest] = path;
    if (root === undefined) return refuse(node, 'the language has no name for all the data');
    if (t.base && root === 'qoida' && rest[0] === 'now') {
      return { expr: t.build.word('now'), type: INSTANT };
    }
    if (isInherited(root)) return refuse(node, `\`${root}\` is a name every object has`);
    if (/^\d+$/.test(root)) return refuse(node, 'the data has names here, no numbers');
    const name: Term = { expr: t.build.name(root), type: types.get(root) ?? DYNAMIC, path: true };
    return rest.reduce((target, field) => fieldOf(target, field, node, t.build), name);
  };
}

function termOf(node: RuleNode, scope: Scope, t: Translation): Term {
  switch (node.kind) {
    case 'value':
      return constant(node.value, t.build);
    case 'list': {
      const items = node.items.map((item) => t.term(item, scope));
      return { expr: t.build.list(items.map((item) => item.expr)), type: listType(items) };
    }
    case 'record': {
      const fields = node.fields.map(([name, field]) => {
        if (isInherited(name)) refuse(field, `\`${name}\` is a name every object has`);
        return [name, t.term(field, scope)] as const;
      });
      const type: Type = {
        kind: 'record',
        name: undefined,
        fields: new Map(fields.map(([name, field]) => [name, field.type])),
      };
      return { expr: t.build.record(fields.map(([name, field]) => [name, field.expr])), type };
    }
    case 'operation': {
      if (node.operator.startsWith('qoida.')) return own(node, scope, t);
      const operator = OPERATORS.get(node.operator);
      return operator === undefined
        ? refuse(node, 'it is no operator of JSON Logic')
        : operator(node, scope, t);
    }
  }
}

function only(node: OperationNode): RuleNode {
  const [arg] = node.args;
  if (arg === undefined || node.args.length !== 1) return refuse(node, 'it takes one operand');
  return arg;
}

function conditionOf(node: RuleNode, scope: Scope, t: Translation): Expr {
  if (node.kind !== 'operation') return t.truth(t.term(node, scope), node);
  const { build } = t;
  switch (node.operator) {
    case '!':
      return build.not(t.condition(only(node), scope));
    case '!!':
      return t.condition(only(node), scope);
    case 'and':
    case 'or': {
      const op = node.operator;
      const [first, ...rest] = node.args.map((arg) => t.condition(arg, scope));
      if (first === undefined) return refuse(node, 'it has no operands');
      return rest.reduce((all, test) => build.binary(op, all, test), first);
    }
    case 'if':
    case '?:':
      return askedChain(node, scope, t);
    case 'missing':
    case 'missing_some':
      return missing(node, scope, t);
    case 'filter':
    case 'map':
      return filled(node, scope, t);
    default:
      return t.truth(t.term(node, scope), node);
  }
}

function askedChain(node: OperationNode, scope: Scope, t: Translation): Expr {
  const { tests, values } = parted(node);
  const ask = (part: RuleNode): Expr => t.condition(part, scope);
  return chain(tests.map(ask), values.map(ask), t);
}

/** `missing` as a value is a list of names; the language only asks whether one is missing. */
function asCondition(node: OperationNode): Term {
  return refuse(node, 'its answer is a list of names; it is translated where a condition stands');
}

function asList(node: OperationNode): Term {
  return refuse(node, 'the language makes no lists of lists; it counts, sums and asks about them');
}

/** `{"var": "a.b"}`, also with what stands for a missing value. */
function variable(node: OperationNode, scope: Scope, t: Translation): Term {
  const [name, fallback] = node.args;
  if (node.args.length > 2 || (name !== undefined && name.kind !== 'value')) {
    return refuse(node, 'the name must be written out');
  }
  const key = name?.value ?? '';
  if (typeof key === 'boolean') return refuse(node, 'the name must be a text');
  const found = scope(key === '' ? [] : String(key).split('.'), node);
  if (fallback === undefined) return found;
  const value = t.term(fallback, scope);
  if (value.constant === null) return found;
  const instead = aligned(value, found, t);
  const expr = t.build.binary('??', found.expr, instead.expr);
  const type = isDynamic(found) ? instead.type : present(found.type);
  return { expr, type: maybe(instead.type) ? optional(type) : type };
}

/** Conditions stay conditions; for other values JSON Logic answers with an operand. */
function logic(node: OperationNode, scope: Scope, t: Translation): Term {
  const first = node.args[0];
  if (first === undefined) return refuse(node, 'it has no operands');
  if (node.args.length === 1) return t.term(first, scope);
  const terms = node.args.map((arg) => operand(arg, scope, t));
  if (terms.every((term) => kindOf(term) === 'bool' || isDynamic(term))) {
    const tests = terms.map((term) => truth(term, node, t));
    const op = node.operator === 'or' ? 'or' : 'and';
    return condition(tests.reduce((all, test) => t.build.binary(op, all, test)));
  }
  const last = terms.at(-1) as Term;
  const rest = terms.slice(0, -1);
  return rest.reduceRight<Term>((right, left) => {
    if (isDynamic(left)) refuse(node, `its answer may be this value or another: ${declareIt}`);
    const [a, b] = [aligned(left, right, t), aligned(right, left, t)];
    const [then, otherwise] = node.operator === 'or' ? [a, b] : [b, a];
    const expr = t.build.if(truth(left, node, t), then.expr, otherwise.expr);
    return { expr, type: eitherType(a.type, b.type, node) };
  }, last);
}

/** Operands that only have a meaning as conditions are conditions. */
function operand(node: RuleNode, scope: Scope, t: Translation): Term {
  const lists = ['missing', 'missing_some', 'filter', 'map'];
  if (node.kind === 'operation' && lists.includes(node.operator)) {
    return condition(t.condition(node, scope));
  }
  return t.term(node, scope);
}

/** The type of one or the other; JSON Logic does not ask that they have one. */
function eitherType(a: Type, b: Type, node: OperationNode): Type {
  const [left, right] = [present(a), present(b)];
  if (left.kind === 'dynamic' || right.kind === 'dynamic') {
    return left.kind === 'dynamic' ? (right.kind === 'missing' ? left : right) : left;
  }
  const both = join(a, b);
  return both ?? refuse(node, `its answer is ${typeWords(left)} or ${typeWords(right)}`);
}

function choose(node: OperationNode, scope: Scope, t: Translation): Term {
  const { tests, values } = parted(node);
  const conditions = tests.map((test) => t.condition(test, scope));
  const written = values.map((value) => t.term(value, scope));
  const like = written.find((term) => term.constant === undefined && !isDynamic(term));
  const terms = written.map((term) => (like === undefined ? term : aligned(term, like, t)));
  const type = terms.reduce((all, term) => eitherType(all, term.type, node), MISSING as Type);
  const expr = chain(
    conditions,
    terms.map((term) => term.expr),
    t,
  );
  const logical = terms.every((term) => kindOf(term) === 'bool' || askable(term));
  if (!logical || !maybe(type)) return { expr, type };
  const truths = terms.map((term) => truth(term, node, t));
  return { expr, type, truth: chain(conditions, truths, t) };
}

/** Untyped or missing values of which can be said whether they count as true. */
const askable = (term: Term): boolean =>
  term.constant === null || (isDynamic(term) && (term.path === true || term.truth !== undefined));

/** `if` of pairs and what is left; without that it is null. */
function parted(node: OperationNode): { tests: RuleNode[]; values: RuleNode[] } {
  const { args, path } = node;
  const tests = args.filter((_, i) => i % 2 === 0 && i + 1 < args.length);
  const values = args.filter((_, i) => i % 2 === 1 || i + 1 === args.length);
  if (args.length % 2 === 0) values.push({ kind: 'value', value: null, path });
  return { tests, values };
}

/** `if … then … else if … then … else …` */
function chain(conditions: readonly Expr[], values: readonly Expr[], t: Translation): Expr {
  const last = values[conditions.length] as Expr;
  return conditions.reduceRight((rest, test, i) => t.build.if(test, values[i] as Expr, rest), last);
}
