import type { Block } from '../language/ast.ts';
import {
  CLAUSE_KEYS,
  type KeywordKey,
  LANGUAGE_TAGS,
  type LanguageTag,
} from '../language/keywords.ts';
import { type ParsedFile, parseFile } from '../language/parse.ts';
import { needOptions, needText } from '../source/api.ts';
import { QoidaError } from '../source/diagnostic.ts';
import { headDoc } from './blocks.ts';
import { type Clause, clauseDoc } from './clauses.ts';
import type { Anchor, CommentLines, PlacedComments } from './comments.ts';
import { anchorsOf, placeComments } from './comments.ts';
import { print } from './print.ts';
import { translate } from './translate.ts';
import { type Words, wordsOf } from './words.ts';

const WIDTH = 100;

export interface FormatOptions {
  /** In whose words the file is written; without it, in those it has. */
  readonly language?: LanguageTag;
}

/**
 * Writes a file in the one layout, and in the words of one language: two spaces a level, lines of
 * 100 characters where they can be broken, `\n` at line ends. The tree and all comments stay;
 * formatting twice changes nothing. A file that is translated says its language in its header,
 * unless it comes to be in English and had none.
 * @throws QoidaError when the text can't be read, ApiError for arguments of another form
 */
export function format(text: string, options: FormatOptions = {}): string {
  needText(text, 'text');
  needOptions(options, { language: LANGUAGE_TAGS });
  const parsed = readable(text);
  const made = translate(parsed, options.language ?? parsed.file.language);
  return laidOut(made === text ? parsed : readable(made));
}

function readable(text: string): ParsedFile {
  const parsed = parseFile('file', text);
  const errors = parsed.diagnostics.filter((item) => item.severity === 'error');
  if (errors.length > 0) throw new QoidaError(errors);
  return parsed;
}

function laidOut({ file, source: { text } }: ParsedFile): string {
  const words = wordsOf(text, file.language);
  const anchors = anchorsOf(file);
  const comments = placeComments(file, text, anchors);
  const inside = ({ block }: Anchor) => commentLines(comments.inside.get(block) ?? [], '  ');
  const lines = anchors.flatMap((anchor, index) => {
    const own = anchorLines(anchor, { words, comments });
    const previous = anchors[index - 1];
    if (previous === undefined || previous.block === anchor.block) return own;
    const together = isHeader(previous.block) && isHeader(anchor.block);
    return [...inside(previous), ...(together ? [] : ['']), ...own];
  });
  const end = anchors.at(-1);
  const gap = comments.last.length > 0 && end !== undefined ? [''] : [];
  const behind = end === undefined ? [] : inside(end);
  const out = [...lines, ...behind, ...gap, ...commentLines(comments.last, '', 'between')];
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

const isHeader = (block: Block) =>
  block.kind === 'language' || block.kind === 'module' || block.kind === 'requires';

interface Layout {
  readonly words: Words;
  readonly comments: PlacedComments;
}

function anchorLines(anchor: Anchor, { words, comments }: Layout): string[] {
  const { of, block } = anchor;
  const depth = of === block ? 0 : 1;
  const keys: readonly KeywordKey[] = CLAUSE_KEYS[block.kind];
  const body = print(of === block ? headDoc(block, words) : clauseDoc(of as Clause, words), {
    width: WIDTH,
    depth,
    comments: comments.within.get(anchor) ?? [],
    clauseWords: new Set(keys.map((key) => words.keyword(key))),
  });
  const margin = '  '.repeat(depth);
  const behind = comments.behind.get(anchor);
  return [
    ...commentLines(comments.above.get(anchor) ?? [], margin, depth === 0 ? 'all' : 'none'),
    `${margin}${body}${behind === undefined ? '' : `  ${behind}`}`,
  ];
}

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
