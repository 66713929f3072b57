import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** The names of a list, each once; a second one is reported. */
export function namedOnce(names: readonly NameNode[], reporter: Reporter): readonly NameNode[] {
  const seen = new Set<string>();
  return names.filter(({ name, span }) => {
    if (seen.has(name)) reporter.report('namedTwice', span, { name });
    else return seen.add(name);
    return false;
  });
}
