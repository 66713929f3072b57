import type { TokenType } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import type { Span } from '../source/text.ts';
import type { CommentNode } from './ast.ts';
import { isHeaderWord, isReservedKey, type LanguageTag, WORDS } from './keywords.ts';
import { beginsWord, canonicalWord, wordEnd } from './letters.ts';
import { strangerIn } from './look-alikes.ts';
import { type SeenWord, SeenWords } from './seen-words.ts';
import {
  Colon,
  Contextual,
  DateLiteral,
  Dot,
  InstantLiteral,
  NumberLiteral,
  QToken,
  QuotedName,
  Reserved,
  SIGNS,
  TextLiteral,
  TimeLiteral,
  UnclosedText,
  Unit,
  Word,
} from './tokens.ts';

export interface LexedText {
  readonly tokens: readonly QToken[];
  readonly comments: readonly CommentNode[];
}

/** The end offset of a token (exclusive). */
export const tokenEnd = (token: Pick<QToken, 'startOffset' | 'image'>): number =>
  token.startOffset + token.image.length;

/** Controls, bidi controls, fillers and tags: what nobody sees, so that two names look the same. */
const CONTROLS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\uffa0\ufff9-\ufffb]|\u034f|\u17b4|\u17b5|\udb40[\udc00-\udfff]/g;
/** So many characters of a kind are reported; more of them tell nothing new. */
const MOST_REPORTS = 20;

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?/y;
const DATE = /\d{4}-\d\d-\d\d/y;
const TIME = /\d\d:\d\d/y;
const NUMBER = /\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTED = /`[^`\n\r]+`/y;

/** Words that are keywords elsewhere (`every day`) and units behind a number. */
const UNIT_KEYWORDS: ReadonlySet<string> = new Set(['day', 'month']);

/** Signs of one character by their code; those of two characters begin with `? ! < >`. */
const SIGN_OF: (TokenType | undefined)[] = [];
for (const [text, type] of SIGNS) if (text.length === 1) SIGN_OF[text.charCodeAt(0)] = type;

const keywordTypes = new Map<LanguageTag, ReadonlyMap<string, TokenType>>();

/** The words of a language with the tokens they are. */
export function keywordTypesOf(language: LanguageTag): ReadonlyMap<string, TokenType> {
  const known = keywordTypes.get(language);
  if (known !== undefined) return known;
  const types = new Map(
    [...WORDS[language]].map(([word, key]) => [
      word,
      isReservedKey(key) ? Reserved[key] : Contextual[key],
    ]),
  );
  keywordTypes.set(language, types);
  return types;
}

const seenWords = new Map<LanguageTag, SeenWords>();

function seenIn(language: LanguageTag): SeenWords {
  let seen = seenWords.get(language);
  if (seen === undefined) {
    seen = new SeenWords();
    seenWords.set(language, seen);
  }
  return seen;
}

/**
 * Splits a text into tokens; comments are kept apart. Never throws. Written by hand, because it
 * runs at every keystroke and over texts that are made to be slow.
 * @param base added to every position: a block and a message's `{…}` are texts of their own
 */
export function lex(text: string, language: LanguageTag, reporter: Reporter, base = 0): LexedText {
  const scanner = new Scanner(text, language, reporter, base);
  scanner.run();
  return scanner;
}

/** Its members are private to the compiler only: names with `#` are slow before the engine knows them. */
class Scanner implements LexedText {
  readonly tokens: QToken[] = [];
  readonly comments: CommentNode[] = [];
  private readonly text: string;
  private readonly keywords: ReadonlyMap<string, TokenType>;
  private readonly seen: SeenWords;
  /** Words of this language may have apostrophes. */
  private readonly apostrophes: boolean;
  private readonly reporter: Reporter;
  private readonly base: number;
  private readonly end: number;
  private at = 0;
  /** Where column 1 of this line is. */
  private margin: number;
  /** Nothing but white space stands on this line so far. */
  private fresh = true;
  /** Where characters that mean nothing begin. */
  private strange = -1;
  private strangers = 0;

