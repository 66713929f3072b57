import type { Block } from '../language/ast.ts';
import type { ParsedFile } from '../language/parse.ts';
import { positionAt, type Span } from '../source/text.ts';
import { blockKeyOf } from './words.ts';

/** A step, a term, a field, a state or a move of a block. */
export interface SymbolPart {
  readonly name: string;
  readonly detail: string;
  readonly span: Span;
  readonly nameSpan: Span;
}
export interface SymbolEntry extends SymbolPart {
  readonly kind: Block['kind'];
  readonly children: readonly SymbolPart[];
}

/** The blocks of a file, with the steps, terms, fields and states they declare. */
export function symbolsOf(file: ParsedFile): SymbolEntry[] {
  return file.file.blocks.flatMap((block): SymbolEntry[] => {
    const { kind, span } = block;
    if (kind === 'language' || kind === 'requires') return [];
    if (kind === 'module') {
      const { text, span: nameSpan } = block.path;
      return [{ name: text, kind, detail: '', span, nameSpan, children: [] }];
    }
    if (kind === 'test') {
      const { value, span: nameSpan } = block.title;
      return [{ name: value, kind, detail: '', span, nameSpan, children: [] }];
    }
    const { name, span: nameSpan } = block.name;
    return [{ name, kind, detail: detailOf(block), span, nameSpan, children: partsOf(block) }];
  });
}

function detailOf(block: Block): string {
  if (block.kind === 'formula') return block.type?.text ?? '';
  if (block.kind === 'kpi') return block.grain.map(({ name }) => name.name).join(', ');
  if (block.kind === 'balance') return block.record.name;
  if (!('clauses' in block)) return '';
  for (const clause of block.clauses)
    if (clause.kind === 'on') return clause.points.map(({ path }) => path.text).join(', ');
  return '';
}

function partsOf(block: Block): SymbolPart[] {
  if (!('clauses' in block)) return [];
  return block.clauses.flatMap((clause): SymbolPart | readonly SymbolPart[] => {
    const { span } = clause;
    switch (clause.kind) {
      case 'let':
      case 'result':
      case 'field':
      case 'term':
      case 'move': {
        const { name, span: nameSpan } = clause.name;
        const detail = 'type' in clause ? (clause.type?.text ?? '') : clause.kind;
        return { name, detail, span, nameSpan };
      }
      case 'states':
        return clause.names.map((node) => ({
          name: node.name,
          detail: 'state',
          span: node.span,
          nameSpan: node.span,
        }));
      default:
        return [];
    }
  });
}

/** Lines (from 1) that fold into the first one: blocks, and comments of several lines. */
export function foldingOf(file: ParsedFile): { start: number; end: number }[] {
  const line = (offset: number) => positionAt(file.source, offset).line;
  const blocks = file.file.blocks.map(({ span }) => ({
    start: line(span.start),
    end: line(span.end),
  }));
  const comments: { start: number; end: number }[] = [];
  for (const { span, ownLine } of file.file.comments) {
    if (!ownLine) continue;
    const at = line(span.start);
    const last = comments.at(-1);
    if (last?.end === at - 1) last.end = at;
    else comments.push({ start: at, end: at });
  }
  return [...blocks, ...comments]
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
}

export type TokenKind =
  | 'keyword'
  | 'block'
  | 'name'
  | 'number'
  | 'unit'
  | 'text'
  | 'date'
  | 'operator'
  | 'comment'
  | 'doc';

export interface SemanticToken {
  readonly span: Span;
  readonly kind: TokenKind;
}

/** Tokens with their part in the text, in order; names and brackets are left to the editor's own colours. */
export function semanticTokens(file: ParsedFile): SemanticToken[] {
  const words = file.tokens.flatMap((token): SemanticToken[] => {
    const span = { start: token.startOffset, end: token.startOffset + token.image.length };
    const name = token.tokenType.name;
    if (blockKeyOf(token) !== undefined) return [{ span, kind: 'block' }];
    if (name.startsWith('kw_')) return [{ span, kind: 'keyword' }];
    if (name === 'NumberLiteral') return [{ span, kind: 'number' }];
    if (name === 'Unit') return [{ span, kind: 'unit' }];
    if (name === 'TextLiteral' || name === 'UnclosedText') return [{ span, kind: 'text' }];
    return /Literal$/.test(name) ? [{ span, kind: 'date' }] : [];
  });
  const comments = file.file.comments.map(
    ({ span, doc }): SemanticToken => ({ span, kind: doc ? 'doc' : 'comment' }),
  );
  return [...words, ...comments].sort((a, b) => a.span.start - b.span.start);
}
