import type { IToken } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { NameNode } from './ast.ts';
import { canonicalWord } from './letters.ts';
import { QuotedName } from './tokens.ts';

export const spanOf = (token: IToken): Span => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
});

/** From the beginning of one span to the end of another. */
export const between = (first: Span, last: Span): Span => ({ start: first.start, end: last.end });

/** A text literal's value: `\n`, `\t`, `\"` and `\\` are escapes, any other `\` stands for itself. */
export function unescapeText(image: string): string {
  return image
    .slice(1, -1)
    .replace(/\\([nt"\\])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c));
}

export function nameNode(token: IToken): NameNode {
  const quoted = token.tokenType === QuotedName;
  const name = quoted ? token.image.slice(1, -1) : canonicalWord(token.image);
  return { kind: 'name', name, quoted, span: spanOf(token) };
}

/** A list as long as it is: one that was pushed to has room for sixteen more, and trees live long. */
export const fitted = <T>(list: readonly T[]): T[] => list.slice();
