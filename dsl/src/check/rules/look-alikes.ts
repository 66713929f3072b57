import type { NameNode } from '../../language/ast.ts';
import { lookOf } from '../../language/look-alikes.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** Warns of names of one scope that are different and look the same. */
export function reportLookAlikes(names: readonly NameNode[], reporter: Reporter): void {
  const seen = new Map<string, NameNode>();
  for (const node of names) {
    const look = lookOf(node.name);
    const first = seen.get(look);
    if (first === undefined) seen.set(look, node);
    else if (first.name !== node.name) {
      const related = [{ file: reporter.file, span: first.span, message: FIRST_ALIKE }];
      reporter.report('lookAlike', node.span, { name: node.name }, undefined, related);
    }
  }
}

/** Of the place where the other of two names stands. */
export const FIRST_ALIKE = 'here stands the other';
