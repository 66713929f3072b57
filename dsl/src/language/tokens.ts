import type { IToken, TokenType } from 'chevrotain';
import { createToken, Lexer } from '#parser';
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

/** All that an expression can begin with, for the rules that hold one. */
export const Operand = scanned('Operand', 'an expression');
/** The words after `is`. */
export const PresenceWord = scanned('PresenceWord', '`missing` or `present`');

export const InstantLiteral = scanned('InstantLiteral', 'an instant', [Operand]);
export const DateLiteral = scanned('DateLiteral', 'a date', [Operand]);
export const TimeLiteral = scanned('TimeLiteral', 'a time of day', [Operand]);
export const NumberLiteral = scanned('NumberLiteral', 'a number', [Operand]);
export const TextLiteral = scanned('TextLiteral', 'a text', [Operand]);
export const UnclosedText = scanned('UnclosedText', 'a text that is not closed');
export const Word = scanned('Word', 'a name', [Operand]);
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

export const LParen = sign('LParen', '(', [Operand]);
export const RParen = sign('RParen', ')');
export const LBracket = sign('LBracket', '[', [Operand]);
export const RBracket = sign('RBracket', ']');
export const LBrace = sign('LBrace', '{', [Operand]);
export const RBrace = sign('RBrace', '}');
export const Comma = sign('Comma', ',');
export const Dot = sign('Dot', '.');
export const Colon = sign('Colon', ':');
export const Coalesce = sign('Coalesce', '??');
export const Question = sign('Question', '?');
export const Percent = sign('Percent', '%');

export const NotEqual = sign('NotEqual', '!=');
export const LessEqual = sign('LessEqual', '<=');
export const GreaterEqual = sign('GreaterEqual', '>=');
export const Equal = sign('Equal', '=');
export const Less = sign('Less', '<');
export const Greater = sign('Greater', '>');
export const COMPARE_SIGNS = [NotEqual, LessEqual, GreaterEqual, Equal, Less, Greater] as const;
export const Plus = sign('Plus', '+');
export const Minus = sign('Minus', '-', [Operand]);
export const Star = sign('Star', '*');
export const Slash = sign('Slash', '/');

function keywordTokens<K extends KeywordKey>(
  keys: readonly K[],
  categories: (key: K) => TokenType[],
) {
  const made = keys.map((key) => [key, scanned(`kw_${key}`, `\`${key}\``, categories(key))]);
  return Object.fromEntries(made) as Record<K, TokenType>;
}

const STARTS: ReadonlySet<ReservedKey> = new Set([
  'not',
  'if',
  'true',
  'false',
  'missing',
  'now',
  'today',
  'at',
]);
const TESTS: ReadonlySet<ReservedKey> = new Set(['missing', 'present']);

/** Tokens of reserved words; which words those are tells the file's keyword table. */
export const Reserved: Readonly<Record<ReservedKey, TokenType>> = keywordTokens(
  RESERVED_KEYS,
  (key) => [...(STARTS.has(key) ? [Operand] : []), ...(TESTS.has(key) ? [PresenceWord] : [])],
);
/** Tokens of contextual keywords: each is also a `Word`, so it can be a name. */
export const Contextual: Readonly<Record<ContextKey, TokenType>> = keywordTokens(
  CONTEXT_KEYS,
  () => [Word],
);

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
  Operand,
  PresenceWord,
  ...SIGNS.values(),
  ...Object.values(Reserved),
  ...Object.values(Contextual),
];
