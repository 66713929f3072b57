import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import {
  CONTEXT_KEYS,
  type ContextKey,
  type KeywordKey,
  RESERVED_KEYS,
  type ReservedKey,
} from './keywords.ts';

/** A chevrotain token that knows whether it is the first on its line, and at column 1. */
export interface QToken extends IToken {
  firstOnLine: boolean;
  atMargin: boolean;
}

const sticky = (pattern: RegExp) => (text: string, offset: number) => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};

/** `\p{L}` needs the `u` flag, which chevrotain's optimizer cannot read: hence a function. */
const unicode = (name: string, pattern: RegExp, more: object = {}): TokenType =>
  createToken({ name, pattern: sticky(pattern), line_breaks: false, ...more });

const punctuation = (name: string, text: string, more: object = {}): TokenType =>
  createToken({ name, pattern: text, label: `\`${text}\``, ...more });

export const Whitespace = createToken({
  name: 'Whitespace',
  pattern: /[ \t\r\n\u00a0\ufeff]+/,
  line_breaks: true,
  group: Lexer.SKIPPED,
});
export const Comment = createToken({ name: 'Comment', pattern: /#[^\n]*/, group: 'comments' });

export const InstantLiteral = createToken({
  name: 'InstantLiteral',
  label: 'an instant',
  pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?/,
});
export const DateLiteral = createToken({
  name: 'DateLiteral',
  label: 'a date',
  pattern: /\d{4}-\d\d-\d\d/,
});
export const TimeLiteral = createToken({
  name: 'TimeLiteral',
  label: 'a time of day',
  pattern: /\d\d:\d\d/,
});
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  label: 'a number',
  pattern: /\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?/,
});
export const TextLiteral = createToken({
  name: 'TextLiteral',
  label: 'a text',
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"/,
});
export const UnclosedText = createToken({ name: 'UnclosedText', pattern: /"[^\n\r]*/ });

export const Word = unicode('Word', /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy, { label: 'a name' });
export const QuotedName = createToken({
  name: 'QuotedName',
  label: 'a name in backticks',
  pattern: /`[^`\n\r]+`/,
  categories: [Word],
});
/** Made after lexing, from the words that stand straight after a number. */
export const Unit = createToken({ name: 'Unit', label: 'a unit', pattern: Lexer.NA });

export const LParen = punctuation('LParen', '(');
export const RParen = punctuation('RParen', ')');
export const LBracket = punctuation('LBracket', '[');
export const RBracket = punctuation('RBracket', ']');
export const LBrace = punctuation('LBrace', '{');
export const RBrace = punctuation('RBrace', '}');
export const Comma = punctuation('Comma', ',');
export const Dot = punctuation('Dot', '.');
export const Colon = punctuation('Colon', ':');
export const Coalesce = punctuation('Coalesce', '??');
export const Question = punctuation('Question', '?');
export const Percent = punctuation('Percent', '%');

/** Comparison signs share a category, so that the grammar has one place for them. */
export const CompareSign = createToken({ name: 'CompareSign', pattern: Lexer.NA });
const comparison = { categories: [CompareSign] };
export const NotEqual = punctuation('NotEqual', '!=', comparison);
export const LessEqual = punctuation('LessEqual', '<=', comparison);
export const GreaterEqual = punctuation('GreaterEqual', '>=', comparison);
export const Equal = punctuation('Equal', '=', comparison);
export const Less = punctuation('Less', '<', comparison);
export const Greater = punctuation('Greater', '>', comparison);
export const Plus = punctuation('Plus', '+');
export const Minus = punctuation('Minus', '-');
export const Star = punctuation('Star', '*');
export const Slash = punctuation('Slash', '/');

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

const lexed: TokenType[] = [
  Whitespace,
  Comment,
  Word,
  InstantLiteral,
  DateLiteral,
  TimeLiteral,
  NumberLiteral,
  TextLiteral,
  UnclosedText,
  QuotedName,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Comma,
  Dot,
  Colon,
  Coalesce,
  Question,
  Percent,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Equal,
  Less,
  Greater,
  Plus,
  Minus,
  Star,
  Slash,
];

/** Every token type, as the grammar needs them. */
export const ALL_TOKENS: TokenType[] = [
  ...lexed,
  Unit,
  CompareSign,
  ...Object.values(Reserved),
  ...Object.values(Contextual),
];

export const LEXED_TOKENS: readonly TokenType[] = lexed;
