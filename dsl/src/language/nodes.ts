import type { IToken } from 'chevrotain';
import type { Span } from '../source/text.ts';
import { canonicalWord } from './letters.ts';
import { PlacedName } from './placed.ts';
import { QuotedName } from './tokens.ts';

export const spanOf = (token: IToken): Span => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
});

/** From the beginning of one span to the end of another. */
export const between = (first: Span, last: Span): Span => ({ start: first.start, end: last.end });

/** What a text means: `\n`, `\t`, `\"` and `\\` are escapes, any other `\` stands for itself. */
export const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([nt"\\])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c))
    : text;

/** A text literal's value. */
export const unescapeText = (image: string): string => unescaped(image.slice(1, -1));

/** A name without its backticks, in one spelling. */
export const nameIn = (token: IToken): string =>
  token.tokenType === QuotedName ? token.image.slice(1, -1) : canonicalWord(token.image);

export function nameNode(token: IToken): PlacedName {
  const { startOffset, image } = token;
  const quoted = token.tokenType === QuotedName;
  return new PlacedName(nameIn(token), quoted, startOffset, startOffset + image.length);
}

/** A list as long as it is: one that was pushed to has room for sixteen more, and trees live long. */
export const fitted = <T>(list: readonly T[]): T[] => list.slice();
