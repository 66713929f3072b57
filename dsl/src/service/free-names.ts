import type { Typing } from '../check/context.ts';
import type { Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import { type Type, typeText } from '../types/type.ts';

/** Are two types written the same, and kept in the same steps? */
export const isAlike = (a: Type | undefined, b: Type | undefined): boolean =>
  a !== undefined && b !== undefined && typeText(a) === typeText(b) && stepOf(a) === stepOf(b);

function stepOf(type: Type): number | undefined {
  if (type.kind === 'quantity') return type.resolution;
  return type.kind === 'list' || type.kind === 'optional' ? stepOf(type.of) : undefined;
}

/** Is a part of an expression perhaps not computed? */
export const isLazy = (expr: Expr): boolean =>
  ['if', 'presence', 'aggregate', 'in'].includes(expr.kind) ||
  (expr.kind === 'binary' && ['and', 'or', '??'].includes(expr.op)) ||
  childrenOf(expr).some(isLazy);

/** A name in an expression that stands for a value from outside of it. */
export interface Free {
  readonly expr: Expr;
  readonly name: string;
  readonly type: Type;
}

/**
 * The names, or with `paths` the longest paths of them, that an expression takes from outside.
 * Undefined when one of them is not understood.
 */
export function freeIn(expr: Expr, typing: Typing, paths: boolean): Free[] | undefined {
  const found: Free[] = [];
  const visit = (part: Expr, bound: readonly string[]): boolean => {
    const root = rootOf(part);
    if (root?.kind === 'name' && !bound.includes(root.name)) {
      const binding = typing.names.get(root);
      if (binding === undefined) return false;
      if (binding.kind === 'enum' || binding.name === 'settings') return true;
      const taken = paths ? part : root;
      const type = typing.types.get(taken);
      const name = taken.kind === 'field' ? taken.name : root.name;
      if (type === undefined || type.kind === 'unknown') return false;
      found.push({ expr: taken, name, type });
      return true;
    }
    if (part.kind !== 'aggregate') return childrenOf(part).every((child) => visit(child, bound));
    const inner = [...bound, part.variable.name];
    return childrenOf(part).every((child) => visit(child, child === part.list ? bound : inner));
  };
  return visit(expr, []) ? found : undefined;
}

function rootOf(expr: Expr): Expr | undefined {
  let root = expr;
  while (root.kind === 'field') root = root.target;
  return root.kind === 'name' ? root : undefined;
}

/** A text with some of its parts written differently. @param base where the text begins in its file */
export const replaced = (
  text: string,
  base: number,
  parts: readonly { readonly expr: Expr; readonly text: string }[],
): string =>
  parts
    .toSorted((a, b) => b.expr.span.start - a.expr.span.start)
    .reduce(
      (all, { expr: { span }, text: made }) =>
        all.slice(0, span.start - base) + made + all.slice(span.end - base),
      text,
    );

const LOOSE: ReadonlySet<Expr['kind']> = new Set([
  'unary',
  'binary',
  'compare',
  'in',
  'between',
  'presence',
  'if',
  'at',
]);

/** In brackets, unless nothing around it can take it apart. */
export const inBrackets = (expr: Expr, text: string): string =>
  LOOSE.has(expr.kind) ? `(${text})` : text;
