import { parseFile } from '../language/parse.ts';
import { needText } from '../source/api.ts';

/**
 * The points that a text's gates and approvals name, whether or not the text compiles: what stood under a rule
 * stays shut when the rule can't be read any more.
 */
export function pointsNamedIn(text: string): string[] {
  needText(text, 'text');
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

/** A block as it stands in a text. */
export interface NamedBlock {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** The blocks with names in a text, whether or not it compiles: what a module holds. */
export function blocksNamedIn(text: string): readonly NamedBlock[] {
  needText(text, 'text');
  const { file } = parseFile('file', text);
  return file.blocks.flatMap((block) =>
    'name' in block
      ? [
          {
            kind: block.kind,
            name: block.name.name,
            text: text.slice(block.span.start, block.span.end),
          },
        ]
      : [],
  );
}

/** The name that a text gives its module, whether or not it compiles; nothing where it gives none. */
export function moduleNamedIn(text: string): string | undefined {
  needText(text, 'text');
  return parseFile('file', text).file.blocks.find((block) => block.kind === 'module')?.path.text;
}

/** Whether a module keeps its text for objects that began with it: `module NAME bind at start`. */
export function bindsAtStart(text: string): boolean {
  needText(text, 'text');
  const { file } = parseFile('file', text);
  return file.blocks.some((block) => block.kind === 'module' && block.bindsAtStart);
}
