import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import {
  CONTEXT_KEYS,
  type ContextKey,
  type KeywordKey,
  RESERVED_KEYS,
  type ReservedKey,
} from './keywords.ts';

/** A token of the scanner in `lex.ts`; it knows whether it is the first on its line, and at column 1. */
export class QToken implements IToken {
  tokenType: TokenType;
  tokenTypeIdx: number;
  image: string;
  startOffset: number;
  readonly firstOnLine: boolean;
  readonly atMargin: boolean;

  constructor(
    tokenType: TokenType,
    image: string,
    startOffset: number,
    firstOnLine: boolean,
    atMargin: boolean,
  ) {
    this.tokenType = tokenType;
    this.tokenTypeIdx = tokenType.tokenTypeIdx ?? 0;
    this.image = image;
    this.startOffset = startOffset;
    this.firstOnLine = firstOnLine;
    this.atMargin = atMargin;
  }

  /** Gives a word another meaning. */
  retype(type: TokenType): void {
    this.tokenType = type;
    this.tokenTypeIdx = type.tokenTypeIdx ?? 0;
  }
}

/** A type of tokens that the scanner makes: the grammar needs no pattern of it. */
const scanned = (name: string, label: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, label, pattern: Lexer.NA, categories });

export const InstantLiteral = scanned('InstantLiteral', 'an instant');
export const DateLiteral = scanned('DateLiteral', 'a date');
export const TimeLiteral = scanned('TimeLiteral', 'a time of day');
export const NumberLiteral = scanned('NumberLiteral', 'a number');
export const TextLiteral = scanned('TextLiteral', 'a text');
export const UnclosedText = scanned('UnclosedText', 'a text that is not closed');
export const Word = scanned('Word', 'a name');
export const QuotedName = scanned('QuotedName', 'a name in backticks', [Word]);
/** Made from the words that stand straight after a number. */
export const Unit = scanned('Unit', 'a unit');

/** Signs by their text, for the scanner. */
export const SIGNS = new Map<string, TokenType>();

function sign(name: string, text: string, categories: TokenType[] = []): TokenType {
  const type = scanned(name, `\`${text}\``, categories);
  SIGNS.set(text, type);
  return type;
}

export const LParen = sign('LParen', '(');
export const RParen = sign('RParen', ')');
export const LBracket = sign('LBracket', '[');
export const RBracket = sign('RBracket', ']');
export const LBrace = sign('LBrace', '{');
export const RBrace = sign('RBrace', '}');
export const Comma = sign('Comma', ',');
export const Dot = sign('Dot', '.');
export const Colon = sign('Colon', ':');
export const Coalesce = sign('Coalesce', '??');
export const Question = sign('Question', '?');
export const Percent = sign('Percent', '%');

/** Comparison signs share a category, so that the grammar has one place for them. */
export const CompareSign = scanned('CompareSign', 'a comparison');
export const NotEqual = sign('NotEqual', '!=', [CompareSign]);
export const LessEqual = sign('LessEqual', '<=', [CompareSign]);
export const GreaterEqual = sign('GreaterEqual', '>=', [CompareSign]);
export const Equal = sign('Equal', '=', [CompareSign]);
export const Less = sign('Less', '<', [CompareSign]);
export const Greater = sign('Greater', '>', [CompareSign]);
export const Plus = sign('Plus', '+');
export const Minus = sign('Minus', '-');
export const Star = sign('Star', '*');
export const Slash = sign('Slash', '/');

function keywordTokens<K extends KeywordKey>(keys: readonly K[], more: object) {
  const made = keys.map((key) => [
    key,
    createToken({ name: `kw_${key}`, label: `\`${key}\``, pattern: Lexer.NA, ...more }),
  ]);
  return Object.fromEntries(made) as Record<K, TokenType>;
}

/** Tokens of reserved words; a word gets its type after lexing, from the file's keyword table. */
export const Reserved: Readonly<Record<ReservedKey, TokenType>> = keywordTokens(RESERVED_KEYS, {});
/** Tokens of contextual keywords: each is also a `Word`, so it can be a name. */
export const Contextual: Readonly<Record<ContextKey, TokenType>> = keywordTokens(CONTEXT_KEYS, {
  categories: [Word],
});

/** Every token type, as the grammar needs them. */
export const ALL_TOKENS: TokenType[] = [
  InstantLiteral,
  DateLiteral,
  TimeLiteral,
  NumberLiteral,
  TextLiteral,
  UnclosedText,
  Word,
  QuotedName,
  Unit,
  CompareSign,
  ...SIGNS.values(),
  ...Object.values(Reserved),
  ...Object.values(Contextual),
];
