import { languageOf } from '../language/detect.ts';
import {
  BLOCK_KEYS,
  type BlockKey,
  CLAUSE_KEYS,
  isReservedKey,
  KEYWORDS,
  type KeywordKey,
  keywordOf,
  type LanguageTag,
  SECOND_WORDS,
} from '../language/keywords.ts';
import { lex, tokenEnd } from '../language/lex.ts';
import type { ParsedFile } from '../language/parse.ts';
import {
  Colon,
  Contextual,
  Dot,
  LParen,
  type QToken,
  QuotedName,
  Reserved,
  TextLiteral,
} from '../language/tokens.ts';
import { createReporter } from '../source/diagnostic.ts';
import { type Meanings, meaningsOf } from './names.ts';
import { bracesIn } from './template.ts';
import { nameText } from './words.ts';

/**
 * Writes a file that can be read in the words of a language, its own or another; everything else
 * stays where it is. Names get backticks where they would be read as keywords, and lose those that
 * the other language made necessary. In its own language a file gets the words that are written in
 * the one layout: those of two that fit, and no others.
 */
export function translate(parsed: ParsedFile, language: LanguageTag): string {
  const { file, source } = parsed;
  const { text } = source;
  const translator = new Translator(text, file.language, language, meaningsOf(file));
  translator.tokens(parsed.tokens);
  const [header] = file.blocks;
  if (header?.kind === 'language')
    translator.change(header.tagSpan.start, header.tagSpan.end, language);
  const made = translator.text();
  const absent = header !== undefined && header.kind !== 'language';
  const needed = language !== 'en' && language !== file.language;
  if (!absent || (!needed && languageOf(made) === language)) return made;
  const start = startOf(parsed);
  const line = `${KEYWORDS[language].language} ${language}\n`;
  const headed = `${made.slice(0, start)}${line}${made.slice(start)}`;
  // Behind so much that no header is looked for there, it stands before everything.
  return languageOf(headed) === language ? headed : `${line}${made.replace(/^\ufeff/, '')}`;
}

/** Where the first block begins, with the doc comments straight above it. */
function startOf({ file, source: { text } }: ParsedFile): number {
  let start = file.blocks[0]?.span.start ?? 0;
  for (const { doc, ownLine, span } of file.comments.toReversed()) {
    if (span.end > start) continue;
    if (!doc || !ownLine || !/^[^\S\n]*\n[^\S\n]*$/.test(text.slice(span.end, start))) break;
    start = span.start;
  }
  const line = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(line, start).trim() === '' ? line : start;
}

/** Names at these places are read as keywords although they could be names. */
const TAKEN: ReadonlyMap<KeywordKey, readonly KeywordKey[]> = new Map([
  ['expect', ['blocked', 'allowed', 'did', 'waits', 'raised']],
  ['did', ['nothing']],
  ['when', ['no']],
]);

class Translator {
  readonly #text: string;
  readonly #from: LanguageTag;
  readonly #to: LanguageTag;
  readonly #meanings: Meanings;
  readonly #conditions: ReadonlySet<number>;
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  #block: BlockKey | undefined;
  /** The type that comes next. */
  #type = 0;

  constructor(text: string, from: LanguageTag, to: LanguageTag, meanings: Meanings) {
    this.#text = text;
    this.#from = from;
    this.#to = to;
    this.#meanings = meanings;
    this.#conditions = new Set(meanings.conditions);
  }

