import {
  type BlockKey,
  CLAUSE_KEYS,
  KEYWORDS,
  type KeywordKey,
  type LanguageTag,
} from '../language/keywords.ts';
import { canonicalWord } from '../language/letters.ts';
import { lex, tokenEnd } from '../language/lex.ts';
import type { ParsedFile } from '../language/parse.ts';
import { Colon, type QToken, TextLiteral, UnclosedText, Unit } from '../language/tokens.ts';
import { createReporter } from '../source/diagnostic.ts';
import { blockKeyOf, isLiteral, isWord } from './words.ts';

/**
 * Where a cursor stands, told by the tokens around it: while someone types, the block can rarely
 * be read as a tree.
 */
export interface Place {
  readonly text: string;
  readonly offset: number;
  /** In whose words the file is written. */
  readonly language: LanguageTag;
  /** All tokens of the block. */
  readonly block: readonly QToken[];
  readonly blockKey: BlockKey | undefined;
  readonly clauseKey: KeywordKey | undefined;
  /** Tokens of the clause, or of the expression in a message, up to the word at the cursor. */
  readonly before: readonly QToken[];
  /** The rest of them. */
  readonly after: readonly QToken[];
  /** What is typed of the word at the cursor. */
  readonly word: string;
  readonly atMargin: boolean;
  /** Only white space stands before the word. */
  readonly atLineStart: boolean;
  readonly inMessage: boolean;
}

/** Undefined inside a comment, a plain text or a literal: nothing is named there. */
export function placeAt(file: ParsedFile, offset: number): Place | undefined {
  const { text } = file.source;
  const { language } = file;
  if (isInComment(file, offset)) return undefined;
  const { tokens } = file.lexedAt(offset);
  const touching = tokens.find(
    (token) =>
      token.startOffset < offset && offset <= tokenEnd(token) && !isFinished(token, offset),
  );
  const named = isWord(touching) || touching?.tokenType === Unit;
  const literal = touching !== undefined && isLiteral(touching) ? touching : undefined;
  const word = named && touching !== undefined ? typed(text, touching, offset) : '';
  const start = offset - word.length;
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, start).replace(/^\ufeff/, '');
  const block = blockAt(tokens, start);
  const blockKey = blockKeyOf(block[0]);
  const clause = clauseAt(block, blockKey, start, language);
  const clauseKey =
    blockKey && clauseKeys(blockKey).find((key) => KEYWORDS[language][key] === wordOf(clause[0]));
  const place = { text, offset, language, block, blockKey, clauseKey };
  if (literal !== undefined) {
    const inMessage = clauseKey === 'message' || clauseKey === 'remedy';
    return inMessage ? insideMessage(literal, place) : undefined;
  }
  return {
    ...place,
    before: clause.filter((token) => tokenEnd(token) <= start),
    after: clause.filter((token) => token.startOffset >= offset),
    word,
    atMargin: line === '',
    atLineStart: line.trim() === '',
    inMessage: false,
  };
}

export function isInComment(file: ParsedFile, offset: number): boolean {
  const { source } = file;
  const comment = file.lexedAt(offset).comments.findLast(({ span }) => span.start < offset);
  return comment !== undefined && !source.text.slice(comment.span.start, offset).includes('\n');
}

/** Behind a finished literal or sign something new begins; a word can still go on. */
const isFinished = (token: QToken, offset: number): boolean =>
  tokenEnd(token) === offset &&
  !isWord(token) &&
  token.tokenType !== Unit &&
  token.tokenType !== UnclosedText;

/** What is typed of a word; of a unit only its last part. */
const typed = (text: string, token: QToken, offset: number): string => {
  const word = text.slice(token.startOffset, offset);
  return token.tokenType === Unit ? word.slice(word.lastIndexOf('/') + 1) : word;
};

/** A token as the keyword it may be, whichever apostrophe it is typed with. */
const wordOf = (token: QToken | undefined): string => canonicalWord(token?.image ?? '');

const clauseKeys = (block: BlockKey): readonly KeywordKey[] => CLAUSE_KEYS[block];

/** From the last word at the margin before the offset to the next one. */
function blockAt(tokens: readonly QToken[], offset: number): readonly QToken[] {
  const begins = (token: QToken) => token.atMargin && isWord(token);
  const from = tokens.findLastIndex((token) => begins(token) && token.startOffset < offset);
  if (from < 0) return [];
  const to = tokens.findIndex((token, index) => index > from && begins(token));
  return tokens.slice(from, to < 0 ? undefined : to);
}

/** From the clause keyword before the offset to the next one; the head is a clause too. */
function clauseAt(
  block: readonly QToken[],
  key: BlockKey | undefined,
  offset: number,
  language: LanguageTag,
): readonly QToken[] {
  const words = new Set(
    (key === undefined ? [] : clauseKeys(key)).map((k) => KEYWORDS[language][k]),
  );
  const starts = (index: number): boolean => {
    const token = block[index] as QToken;
    const last = index === block.length - 1;
    return (
      index > 0 &&
      token.firstOnLine &&
      words.has(wordOf(token)) &&
      (last || block[index + 1]?.tokenType !== Colon)
    );
  };
  let from = 0;
  for (let i = 0; i < block.length; i++) {
    if (!starts(i)) continue;
    if ((block[i] as QToken).startOffset >= offset) return block.slice(from, i);
    from = i;
  }
  return block.slice(from);
}

type Outer = Pick<Place, 'text' | 'offset' | 'language' | 'block' | 'blockKey' | 'clauseKey'>;

/** The expression in `{…}` of a message; undefined in its plain text. */
function insideMessage(literal: QToken, outer: Outer): Place | undefined {
  const { text, offset, language } = outer;
  const open = openBrace(literal.image, offset - literal.startOffset);
  if (open === undefined) return undefined;
  const base = literal.startOffset + open + 1;
  const close = literal.image.indexOf('}', open);
  const quote = literal.tokenType === TextLiteral ? 1 : 0;
  const end = close < 0 ? tokenEnd(literal) - quote : literal.startOffset + close;
  const { tokens } = lex(text.slice(base, end), language, createReporter(''), base);
  const touching = tokens.find(
    (token) =>
      token.startOffset < offset && offset <= tokenEnd(token) && !isFinished(token, offset),
  );
  if (touching !== undefined && !isWord(touching) && touching.tokenType !== Unit) return undefined;
  const word = touching === undefined ? '' : typed(text, touching, offset);
  return {
    ...outer,
    before: tokens.filter((token) => tokenEnd(token) <= offset - word.length),
    after: tokens.filter((token) => token.startOffset >= offset),
    word,
    atMargin: false,
    atLineStart: false,
    inMessage: true,
  };
}

/** Where the brace stands that is open at an offset of a literal; doubled braces are shown ones. */
function openBrace(image: string, offset: number): number | undefined {
  let open: number | undefined;
  for (let i = 1; i < offset; i++) {
    const char = image[i];
    if (open !== undefined) {
      if (char === '}') open = undefined;
    } else if (char === '\\') i++;
    else if (char === '{' && image[i + 1] === '{') i++;
    else if (char === '{') open = i;
  }
  return open;
}
