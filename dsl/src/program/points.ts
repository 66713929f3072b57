import { parseFile } from '../language/parse.ts';

/**
 * The points that a text's gates and approvals name, whether or not the text compiles: what stood under a rule
 * stays shut when the rule can't be read any more.
 */
export function pointsNamedIn(text: string): string[] {
  const { file } = parseFile('file', text);
  const points = file.blocks.flatMap((block) =>
    block.kind === 'gate' || block.kind === 'approval'
      ? [...block.clauses].flatMap((clause) =>
          clause.kind === 'on' ? clause.points.map(({ path }) => path.text) : [],
        )
      : [],
  );
  return [...new Set(points)].sort();
}

/** The blocks with names in a text, whether or not it compiles: what a module holds. */
export function blocksNamedIn(text: string): { readonly kind: string; readonly name: string }[] {
  const { file } = parseFile('file', text);
  return file.blocks.flatMap((block) =>
    'name' in block ? [{ kind: block.kind, name: block.name.name }] : [],
  );
}
