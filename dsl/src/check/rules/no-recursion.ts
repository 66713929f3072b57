import type { CallableBlock } from '../../language/callable.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** A rule that uses itself, directly or by others, would never come to an end. */
export function reportRecursion(
  block: CallableBlock,
  path: readonly string[],
  reporter: Reporter,
): void {
  reporter.report('recursion', block.name.span, { name: block.name.name, path: path.join(' → ') });
}
