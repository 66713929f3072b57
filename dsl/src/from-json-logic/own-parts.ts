import { NUMBER_TYPE } from '../types/type.ts';
import type { OperationNode } from './rule.ts';
import { asType, isFlexible, refuse, type Scope, type Term, type Translation } from './term.ts';

export type Own = (node: OperationNode, scope: Scope, t: Translation) => Term;

export type Terms = readonly [Term, ...Term[]];

/** The operands, which are at least `count`. */
export function operands(node: OperationNode, scope: Scope, t: Translation, count: number): Terms {
  if (node.args.length < count) refuse(node, `it takes ${count} operands`);
  return node.args.map((arg) => t.term(arg, scope)) as unknown as Terms;
}

export function two(node: OperationNode, scope: Scope, t: Translation): readonly [Term, Term] {
  const [a, b] = operands(node, scope, t, 2) as readonly [Term, Term];
  return [a, b];
}

export function written(node: OperationNode, index: number): string {
  const arg = node.args[index];
  if (arg?.kind === 'value' && typeof arg.value === 'string') return arg.value;
  return refuse(node, 'its first operand must be written out');
}

export function number(node: OperationNode, index: number): number {
  const arg = node.args[index];
  if (arg?.kind === 'value' && typeof arg.value === 'number') return arg.value;
  return refuse(node, 'its factors must be written out');
}

/** A per cent as the number it stands for: multiplied, it counts as hundredths. */
export function share(term: Term, t: Translation): Term {
  if (term.scaled?.as !== 'hundredths') return term;
  const expr = t.build.binary('*', term.scaled.of.expr, t.build.number(1));
  return { expr, type: NUMBER_TYPE };
}

/**
 * What is made of terms of one type, with another type.
 * @param moments may that be a date or an instant?
 */
export function refitted(
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
