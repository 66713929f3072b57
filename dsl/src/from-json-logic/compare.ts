import type { CompareOp, Expr } from '../language/ast.ts';
import { BOOL, isNumber, present, type Type } from '../types/type.ts';
import type { OperationNode, RuleNode } from './rule.ts';
import {
  aligned,
  constant,
  declareIt,
  isDynamic,
  isMoment,
  isTextual,
  kindOf,
  maybe,
  momentKind,
  refuse,
  type Scope,
  type Term,
  type Translation,
  wordsOf,
} from './term.ts';
import { startsWith } from './texts.ts';

export const condition = (expr: Expr): Term => ({ expr, type: BOOL });

/** JSON Logic computes with the numbers as they are: two units side by side mean something else. */
export function demandSameScale(a: Term, b: Term, node: OperationNode, t: Translation): void {
  const [left, right] = [present(a.type), present(b.type)];
  if (t.base || left.kind !== 'quantity' || right.kind !== 'quantity') return;
  const same = left.unit.mul === right.unit.mul && left.unit.div === right.unit.div;
  if (same && left.dimension === right.dimension) return;
  refuse(node, `it takes ${wordsOf(a)} and ${wordsOf(b)} as if they were in one unit`);
}

/** Can JSON Logic and the language mean the same by comparing these? */
function comparable(a: Term, b: Term): boolean {
  if (isDynamic(a)) return isDynamic(b) || !STRUCTURES.has(kindOf(b));
  if (isDynamic(b)) return comparable(b, a);
  return kindOf(a) === kindOf(b) ? !STRUCTURES.has(kindOf(a)) : isTextual(a) && isTextual(b);
}

const STRUCTURES: ReadonlySet<Type['kind']> = new Set(['list', 'record', 'missing']);

/** `==`, `===`, `!=`, `!==`. */
export function equality(
  node: OperationNode,
  scope: Scope,
  t: Translation,
  options: { readonly strict: boolean; readonly negated: boolean },
): Term {
  const { build } = t;
  const { strict, negated } = options;
  if (node.args.length !== 2) refuse(node, 'it takes two operands');
  const prefix = startsWith(node, scope, t);
  if (prefix !== undefined) return condition(negated ? build.not(prefix) : prefix);
  const [first, second] = node.args.map((arg) => t.term(arg, scope)) as [Term, Term];
  const [a, b] = [aligned(first, second, t), aligned(second, first, t)];
  if (a.constant !== undefined && b.constant !== undefined) {
    // biome-ignore lint/suspicious/noDoubleEquals: what the rule's own operator does
    const equal = strict ? a.constant === b.constant : a.constant == b.constant;
    return constant(equal !== negated, build);
  }
  if (a.constant === null)
    return condition(build.presence(b.expr, negated ? 'present' : 'missing'));
  if (b.constant === null)
    return condition(build.presence(a.expr, negated ? 'present' : 'missing'));
  if (!comparable(a, b)) {
    if (STRUCTURES.has(kindOf(a)) || STRUCTURES.has(kindOf(b))) {
      refuse(node, 'lists and records have no equality here');
    }
    if (strict) return constant(negated, build);
    refuse(node, `it compares ${wordsOf(a)} with ${wordsOf(b)} by turning one into the other`);
  }
  demandNoEnumName(a, b, node);
  demandSameScale(a, b, node, t);
  const compared = build.compare([negated ? '!=' : '='], [a.expr, b.expr]);
  return condition(withMissing(a, b, compared, negated, t));
}

/** In JSON Logic a missing value equals nothing else. */
function withMissing(a: Term, b: Term, compared: Expr, negated: boolean, t: Translation): Expr {
  const asked = [a, b].filter((term) => maybe(term.type));
  const [only] = asked;
  if (asked.length !== 1 || only?.path !== true) return compared;
  const test = t.build.presence(only.expr, negated ? 'missing' : 'present');
  return t.build.binary(negated ? 'or' : 'and', test, compared);
}

/** Beside a value of an enum, a name that is one of its values is that value. */
function demandNoEnumName(a: Term, b: Term, node: OperationNode): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const type = present(one.type);
    if (type.kind !== 'enum' || other.expr.kind !== 'name' || other.constant !== undefined)
      continue;
    if (type.values.includes(other.expr.name)) {
      refuse(node, `\`${other.expr.name}\` names a value and one of the choices`);
    }
  }
}

