import type { Expr } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { Typing } from '../context.ts';

/** A condition that is waited for reads something that can change; formulas may read settings. */
export function demandChange(expr: Expr, typing: Typing, reporter: Reporter): void {
  const changes =
    [...typing.names.values()].some((binding) => binding.kind === 'input') ||
    [...typing.calls.values()].some((callee) => callee.kind === 'formula');
  if (!changes) reporter.report('unchanging', expr.span);
}
