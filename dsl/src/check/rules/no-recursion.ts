import type { FormulaBlock } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** A formula that uses itself, directly or by others, would never come to an end. */
export function reportRecursion(
  block: FormulaBlock,
  path: readonly string[],
  reporter: Reporter,
): void {
  reporter.report('recursion', block.name.span, { name: block.name.name, path: path.join(' → ') });
}