/** `<`, `<=`, `>`, `>=`; the first two also as a chain of three. */
export function order(node: OperationNode, op: CompareOp, scope: Scope, t: Translation): Term {
  const chain = op === '<' || op === '<=';
  const count = node.args.length;
  if (count !== 2 && !(chain && count === 3)) {
    refuse(node, chain ? 'it takes two or three operands' : 'it takes two operands');
  }
  const written = node.args.map((arg) => t.term(arg, scope));
  const like = written.find((term) => term.constant === undefined && !isDynamic(term));
  const terms = written.map((term) => {
    if (like !== undefined) return aligned(term, like, t);
    return count === 2 && written.some(isDynamic) ? asMoment(term, t) : term;
  });
  for (let i = 0; i + 1 < terms.length; i++) {
    demandOrdered(terms[i] as Term, terms[i + 1] as Term, node);
    demandSameScale(terms[i] as Term, terms[i + 1] as Term, node, t);
  }
  const ops = terms.slice(1).map(() => op);
  return condition(
    t.build.compare(
      ops,
      terms.map((term) => term.expr),
    ),
  );
}

/** Beside an untyped value, a text that writes out a moment is that moment. */
function asMoment(term: Term, t: Translation): Term {
  if (typeof term.constant !== 'string') return term;
  const kind = momentKind(term.constant);
  if (kind === undefined) return term;
  return { ...term, expr: t.build.moment(kind, term.constant), type: { kind } };
}

/** Every character below the surrogates: there JSON Logic's order of texts is that of the language. */
const isPlainText = (term: Term): boolean =>
  typeof term.constant === 'string' && /^[\u0000-\ud7ff]*$/.test(term.constant);

function demandOrdered(a: Term, b: Term, node: OperationNode): void {
  const pair = [a, b];
  if (pair.some((term) => term.constant === null)) {
    refuse(node, 'null has no place in an order, though JSON Logic takes it for 0');
  }
  for (const term of pair) {
    const ordered = kindOf(term) === 'quantity' || isMoment(term) || isDynamic(term);
    if (!ordered && !isTextual(term)) refuse(node, `${wordsOf(term)} has no order`);
  }
  if (pair.some(isTextual)) {
    if (pair.some((term) => !isTextual(term) && !isDynamic(term))) {
      refuse(node, `it compares ${wordsOf(a)} with ${wordsOf(b)} by turning one into the other`);
    }
    if (!pair.some(isPlainText)) {
      refuse(node, 'JSON Logic orders texts by UTF-16 units, the language by characters');
    }
  }
  if (pair.some(isMoment) && pair.some((term) => !isMoment(term) && !isDynamic(term))) {
    refuse(node, `it compares ${wordsOf(a)} with ${wordsOf(b)}`);
  }
}

/** What JSON Logic takes for true, as a condition. */
export function truth(term: Term, node: RuleNode, t: Translation): Expr {
  const { build } = t;
  const { type, expr } = term;
  const plain = present(type);
  if (term.constant !== undefined) return build.bool(Boolean(term.constant));
  if (term.truth !== undefined) return term.truth;
  const guarded = (test: Expr): Expr =>
    maybe(type) ? build.binary('and', build.presence(expr, 'present'), test) : test;
  switch (plain.kind) {
    case 'bool':
    case 'dynamic':
      // An untyped value has to be a condition where one is asked for.
      if (!maybe(type)) return expr;
      // `??` would answer more than a missing condition.
      if (term.path !== true) return refuseTruth(term, node);
      return build.binary('??', expr, build.bool(false));
    case 'quantity': {
      const unit = isNumber(plain) ? '' : plain.unit.text;
      return guarded(build.compare(['!='], [expr, build.number(0, unit)]));
    }
    case 'text':
      return guarded(build.compare(['!='], [expr, build.text('')]));
    case 'list':
      return guarded(build.compare(['>'], [build.call('count', expr), build.number(0)]));
    case 'missing':
      return build.bool(false);
    case 'enum':
    case 'record':
    case 'date':
    case 'time':
    case 'instant':
      return maybe(type) ? build.presence(expr, 'present') : build.bool(true);
    default:
      return refuseTruth(term, node);
  }
}

const refuseTruth = (term: Term, node: RuleNode): never =>
  refuse(node, `it asks whether ${wordsOf(term)} is true: ${declareIt}`);
