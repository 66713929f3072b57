import type { NameNode } from '../../language/ast.ts';
import type { CodeName } from '../../source/codes.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { Span } from '../../source/text.ts';

/** Of the place where a name stands first. */
export const FIRST = 'here it stands first';

/** The names of a list, each once; a second one is reported. */
export const namedOnce = (
  names: readonly NameNode[],
  reporter: Reporter,
  code: CodeName = 'namedTwice',
): readonly NameNode[] =>
  once(
    names,
    ({ name }) => name,
    ({ span }) => span,
    reporter,
    code,
  );

/**
 * The parts of a list that differ in what they are called; another one of the same is reported.
 * @param textOf what a part is called
 */
export function once<T>(
  parts: readonly T[],
  textOf: (part: T) => string,
  spanOf: (part: T) => Span,
  reporter: Reporter,
  code: CodeName = 'namedTwice',
): readonly T[] {
  const seen = new Map<string, Span>();
  return parts.filter((part) => {
    const [name, span] = [textOf(part), spanOf(part)];
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, span);
      return true;
    }
    const related = [{ file: reporter.file, span: first, message: FIRST }];
    reporter.report(code, span, { name }, undefined, related);
    return false;
  });
}