  constructor(text: string, language: LanguageTag, reporter: Reporter, base: number) {
    this.text = text;
    this.keywords = keywordTypesOf(language);
    this.seen = seenIn(language);
    this.apostrophes = language === 'uz';
    this.reporter = reporter;
    this.base = base;
    this.end = text.length;
    this.margin = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  run(): void {
    this.reportControls();
    const text = this.text;
    const end = this.end;
    while (this.at < end) {
      const code = text.charCodeAt(this.at);
      if (code === 32 || code === 9 || code === 13 || code === 0xa0 || code === 0xfeff) {
        if (this.strange >= 0) this.settle();
        this.at++;
      } else if (code === 10) {
        if (this.strange >= 0) this.settle();
        this.margin = ++this.at;
        this.fresh = true;
      } else if (!this.scan(code)) {
        if (this.strange < 0) this.strange = this.at;
        this.at++;
        this.fresh = false;
      }
    }
    this.settle();
  }

  /** Reads the token or comment at this place. @returns false when there is none */
  private scan(code: number): boolean {
    if (beginsWord(code)) return this.word();
    if (code >= 48 && code <= 57) return this.number();
    if (code === 34) return this.quotation();
    if (code === 35) return this.comment();
    if (code === 96) return this.match(QUOTED, QuotedName);
    return this.sign(code) || this.word();
  }

  private push(type: TokenType, end: number, image = this.text.slice(this.at, end)): QToken {
    if (this.strange >= 0) this.settle();
    const at = this.at;
    const token = new QToken(type, image, this.base + at, this.fresh, at === this.margin);
    this.tokens.push(token);
    this.at = end;
    this.fresh = false;
    return token;
  }

  private match(pattern: RegExp, type: TokenType): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    const token = this.push(type, pattern.lastIndex);
    if (type === QuotedName) this.isNormalized(token.image, token.startOffset);
    return true;
  }

  private quotation(): boolean {
    const text = this.text;
    for (let end = this.at + 1; ; end++) {
      const code = text.charCodeAt(end);
      if (code === 34) {
        this.push(TextLiteral, end + 1);
        return true;
      }
      const next = text.charCodeAt(end + 1);
      if (code === 92 && next !== 10 && next !== 13 && end + 1 < this.end) end++;
      else if (code === 92 || code === 10 || code === 13 || end >= this.end) break;
    }
    const token = this.push(UnclosedText, lineEnd(text, this.at, this.end));
    const span = { start: token.startOffset, end: tokenEnd(token) };
    this.reporter.report('unclosedText', span);
    return true;
  }

  private comment(): boolean {
    this.settle();
    const newline = this.text.indexOf('\n', this.at);
    const end = newline < 0 || newline > this.end ? this.end : newline;
    const text = this.text.slice(this.at, end).trimEnd();
    const start = this.base + this.at;
    const span = { start, end: start + text.length };
    const doc = text.startsWith('##');
    this.comments.push({ kind: 'comment', text, doc, ownLine: this.fresh, span });
    this.at = end;
    return true;
  }

  private sign(code: number): boolean {
    const type = SIGN_OF[code];
    const next = this.text.charCodeAt(this.at + 1);
    const double =
      next === 61 ? code === 33 || code === 60 || code === 62 : next === 63 && code === 63;
    if (double) {
      this.push(SIGNS.get(this.text.slice(this.at, this.at + 2)) as TokenType, this.at + 2);
      return true;
    }
    if (type === undefined) return false;
    const before = this.tokens[this.tokens.length - 1];
    // Before `:` every word is a name.
    if (type === Colon && before !== undefined && this.isKeyword(before)) before.retype(Word);
    this.push(type, this.at + 1);
    return true;
  }

  private word(): boolean {
    const text = this.text;
    const from = this.at;
    const end = wordEnd(text, from);
    if (end === from) return false;
    const before = this.tokens[this.tokens.length - 1];
    const seen = this.seen.find(text, from, end) ?? this.newWord(from, end);
    const token = this.push(Word, end, seen.image);
    // A dot that ends its line is one still being typed: the next line is a line of its own.
    const afterDot = before?.tokenType === Dot && !token.firstOnLine;
    let keyword = afterDot ? undefined : seen.keyword;
    if (keyword === undefined && token.atMargin && isHeaderWord(token.image))
      keyword = Contextual.language;
    if (keyword !== undefined) token.retype(keyword);
    return true;
  }

