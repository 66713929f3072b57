import type { Expr } from '../language/ast.ts';
import { listOf, TEXT } from '../types/type.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  aligned,
  constant,
  declareIt,
  isDynamic,
  isTextual,
  kindOf,
  maybe,
  refuse,
  type Scope,
  type Term,
  type Translation,
  wordsOf,
} from './term.ts';

/** `cat` of what the rule writes out; the language joins no texts. */
export function cat(node: OperationNode, scope: Scope, t: Translation): Term {
  const terms = node.args.map((arg) => t.term(arg, scope));
  const values = terms.map((term) => term.constant);
  if (values.every((value) => value !== undefined)) return constant(values.join(''), t.build);
  const [only] = terms;
  const same = only !== undefined && terms.length === 1 && kindOf(only) === 'text';
  return same && !maybe(only.type) ? only : refuse(node, 'the language does not join texts');
}

/** `substr` of what the rule writes out; see also `startsWith`. */
export function substr(node: OperationNode, scope: Scope, t: Translation): Term {
  const [source, start, length] = node.args.map((arg) => t.term(arg, scope).constant);
  const known = typeof source === 'string' && typeof start === 'number';
  if (!known || (length !== undefined && typeof length !== 'number')) {
    refuse(node, 'the language does not cut texts; `starts_with` and `contains` ask about them');
  }
  const from = start < 0 ? Math.max(source.length + start, 0) : start;
  const rest = source.slice(from);
  return constant(length === undefined ? rest : cut(rest, length), t.build);
}

const cut = (text: string, length: number): string =>
  text.slice(0, length < 0 ? Math.max(text.length + length, 0) : length);

/** `{"==": [{"substr": [x, 0, 2]}, "E3"]}` is `starts_with(x, "E3")`. */
export function startsWith(node: OperationNode, scope: Scope, t: Translation): Expr | undefined {
  const sides = [...node.args];
  const cutting = sides.find((side) => side.kind === 'operation' && side.operator === 'substr');
  const other = sides.find((side) => side !== cutting);
  if (cutting?.kind !== 'operation' || other?.kind !== 'value') return undefined;
  const [source, start, length] = cutting.args;
  const { value } = other;
  const fits =
    typeof value === 'string' &&
    start?.kind === 'value' &&
    start.value === 0 &&
    length?.kind === 'value' &&
    length.value === value.length;
  if (!fits || source === undefined) return undefined;
  if (source.kind === 'value') return undefined;
  const text = t.term(source, scope);
  // JSON Logic would cut the text `null` out of nothing.
  if (kindOf(text) !== 'text' || maybe(text.type)) {
    return refuse(cutting, `it cuts ${wordsOf(text)}, which may be no text: ${declareIt}`);
  }
  return t.build.call('starts_with', text.expr, t.build.text(value));
}

/** `in`: a member of a list, or a part of a text. */
export function within(node: OperationNode, scope: Scope, t: Translation): Term {
  if (node.args.length !== 2) refuse(node, 'it takes two operands');
  const [left, right] = node.args as [RuleNode, RuleNode];
  const needle = t.term(left, scope);
  if (right.kind === 'list') return member(node, needle, right.items, scope, t);
  const hay = t.term(right, scope);
  if (hay.constant === null) return constant(false, t.build);
  if (isTextual(hay)) return part(node, needle, hay, t);
  if (kindOf(hay) === 'list') return listed(needle, hay, t);
  if (!isDynamic(hay)) refuse(node, `it looks into a list or a text, and this is ${wordsOf(hay)}`);
  // A number is never looked for in a text: there the untyped value has to be a list.
  if (kindOf(needle) === 'quantity' || kindOf(needle) === 'bool') return listed(needle, hay, t);
  return refuse(node, `it may look into a list or a text: ${declareIt}`);
}

/** A value that is missing is in nothing. */
function asked(needle: Term, hay: Term, test: Expr, t: Translation): Term {
  let expr = test;
  for (const term of [hay, needle]) {
    if (!maybe(term.type) || term.path !== true) continue;
    expr = t.build.binary('and', t.build.presence(term.expr, 'present'), expr);
  }
  return { expr, type: { kind: 'bool' } };
}

function member(
  node: OperationNode,
  needle: Term,
  items: readonly RuleNode[],
  scope: Scope,
  t: Translation,
): Term {
  const terms = items.map((item) => t.term(item, scope));
  const there = terms.filter((term) => term.constant !== null);
  const types = new Set(there.map((term) => typeof (term.constant ?? term.expr)));
  if (types.size > 1) refuse(node, 'the elements of a list are of one type here');
  if (there.length === 0 && terms.length === 0) return constant(false, t.build);
  if (needle.constant === null) return constant(there.length < terms.length, t.build);
  const list = t.build.list(there.map((term) => aligned(term, needle, t).expr));
  const like = there[0] === undefined ? needle : aligned(needle, there[0], t);
  if (there.length === terms.length) {
    const hay = { expr: list, type: listOf(TEXT) };
    return asked(like, hay, t.build.in(like.expr, list), t);
  }
  const missing = t.build.presence(needle.expr, 'missing');
  const expr =
    there.length === 0 ? missing : t.build.binary('or', missing, t.build.in(like.expr, list));
  return { expr, type: { kind: 'bool' } };
}

function listed(needle: Term, hay: Term, t: Translation): Term {
  const of = hay.type.kind === 'list' ? hay.type.of : hay.type;
  const like = aligned(needle, { expr: hay.expr, type: of }, t);
  return asked(needle, hay, t.build.in(like.expr, hay.expr), t);
}

function part(node: OperationNode, needle: Term, hay: Term, t: Translation): Term {
  if (typeof needle.constant === 'string' && typeof hay.constant === 'string') {
    return constant(hay.constant.includes(needle.constant), t.build);
  }
  // A missing value would be looked for as the text `null`.
  if (!isTextual(needle) || maybe(needle.type)) {
    refuse(node, `it looks for ${wordsOf(needle)} in a text by turning it into one`);
  }
  return asked(needle, hay, t.build.call('contains', hay.expr, needle.expr), t);
}