  change(start: number, end: number, text: string): void {
    if (this.#text.slice(start, end) !== text) this.#edits.push({ start, end, text });
  }

  /** The text with all changes. */
  text(): string {
    let made = '';
    let from = 0;
    for (const { start, end, text } of this.#edits.toSorted((a, b) => a.start - b.start)) {
      made += `${this.#text.slice(from, start)}${text}`;
      from = end;
    }
    return made + this.#text.slice(from);
  }

  tokens(tokens: readonly QToken[]): void {
    tokens.forEach((token, index) => {
      const key = keyOf(token);
      if (token.atMargin && key !== undefined && BLOCKS.has(key)) this.#block = key as BlockKey;
      if (token.tokenType === TextLiteral) this.#message(token);
      else if (this.#isName(tokens, index)) this.#name(tokens, index);
      else if (key !== undefined) this.#keyword(tokens, index, key);
    });
  }

  /** The expressions of a message are a text of their own each. */
  #message(token: QToken): void {
    const template = this.#meanings.templates.get(token.startOffset);
    if (template === undefined) return;
    const silent = createReporter('');
    for (const { open, close } of bracesIn(template, this.#text)) {
      const inside = this.#text.slice(open + 1, close);
      this.tokens(lex(inside, this.#from, silent, open + 1).tokens);
    }
  }

  #isName(tokens: readonly QToken[], index: number): boolean {
    const token = tokens[index] as QToken;
    const { startOffset, tokenType } = token;
    if (this.#meanings.names.has(startOffset)) return true;
    if (!isWordlike(token)) return false;
    const next = tokens[index + 1];
    if (this.#inType(startOffset)) {
      const list = tokenType === Contextual.list && next?.tokenType === Reserved.of;
      const oneof = tokenType === Contextual.oneof && next?.tokenType === LParen;
      return tokenType !== Reserved.of && !list && !oneof;
    }
    // `message no "…"`: a language is called so.
    return next?.tokenType === TextLiteral && TAGGED.has(this.#keyBefore(tokens, index));
  }

  /** The keyword straight before a token. */
  #keyBefore(tokens: readonly QToken[], index: number): KeywordKey | undefined {
    const before = tokens[index - 1];
    const named = before === undefined || this.#meanings.names.has(before.startOffset);
    return named ? undefined : keyOf(before);
  }

  /** Words come in their order, and so do types. */
  #inType(offset: number): boolean {
    const { types } = this.#meanings;
    while ((types[this.#type]?.span.end ?? Number.POSITIVE_INFINITY) <= offset) this.#type++;
    return (types[this.#type]?.span.start ?? Number.POSITIVE_INFINITY) <= offset;
  }

  #name(tokens: readonly QToken[], index: number): void {
    const token = tokens[index] as QToken;
    const quoted = token.tokenType === QuotedName;
    const name = quoted ? token.image.slice(1, -1) : nameText(token.image);
    const needs = (language: LanguageTag) => this.#needsQuotes(name, tokens, index, language);
    const stays = needs(this.#to) || (quoted && !(this.#from !== this.#to && needs(this.#from)));
    this.change(token.startOffset, tokenEnd(token), stays ? `\`${name}\`` : name);
  }

  #needsQuotes(
    name: string,
    tokens: readonly QToken[],
    index: number,
    language: LanguageTag,
  ): boolean {
    if (!/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name)) return true;
    const before = tokens[index - 1];
    if (before?.tokenType === Dot || tokens[index + 1]?.tokenType === Colon) return false;
    const key = keywordOf(name, language);
    if (key === undefined) return false;
    if (isReservedKey(key)) return true;
    const block = this.#block;
    if (block !== undefined && (CLAUSE_KEYS[block] as readonly KeywordKey[]).includes(key))
      return true;
    const earlier = this.#keyBefore(tokens, index);
    return earlier !== undefined && TAKEN.get(earlier)?.includes(key) === true;
  }

  #keyword(tokens: readonly QToken[], index: number, key: KeywordKey): void {
    const token = tokens[index] as QToken;
    const before = tokens[index - 1];
    const text = this.#wordFor(tokens, index, key);
    const begins = token.firstOnLine && !token.atMargin && !this.#startsClause(key, this.#from);
    if (!begins || before === undefined || !this.#startsClause(key, this.#to)) {
      this.change(token.startOffset, tokenEnd(token), text);
      return;
    }
    // Here the line may not begin with this word: it ends the one before.
    this.#edits.push({ start: tokenEnd(before), end: tokenEnd(before), text: ` ${text}` });
    this.change(token.startOffset, tokenEnd(token), '');
  }

  /** Would a line that begins with the word of a key begin a clause of this block? */
  #startsClause(key: KeywordKey, language: LanguageTag): boolean {
    const keys: readonly KeywordKey[] = this.#block === undefined ? [] : CLAUSE_KEYS[this.#block];
    return keys.some((clause) => KEYWORDS[language][clause] === KEYWORDS[language][key]);
  }

  #wordFor(tokens: readonly QToken[], index: number, key: KeywordKey): string {
    const to = this.#to;
    if (key === 'then' && !this.#isConsequence(tokens, index)) return SECOND_WORDS[to].then;
    const criterion = key === 'by' && CRITERIA.has(this.#keyBefore(tokens, index));
    if (criterion) return SECOND_WORDS[to].by;
    if (key !== 'in' && key !== 'input') return KEYWORDS[to][key];
    const balanced = this.#meanings.inputs.has((tokens[index] as QToken).startOffset);
    return KEYWORDS[to][balanced ? 'input' : 'in'];
  }

  /** Is it the `then` of an `if`? */
  #isConsequence(tokens: readonly QToken[], index: number): boolean {
    const before = tokens[index - 1];
    return before !== undefined && this.#conditions.has(tokenEnd(before));
  }
}

const BLOCKS: ReadonlySet<string> = new Set(BLOCK_KEYS);

/** Behind these `by` says what, not who. */
const CRITERIA: ReadonlySet<KeywordKey | undefined> = new Set(['group', 'sort', 'blocked']);
/** Behind these a language may be named. */
const TAGGED: ReadonlySet<KeywordKey | undefined> = new Set(['message', 'remedy', 'title']);

const isWordlike = (token: QToken): boolean =>
  /^[\p{L}_`]/u.test(token.image) && token.tokenType !== TextLiteral;

const KEY = new Map<QToken['tokenType'], KeywordKey>(
  ([Reserved, Contextual] as const).flatMap((types) =>
    (Object.entries(types) as [KeywordKey, QToken['tokenType']][]).map(
      ([key, type]): [QToken['tokenType'], KeywordKey] => [type, key],
    ),
  ),
);

const keyOf = (token: QToken): KeywordKey | undefined => KEY.get(token.tokenType);