  /** A word that has not been read lately; it is remembered unless something is wrong with it. */
  private newWord(from: number, end: number): SeenWord {
    this.settle();
    const image = this.text.slice(from, end);
    const keyword = this.keywordOf(image);
    if (this.isNormalized(image, this.base + from)) this.seen.keep(image, keyword);
    return { image, keyword };
  }

  private number(): boolean {
    const text = this.text;
    const from = this.at;
    let end = from + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    const next = text.charCodeAt(end);
    const found =
      (next === 45 &&
        end - from === 4 &&
        (this.match(INSTANT, InstantLiteral) || this.match(DATE, DateLiteral))) ||
      (next === 58 && end - from === 2 && this.match(TIME, TimeLiteral));
    if (found) return true;
    const more = next === 46 || next === 95 || next === 69 || next === 101;
    if (!more) this.push(NumberLiteral, end);
    else this.match(NUMBER, NumberLiteral);
    this.unit();
    return true;
  }

  /** What stands behind a number on its line (`kg`, `kg/h`, `kg*m`, `%`) is one unit. */
  private unit(): void {
    const text = this.text;
    let at = this.at;
    while (isBlank(text.charCodeAt(at))) at++;
    let end = text.charCodeAt(at) === 37 ? at + 1 : this.unitNameEnd(at);
    if (end === at) return;
    for (;;) {
      const sign = text.charCodeAt(end);
      const next = sign === 47 || sign === 42 ? this.unitNameEnd(end + 1) : end + 1;
      if (next === end + 1) break;
      end = next;
    }
    this.at = at;
    const seen = this.seen.find(text, at, end) ?? this.newWord(at, end);
    this.push(Unit, end, seen.image);
  }

  private unitNameEnd(from: number): number {
    const end = wordEnd(this.text, from);
    if (end === from) return from;
    const seen = this.seen.find(this.text, from, end);
    const word = seen?.image ?? this.text.slice(from, end);
    const keyword = seen === undefined ? this.keywordOf(word) : seen.keyword;
    return keyword !== undefined && !UNIT_KEYWORDS.has(word) ? from : end;
  }

  private isKeyword(token: QToken): boolean {
    return this.keywordOf(token.image) === token.tokenType;
  }

  private keywordOf(word: string): TokenType | undefined {
    return this.keywords.get(this.apostrophes ? canonicalWord(word) : word);
  }

  /** Is a word written in composed letters? If not, says so. */
  private isNormalized(image: string, start: number): boolean {
    const span = { start, end: start + image.length };
    // Marks on one letter are put in order one by one: many of them would take long.
    if (image.length > LIMITS.name) {
      reportTooMany('name', span, this.reporter);
      return false;
    }
    if (isAscii(image)) return true;
    if (image === image.normalize('NFC')) return !this.isMixed(image, span);
    this.reporter.report('notNormalized', span, { text: image.slice(0, 40) });
    return false;
  }

  private isMixed(name: string, span: Span): boolean {
    const found = strangerIn(name);
    if (found === undefined) return false;
    const params = { ...found, name: name.slice(0, 40), place: String(found.place) };
    this.reporter.report('mixedLetters', span, params);
    return true;
  }

  /** Reports the characters in front of this place that mean nothing, all in one. */
  private settle(): void {
    if (this.strange < 0) return;
    const from = this.strange;
    this.strange = -1;
    if (this.strangers === MOST_REPORTS) return;
    const text = this.text.slice(from, Math.min(this.at, from + 20));
    // Control characters have been reported by themselves.
    if (text.replace(CONTROLS, '') === '') return;
    this.strangers++;
    const span = { start: this.base + from, end: this.base + this.at };
    this.reporter.report('unexpectedCharacter', span, { text });
  }

  private reportControls(): void {
    const text = this.text;
    if (text.search(CONTROLS) < 0) return;
    let left = MOST_REPORTS;
    for (const match of text.matchAll(CONTROLS)) {
      const start = this.base + match.index;
      const [found] = match;
      const hex = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const span = { start, end: start + found.length };
      this.reporter.report('controlCharacter', span, { text: `U+${hex}` });
      if (--left === 0) return;
    }
  }
}

/** Where a line ends that goes through an offset: at its line break, or at the end of the text. */
function lineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return to;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isBlank = (code: number): boolean =>
  code === 32 || code === 9 || code === 13 || code === 0xa0 || code === 0xfeff;

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
