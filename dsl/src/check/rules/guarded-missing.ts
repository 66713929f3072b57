import type { Expr } from '../../language/ast.ts';
import { mayBeMissing, present, type Type, UNKNOWN } from '../../types/type.ts';
import type { Context } from '../context.ts';
import { sourceOf } from '../expression/words.ts';

/**
 * A value that may be missing is used only after the rule has said what missing means.
 * @returns the type without its `?`
 */
export function demandPresent(expr: Expr, type: Type, context: Context): Type {
  if (!mayBeMissing(type)) return type;
  if (context.demandGuards && !context.answered) {
    context.reporter.report('missingUnguarded', expr.span, {
      text: sourceOf(expr, context.reporter),
    });
  }
  return type.kind === 'missing' ? UNKNOWN : present(type);
}
