import type { AggregateNode, Expr, NameNode } from '../language/ast.ts';
import { NUMBER_TYPE, present, type Type } from '../types/type.ts';
import { sumType } from './arithmetic.ts';
import { condition } from './compare.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  aligned,
  elementOf,
  fieldOf,
  isDynamic,
  kindOf,
  maybe,
  refuse,
  type Scope,
  type Term,
  type Translation,
  wordsOf,
} from './term.ts';

/** A list as it is walked: `map` changes what an element is, `filter` which are kept. */
interface Source {
  readonly list: Term;
  readonly variable: NameNode;
  readonly element: Term;
  readonly where: Expr | undefined;
}

/** Inside a list JSON Logic sees the element and nothing else. */
const inside =
  (element: Term, t: Translation): Scope =>
  (path, node) =>
    path.reduce((term, name) => fieldOf(term, name, node, t.build), element);

function sourceOf(node: RuleNode, at: OperationNode, scope: Scope, t: Translation): Source {
  if (node.kind === 'operation' && (node.operator === 'filter' || node.operator === 'map')) {
    const [list, body] = node.args;
    if (list === undefined || body === undefined || node.args.length !== 2) {
      return refuse(node, 'it takes a list and what to do with each element');
    }
    const source = sourceOf(list, node, scope, t);
    const within = inside(source.element, t);
    if (node.operator === 'map') return { ...source, element: t.term(body, within) };
    const test = t.condition(body, within);
    const where = source.where === undefined ? test : t.build.binary('and', source.where, test);
    return { ...source, where };
  }
  const list = t.term(node, scope);
  const type = elementOf(list, at);
  const variable = t.build.name(t.fresh());
  return { list, variable, element: { expr: variable, type, path: true }, where: undefined };
}

function aggregate(name: string, source: Source, item: Expr | undefined, t: Translation): Expr {
  const { variable, list, where } = source;
  const parts: Pick<AggregateNode, 'item' | 'variable' | 'list' | 'where'> = {
    item,
    variable,
    list: list.expr,
    where,
  };
  return t.build.aggregate(name, parts);
}

const counted = (source: Source, t: Translation): Expr =>
  t.build.compare(['>'], [aggregate('count', source, undefined, t), t.build.number(0)]);

/** `some`, `all`, `none`: for JSON Logic a list that is missing has no elements. */
export function quantified(
  node: OperationNode,
  name: 'any' | 'all' | 'none',
  scope: Scope,
  t: Translation,
): Term {
  const [list, body] = node.args;
  if (list === undefined || body === undefined || node.args.length !== 2) {
    return refuse(node, 'it takes a list and a condition');
  }
  const source = sourceOf(list, node, scope, t);
  const test = aggregate(name, source, t.condition(body, inside(source.element, t)), t);
  // JSON Logic says no to `all` of an empty list.
  const filled = name === 'all' ? t.build.binary('and', counted(source, t), test) : test;
  return condition(whereListed(source, filled, name === 'none', t));
}

/** The outcome for a list that is there, and what a missing one means. */
function whereListed(source: Source, test: Expr, missing: boolean, t: Translation): Expr {
  const { list } = source;
  if (!maybe(list.type)) return test;
  const asked = t.build.presence(list.expr, missing ? 'missing' : 'present');
  return t.build.binary(missing ? 'or' : 'and', asked, test);
}

/** A list that was made of another, as a condition: is there an element? */
export function filled(node: OperationNode, scope: Scope, t: Translation): Expr {
  const source = sourceOf(node, node, scope, t);
  const { where } = source;
  const test =
    where === undefined
      ? counted(source, t)
      : aggregate('any', { ...source, where: undefined }, where, t);
  return whereListed(source, test, false, t);
}

/** `reduce` where it is one of the folds the language has: a sum, a count, a choice, any, all. */
export function reduced(node: OperationNode, scope: Scope, t: Translation): Term {
  const [list, body, first] = node.args;
  if (list === undefined || body?.kind !== 'operation' || first === undefined) {
    return refuse(node, ONLY_FOLDS);
  }
  const source = sourceOf(list, node, scope, t);
  const initial = t.term(first, scope);
  const { build } = t;
  const elements: Scope = (path, at) => {
    const [head, ...rest] = path;
    if (head !== 'current') return refuse(node, ONLY_FOLDS);
    return rest.reduce((term, name) => fieldOf(term, name, at, build), source.element);
  };
  const fold = foldOf(body, source, node, elements, t);
  const whole = foldedFrom(fold, initial, node, t);
  if (!maybe(source.list.type)) return whole;
  const asked = build.presence(source.list.expr, 'present');
  const start = aligned(initial, whole, t);
  return { expr: build.if(asked, whole.expr, start.expr), type: whole.type };
}

const ONLY_FOLDS = 'a reduction is a sum, a count, a smallest, a largest, any or all here';

interface Fold {
  readonly name: 'sum' | 'count' | 'min' | 'max' | 'any' | 'all';
  readonly source: Source;
  readonly item: Term;
}

const FOLDS = { '+': 'sum', min: 'min', max: 'max', or: 'any', and: 'all' } as const;

const isAccumulator = (node: RuleNode): boolean =>
  node.kind === 'operation' &&
  node.operator === 'var' &&
  node.args.length === 1 &&
  node.args[0]?.kind === 'value' &&
  node.args[0].value === 'accumulator';

