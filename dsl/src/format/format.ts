import type { Block, FileNode } from '../language/ast.ts';
import { parseFile } from '../language/parse.ts';
import { QoidaError } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { clauseDoc, headDoc } from './blocks.ts';
import type { Anchor, PlacedComments } from './comments.ts';
import { placeComments } from './comments.ts';
import { type Doc, print } from './doc.ts';
import type { Slice } from './expression.ts';

const WIDTH = 100;
const CLAUSE_INDENT = '  ';

/**
 * Writes a file in the one layout. The tree and all comments stay; formatting twice changes nothing.
 * @throws QoidaError when the text can't be read
 */
export function format(text: string): string {
  const { file, diagnostics } = parseFile('file', text);
  const errors = diagnostics.filter((item) => item.severity === 'error');
  if (errors.length > 0) throw new QoidaError(errors);
  const formatted = formatFile(file, text, WIDTH);
  // A broken line may begin with a name that is a clause's keyword; then long lines are the lesser evil.
  return sameShape(file, parseFile('file', formatted).file)
    ? formatted
    : formatFile(file, text, Number.POSITIVE_INFINITY);
}

function sameShape(a: FileNode, b: FileNode): boolean {
  const shape = (file: FileNode) =>
    file.blocks.map((block) => [
      block.kind,
      'clauses' in block ? block.clauses.map((clause) => clause.kind) : [],
    ]);
  return JSON.stringify(shape(a)) === JSON.stringify(shape(b));
}

function formatFile(file: FileNode, text: string, width: number): string {
  const slice: Slice = (span: Span) => text.slice(span.start, span.end);
  const comments = placeComments(file, text);
  const out: string[] = [];
  file.blocks.forEach((block, index) => {
    const previous = file.blocks[index - 1];
    if (previous !== undefined && !(isHeader(previous) && isHeader(block))) out.push('');
    out.push(...blockLines(block, { slice, comments, width }));
  });
  if (comments.last.length > 0 && file.blocks.length > 0) out.push('');
  out.push(...comments.last.map((comment) => comment.text));
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

const isHeader = (block: Block) =>
  block.kind === 'language' || block.kind === 'module' || block.kind === 'requires';

interface Layout {
  readonly slice: Slice;
  readonly comments: PlacedComments;
  readonly width: number;
}

function blockLines(block: Block, layout: Layout): string[] {
  const { slice, comments } = layout;
  const lines = printed(block, headDoc(block, slice), '', layout);
  if (block.kind === 'gate' || block.kind === 'test') {
    for (const clause of block.clauses)
      lines.push(...printed(clause, clauseDoc(clause, slice), CLAUSE_INDENT, layout));
  }
  for (const comment of comments.inside.get(block) ?? [])
    lines.push(`${CLAUSE_INDENT}${comment.text}`);
  return lines;
}

function printed(anchor: Anchor, doc: Doc, margin: string, { comments, width }: Layout): string[] {
  const above = (comments.above.get(anchor) ?? []).map((comment) => `${margin}${comment.text}`);
  const behind = (comments.behind.get(anchor) ?? []).map((comment) => comment.text).join(' ');
  const body = `${margin}${print(doc, width, margin.length, margin.length / 2)}`;
  return [...above, behind === '' ? body : `${body}  ${behind}`];
}
