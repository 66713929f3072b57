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

/** Operators between two operands share a category, so that the grammar has one place for them. */
export const BinarySign = scanned('BinarySign', 'an operator');
/** Comparison signs likewise: they make chains. */
export const CompareSign = scanned('CompareSign', 'a comparison');

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
export const Coalesce = sign('Coalesce', '??', [BinarySign]);
export const Question = sign('Question', '?');
export const Percent = sign('Percent', '%');

export const NotEqual = sign('NotEqual', '!=', [CompareSign]);
export const LessEqual = sign('LessEqual', '<=', [CompareSign]);
export const GreaterEqual = sign('GreaterEqual', '>=', [CompareSign]);
export const Equal = sign('Equal', '=', [CompareSign]);
export const Less = sign('Less', '<', [CompareSign]);
export const Greater = sign('Greater', '>', [CompareSign]);
export const COMPARE_SIGNS = [NotEqual, LessEqual, GreaterEqual, Equal, Less, Greater] as const;
export const Plus = sign('Plus', '+', [BinarySign]);
export const Minus = sign('Minus', '-', [BinarySign]);
export const Star = sign('Star', '*', [BinarySign]);
export const Slash = sign('Slash', '/', [BinarySign]);

function keywordTokens<K extends KeywordKey>(
  keys: readonly K[],
  categories: (key: K) => TokenType[],
) {
  const made = keys.map((key) => [key, scanned(`kw_${key}`, `\`${key}\``, categories(key))]);
  return Object.fromEntries(made) as Record<K, TokenType>;
}

/** Tokens of reserved words; which words those are tells the file's keyword table. */
export const Reserved: Readonly<Record<ReservedKey, TokenType>> = keywordTokens(
  RESERVED_KEYS,
  (key) => (key === 'or' || key === 'and' || key === 'of' ? [BinarySign] : []),
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
  BinarySign,
  CompareSign,
  ...SIGNS.values(),
  ...Object.values(Reserved),
  ...Object.values(Contextual),
];
