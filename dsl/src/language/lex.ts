import { type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import type { SourceText } from '../source/text.ts';
import type { CommentNode } from './ast.ts';
import { isReservedKey, keywordOf, type LanguageTag } from './keywords.ts';
import {
  Colon,
  Contextual,
  Dot,
  LEXED_TOKENS,
  NumberLiteral,
  Percent,
  type QToken,
  QuotedName,
  Reserved,
  Slash,
  Star,
  UnclosedText,
  Unit,
  Word,
} from './tokens.ts';

export interface LexedText {
  readonly tokens: readonly QToken[];
  readonly comments: readonly CommentNode[];
}

let lexer: Lexer | undefined;

function getLexer(): Lexer {
  lexer ??= new Lexer([...LEXED_TOKENS], {
    positionTracking: 'onlyOffset',
    ensureOptimizations: false,
    // A control character inside a text would otherwise pass unseen.
    deferDefinitionErrorsHandling: false,
  });
  return lexer;
}

const CONTROLS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g;

function reportCharacters(text: string, base: number, reporter: Reporter): void {
  let left = 20;
  for (const match of text.matchAll(CONTROLS)) {
    const start = base + match.index;
    const hex = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    reporter.report('controlCharacter', { start, end: start + 1 }, { text: `U+${hex}` });
    if (--left === 0) return;
  }
}

/** The end offset of a token (exclusive). */
export const tokenEnd = (token: IToken): number => token.startOffset + token.image.length;

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/** Gives words their keyword types: after `.` and before `:` every word is a name. */
function markKeywords(tokens: readonly QToken[], language: LanguageTag): void {
  tokens.forEach((token, index) => {
    if (token.tokenType !== Word) return;
    // A dot that ends its line is one still being typed: the next line is a line of its own.
    const afterDot = tokens[index - 1]?.tokenType === Dot && !token.firstOnLine;
    if (afterDot || tokens[index + 1]?.tokenType === Colon) return;
    const key = keywordOf(token.image, language);
    if (key === undefined) return;
    retype(token, isReservedKey(key) ? Reserved[key] : Contextual[key]);
  });
}

/** Words that are keywords elsewhere (`every day`) and units behind a number. */
const UNIT_KEYWORDS: ReadonlySet<string> = new Set(['day', 'month']);

const maybeUnitName = ({ tokenType, image }: QToken): boolean =>
  tokenType === Word || UNIT_KEYWORDS.has(image);

/** Joins what stands straight after a number (`kg`, `kg/h`, `kg*m`, `%`) into one unit token. */
function joinUnits(tokens: readonly QToken[]): QToken[] {
  const joined: QToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as QToken;
    joined.push(token);
    const unit = tokens[i + 1];
    if (token.tokenType !== NumberLiteral || unit === undefined || unit.firstOnLine) continue;
    if (unit.tokenType !== Percent && !maybeUnitName(unit)) continue;
    i++;
    let image = unit.image;
    for (;;) {
      const [sign, part] = [tokens[i + 1], tokens[i + 2]];
      const end = unit.startOffset + image.length;
      const adjacent = sign?.startOffset === end && part?.startOffset === end + 1;
      const joins = sign?.tokenType === Slash || sign?.tokenType === Star;
      if (!adjacent || !joins || part === undefined || !maybeUnitName(part)) break;
      image += `${sign.image}${part.image}`;
      i += 2;
    }
    const made = { ...unit, image };
    retype(made, Unit);
    joined.push(made);
  }
  return joined;
}

function markLines(tokens: readonly IToken[], source: SourceText, base: number): QToken[] {
  let line = 0;
  let previousLine = -1;
  return tokens.map((plain) => {
    const token = plain as QToken;
    while ((source.lineStarts[line + 1] ?? Infinity) <= token.startOffset - base) line++;
    token.firstOnLine = line !== previousLine;
    const bom = line === 0 && source.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    token.atMargin = token.startOffset - base === (source.lineStarts[line] ?? 0) + bom;
    previousLine = line;
    return token;
  });
}

function commentNodes(tokens: readonly IToken[], source: SourceText): CommentNode[] {
  return tokens.map((token) => {
    const text = token.image.trimEnd();
    const lineStart = source.text.lastIndexOf('\n', token.startOffset - 1) + 1;
    return {
      kind: 'comment',
      text,
      doc: text.startsWith('##'),
      ownLine: source.text.slice(lineStart, token.startOffset).trim() === '',
      span: { start: token.startOffset, end: token.startOffset + text.length },
    };
  });
}

/**
 * Splits a text into tokens; comments are kept apart. Never throws.
 * @param base offset added to every position: a message's `{…}` is lexed on its own
 */
export function lex(
  source: SourceText,
  language: LanguageTag,
  reporter: Reporter,
  base = 0,
): LexedText {
  reportCharacters(source.text, base, reporter);
  const result = getLexer().tokenize(source.text);
  for (const fault of result.errors) {
    const start = base + fault.offset;
    const text = source.text.slice(fault.offset, fault.offset + Math.min(fault.length, 20));
    if (text.replace(CONTROLS, '') === '') continue;
    reporter.report('unexpectedCharacter', { start, end: start + fault.length }, { text });
  }
  const comments = commentNodes(result.groups.comments ?? [], source);
  if (base > 0) for (const token of result.tokens) token.startOffset += base;
  const tokens = markLines(result.tokens, source, base);
  for (const token of tokens) checkToken(token, reporter);
  markKeywords(tokens, language);
  return { tokens: joinUnits(tokens), comments };
}

function checkToken(token: QToken, reporter: Reporter): void {
  const span = { start: token.startOffset, end: tokenEnd(token) };
  if (token.tokenType === UnclosedText) reporter.report('unclosedText', span);
  const named = token.tokenType === Word || token.tokenType === QuotedName;
  if (named && token.image !== token.image.normalize('NFC')) {
    reporter.report('notNormalized', span, { text: token.image.slice(0, 40) });
  }
}
