/** Grammar faults in our words: what could have stood here, by the labels of the tokens. */

interface Labelled {
  readonly LABEL?: string;
  readonly name: string;
}

/** So many ways on exist only where an operand may begin. */
const EXPRESSION_STARTS = 14;

function listed(paths: readonly (readonly Labelled[])[]): string {
  const firsts = paths.flatMap((path) =>
    path[0] === undefined ? [] : [path[0].LABEL ?? path[0].name],
  );
  const unique = [...new Set(firsts)];
  if (unique.length >= EXPRESSION_STARTS) return 'an expression';
  const last = unique.pop() ?? 'something else';
  return unique.length === 0 ? last : `${unique.join(', ')} or ${last}`;
}

/** The texts chevrotain puts into its exceptions. */
export const errorMessages = {
  buildMismatchTokenMessage: ({ expected }: { expected: Labelled }) =>
    expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: () => 'an operator or the end of this clause',
  buildNoViableAltMessage: (options: { expectedPathsPerAlt: Labelled[][][] }) =>
    listed(options.expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: (options: { expectedIterationPaths: Labelled[][] }) =>
    listed(options.expectedIterationPaths),
};
