import {
  BLOCK_KEYS,
  type BlockKey,
  type KeywordKey,
  keywordOf,
  LANGUAGE_TAGS,
} from '../language/keywords.ts';
import { canonicalWord } from '../language/letters.ts';
import { tokenEnd } from '../language/lex.ts';
import {
  Comma,
  Contextual,
  Dot,
  LBrace,
  LBracket,
  LParen,
  Percent,
  type QToken,
  QuotedName,
  RBrace,
  RBracket,
  Reserved,
  RParen,
  Unit,
  Word,
} from '../language/tokens.ts';

/** Questions about tokens, asked of texts that need not be readable. */

/** Words and names, keywords too. */
export const isWord = (token: QToken | undefined): boolean =>
  token !== undefined &&
  (token.tokenType === Word ||
    token.tokenType === QuotedName ||
    token.tokenType.name.startsWith('kw_'));

/**
 * Is it this keyword? A word after a dot is read as a name; while the name after the dot is not yet
 * written, the keyword behind the gap stands there: `p. for p in …`.
 */
export function isKeyword(tokens: readonly QToken[], index: number, key: KeywordKey): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (token.tokenType.name === `kw_${key}`) return true;
  const before = tokens[index - 1];
  const afterGap = before?.tokenType === Dot && tokenEnd(before) < token.startOffset;
  const named = afterGap && token.tokenType === Word;
  return named && LANGUAGE_TAGS.some((language) => keywordOf(token.image, language) === key);
}

/** The block a word at the margin begins. */
export const blockKeyOf = (token: QToken | undefined): BlockKey | undefined =>
  token?.atMargin === true
    ? BLOCK_KEYS.find((key) => token.tokenType === Contextual[key])
    : undefined;

export const nameOf = (token: QToken): string =>
  token.tokenType === QuotedName ? token.image.slice(1, -1) : canonicalWord(token.image);

const OPENERS = new Set([LParen, LBracket, LBrace]);
const CLOSERS = new Set([RParen, RBracket, RBrace]);
export const isOpener = (token: QToken): boolean => OPENERS.has(token.tokenType);
export const isCloser = (token: QToken): boolean => CLOSERS.has(token.tokenType);

const VALUE_WORDS = new Set(
  (['true', 'false', 'missing', 'present', 'now', 'today'] as const).map((key) => Reserved[key]),
);
const RESERVED = new Set(Object.values(Reserved));

/** Can an operand end with this token, so that an operator follows? */
export function endsOperand(token: QToken | undefined): boolean {
  if (token === undefined) return false;
  const type = token.tokenType;
  if (RESERVED.has(type)) return VALUE_WORDS.has(type);
  return isWord(token) || isCloser(token) || type === Unit || type === Percent || isLiteral(token);
}

export const isLiteral = (token: QToken): boolean => /(?:Literal|Text)$/.test(token.tokenType.name);

/** The index at which the operand that ends before `end` begins, or `end` when there is none. */
export function operandStart(tokens: readonly QToken[], end: number): number {
  let at = end;
  for (;;) {
    const token = tokens[at - 1];
    if (token === undefined) return end;
    if (isCloser(token)) {
      at = matchingOpener(tokens, at - 1);
      if (at < 0) return end;
      if (isWord(tokens[at - 1]) && !RESERVED.has((tokens[at - 1] as QToken).tokenType)) at--;
    } else if (endsOperand(token)) at--;
    else return end;
    if (tokens[at - 1]?.tokenType !== Dot) return at;
    at--;
  }
}

function matchingOpener(tokens: readonly QToken[], closer: number): number {
  let depth = 0;
  for (let i = closer; i >= 0; i--) {
    const token = tokens[i] as QToken;
    if (isCloser(token)) depth++;
    else if (isOpener(token) && --depth === 0) return i;
  }
  return -1;
}

/** The bracket that is open behind the last token, and how many commas stand in it. */
export function enclosing(
  tokens: readonly QToken[],
  end = tokens.length,
): { readonly opener: number; readonly commas: number } | undefined {
  let depth = 0;
  let commas = 0;
  for (let i = end - 1; i >= 0; i--) {
    const token = tokens[i] as QToken;
    if (isCloser(token)) depth++;
    else if (isOpener(token) && depth-- === 0) return { opener: i, commas };
    else if (token.tokenType === Comma && depth === 0) commas++;
  }
  return undefined;
}
