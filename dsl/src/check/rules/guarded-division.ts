import type { Expr } from '../../language/ast.ts';
import type { Context } from '../context.ts';
import { isNonzero } from '../expression/flow.ts';
import { sourceOf } from '../expression/words.ts';

/** A divisor that may be 0 is asked about first, or the quotient gets a value by `??`. */
export function demandNonzero(divisor: Expr, context: Context): void {
  if (!context.demandGuards || context.answered || isNonzero(divisor, context)) return;
  context.reporter.report('divisionUnguarded', divisor.span, {
    text: sourceOf(divisor, context.reporter),
  });
}
