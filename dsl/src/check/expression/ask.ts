import type { Expr } from '../../language/ast.ts';
import { assignable, BOOL, type Type, typeWords } from '../../types/type.ts';
import type { Context } from '../context.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { settle } from './dynamic.ts';

/** Infers, and asks that the value can't be missing here. */
export function inferPresent(expr: Expr, context: Context, expected?: Type): Type {
  return demandPresent(expr, context.infer(expr, context, expected), context);
}

/** Infers a value that is there; an untyped one is taken for `wanted`. */
export function inferAs(expr: Expr, context: Context, wanted: Type): Type {
  return settle(expr, inferPresent(expr, context), wanted, context);
}

/** Infers a condition: a bool that is there. */
export function inferCondition(expr: Expr, context: Context): void {
  const type = settle(expr, inferPresent(expr, context, BOOL), BOOL, context);
  if (!assignable(type, BOOL)) {
    context.reporter.report('wrongType', expr.span, {
      expected: 'a condition',
      actual: typeWords(type),
    });
  }
}
