import type { Block } from '../language/ast.ts';
import type { ParsedFile } from '../language/parse.ts';
import { positionAt, type Span } from '../source/text.ts';
import { blockKeyOf } from './words.ts';

export interface SymbolEntry {
  readonly name: string;
  readonly kind: Block['kind'];
  readonly detail: string;
  readonly span: Span;
  readonly nameSpan: Span;
}

/** The blocks of a file. */
export function symbolsOf(file: ParsedFile): SymbolEntry[] {
  return file.file.blocks.flatMap((block): SymbolEntry[] => {
    const entry = { kind: block.kind, span: block.span };
    switch (block.kind) {
      case 'formula':
        return [
          {
            ...entry,
            name: block.name.name,
            detail: block.type?.text ?? '',
            nameSpan: block.name.span,
          },
        ];
      case 'gate': {
        const on = block.clauses.find((clause) => clause.kind === 'on');
        return [
          {
            ...entry,
            name: block.name.name,
            detail: on?.points.map(({ path }) => path.text).join(', ') ?? '',
            nameSpan: block.name.span,
          },
        ];
      }
      case 'test':
        return [{ ...entry, name: block.title.value, detail: '', nameSpan: block.title.span }];
      case 'module':
        return [{ ...entry, name: block.path.text, detail: '', nameSpan: block.path.span }];
      default:
        return [];
    }
  });
}

/** Lines (from 1) that fold into the block's first one. */
export function foldingOf(file: ParsedFile): { start: number; end: number }[] {
  return file.file.blocks.flatMap((block) => {
    const start = positionAt(file.source, block.span.start).line;
    const end = positionAt(file.source, block.span.end).line;
    return end > start ? [{ start, end }] : [];
  });
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
