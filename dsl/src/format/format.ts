import type { Block } from '../language/ast.ts';
import { CLAUSE_KEYS, KEYWORDS, type LanguageTag } from '../language/keywords.ts';
import { parseFile } from '../language/parse.ts';
import { QoidaError } from '../source/diagnostic.ts';
import { clauseDoc, headDoc } from './blocks.ts';
import type { Anchor, CommentLines, PlacedComments } from './comments.ts';
import { anchorsOf, placeComments } from './comments.ts';
import type { Slice } from './expression.ts';
import { print } from './print.ts';

const WIDTH = 100;

/**
 * Writes a file in the one layout: two spaces a level, lines of 100 characters where they can be
 * broken, `\n` at line ends. The tree and all comments stay; formatting twice changes nothing.
 * @throws QoidaError when the text can't be read
 */
export function format(text: string): string {
  const { file, diagnostics } = parseFile('file', text);
  const errors = diagnostics.filter((item) => item.severity === 'error');
  if (errors.length > 0) throw new QoidaError(errors);
  const slice: Slice = ({ start, end }) => text.slice(start, end);
  const anchors = anchorsOf(file);
  const comments = placeComments(file, text, anchors);
  const out: string[] = [];
  anchors.forEach((anchor, index) => {
    const previous = anchors[index - 1];
    if (previous !== undefined && previous.block !== anchor.block) {
      out.push(...commentLines(comments.inside.get(previous.block) ?? [], '  '));
      if (!(isHeader(previous.block) && isHeader(anchor.block))) out.push('');
    }
    out.push(...anchorLines(anchor, { slice, comments, language: file.language }));
  });
  const end = anchors.at(-1);
  if (end !== undefined) out.push(...commentLines(comments.inside.get(end.block) ?? [], '  '));
  if (comments.last.length > 0 && end !== undefined) out.push('');
  out.push(...commentLines(comments.last, '', 'between'));
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

const isHeader = (block: Block) =>
  block.kind === 'language' || block.kind === 'module' || block.kind === 'requires';

interface Layout {
  readonly slice: Slice;
  readonly comments: PlacedComments;
  readonly language: LanguageTag;
}

function anchorLines(anchor: Anchor, { slice, comments, language }: Layout): string[] {
  const { of, block } = anchor;
  const depth = of === block ? 0 : 1;
  const keys: readonly (keyof (typeof KEYWORDS)['en'])[] = CLAUSE_KEYS[block.kind];
  const body = print(of === block ? headDoc(block, slice) : clauseDoc(of as ClauseOf, slice), {
    width: WIDTH,
    depth,
    comments: comments.within.get(anchor) ?? [],
    clauseWords: new Set(keys.map((key) => KEYWORDS[language][key])),
  });
  const margin = '  '.repeat(depth);
  const behind = comments.behind.get(anchor);
  return [
    ...commentLines(comments.above.get(anchor) ?? [], margin, depth === 0 ? 'all' : 'none'),
    `${margin}${body}${behind === undefined ? '' : `  ${behind}`}`,
  ];
}

type ClauseOf = Parameters<typeof clauseDoc>[0];

/** Empty lines are kept between blocks, not between clauses. */
function commentLines(
  lines: CommentLines,
  margin: string,
  gaps: 'all' | 'between' | 'none' = 'none',
): string[] {
  return lines.flatMap(({ text, gap }, index) => {
    const kept = gap && (gaps === 'all' || (gaps === 'between' && index < lines.length - 1));
    return kept ? [`${margin}${text}`, ''] : [`${margin}${text}`];
  });
}