function foldOf(
  body: OperationNode,
  source: Source,
  node: OperationNode,
  scope: Scope,
  t: Translation,
): Fold {
  const conditional = body.operator === 'if' || body.operator === '?:';
  if (conditional && body.args.length === 3 && isAccumulator(body.args[2] as RuleNode)) {
    const [test, then] = body.args as [RuleNode, RuleNode];
    if (then.kind !== 'operation') return refuse(node, ONLY_FOLDS);
    const asked = t.condition(test, scope);
    const where = source.where === undefined ? asked : t.build.binary('and', source.where, asked);
    return foldOf(then, { ...source, where }, node, scope, t);
  }
  const rest = body.args.filter((arg) => !isAccumulator(arg));
  if (rest.length !== body.args.length - 1 || rest.length === 0 || !(body.operator in FOLDS)) {
    return refuse(node, ONLY_FOLDS);
  }
  const name = FOLDS[body.operator as keyof typeof FOLDS];
  if (name === 'any' || name === 'all') {
    const [test] = rest;
    if (test === undefined || rest.length !== 1) return refuse(node, ONLY_FOLDS);
    return { name, source, item: condition(t.condition(test, scope)) };
  }
  const only = rest.length === 1 ? rest[0] : { ...body, args: rest };
  const item = t.term(only as RuleNode, scope);
  if (kindOf(item) !== 'quantity' && !isDynamic(item)) {
    refuse(node, `it turns ${wordsOf(item)} into a number`);
  }
  return { name: name === 'sum' && item.constant === 1 ? 'count' : name, source, item };
}

function foldedFrom(fold: Fold, initial: Term, node: OperationNode, t: Translation): Term {
  const { name, source, item } = fold;
  const { build } = t;
  if (name === 'any' || name === 'all') {
    if (initial.constant !== (name === 'all')) return refuse(node, ONLY_FOLDS);
    return condition(aggregate(name, source, item.expr, t));
  }
  if (kindOf(initial) !== 'quantity' && !isDynamic(initial)) {
    return refuse(node, `it begins with ${wordsOf(initial)}`);
  }
  const type: Type = present(item.type).kind === 'quantity' ? present(item.type) : NUMBER_TYPE;
  const folded = aggregate(name, source, name === 'count' ? undefined : item.expr, t);
  if (name === 'sum' || name === 'count') {
    if (initial.constant === 0) return { expr: folded, type };
    const start = aligned(initial, { ...item, type }, t);
    return {
      expr: build.binary('+', start.expr, folded),
      type: sumType([start, { expr: folded, type }]),
    };
  }
  const start = aligned(initial, { expr: item.expr, type }, t);
  const best = build.call(name, start.expr, folded);
  return { expr: build.if(counted(source, t), best, start.expr), type };
}

/** `missing` and `missing_some` as conditions: is one not there, are fewer than so many there? */
export function missing(node: OperationNode, scope: Scope, t: Translation): Expr {
  const { build } = t;
  const some = node.operator === 'missing_some';
  const [needed, listed] = node.args;
  const named = some ? [listed] : node.args[0]?.kind === 'list' ? [node.args[0]] : node.args;
  const names = namesIn(named, node);
  const tests = names.map((name) => absent(scope(name.split('.'), node), t));
  if (!some) return joined('or', tests, t);
  const count = needed?.kind === 'value' ? needed.value : undefined;
  if (typeof count !== 'number')
    return refuse(node, 'how many have to be there must be written out');
  if (count <= 0 || tests.length === 0) return build.bool(false);
  if (count <= 1) return joined('and', tests, t);
  if (count >= tests.length) return joined('or', tests, t);
  const there = build.name(t.fresh());
  const list = build.list(tests.map((test) => build.not(test)));
  const parts = { item: undefined, variable: there, list, where: there };
  return build.compare(['<'], [build.aggregate('count', parts), build.number(Math.ceil(count))]);
}

function joined(op: 'and' | 'or', tests: readonly Expr[], t: Translation): Expr {
  const [first, ...rest] = tests;
  if (first === undefined) return t.build.bool(false);
  return rest.reduce((all, test) => t.build.binary(op, all, test), first);
}

function namesIn(nodes: readonly (RuleNode | undefined)[], node: OperationNode): string[] {
  return nodes.flatMap((part) => {
    if (part?.kind === 'list') return namesIn(part.items, node);
    if (part?.kind === 'operation' && part.operator === 'merge') return namesIn(part.args, node);
    if (part?.kind === 'value' && typeof part.value === 'string') return [part.value];
    return refuse(node, 'the names it asks for must be written out');
  });
}

/** Not there, or an empty text: what `missing` counts. */
function absent(term: Term, t: Translation): Expr {
  const { build } = t;
  const gone = build.presence(term.expr, 'missing');
  if (kindOf(term) === 'text') {
    return build.binary('or', gone, build.compare(['='], [term.expr, build.text('')]));
  }
  // Membership asks no type of an untyped value.
  if (!isDynamic(term)) return gone;
  return build.binary('or', gone, build.in(term.expr, build.list([build.text('')])));
}

/** `merge` of lists the rule writes out, or of one list. */
export function merged(node: OperationNode, scope: Scope, t: Translation): Term {
  const [only] = node.args;
  const items = node.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const written = items.every((item) => item.kind === 'value');
  if (written) return t.term({ kind: 'list', items, path: node.path }, scope);
  if (only !== undefined && node.args.length === 1) {
    const term = t.term(only, scope);
    if (kindOf(term) === 'list' && !maybe(term.type)) return term;
  }
  return refuse(node, 'the language does not join lists');
}
