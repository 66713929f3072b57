/**
 * The words of the language, one table per human language. The grammar knows only the keys, so a
 * further language is one more table here and nothing else.
 */
export const RESERVED_KEYS = [
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'then',
  'else',
  'between',
  'true',
  'false',
  'missing',
  'present',
  'now',
  'today',
  'for',
  'where',
  'of',
  'at',
] as const;

/** Words that are keywords only where a clause expects them; anywhere else they are names. */
export const CONTEXT_KEYS = [
  'language',
  'module',
  'requires',
  'formula',
  'gate',
  'test',
  'on',
  'each',
  'block',
  'pause',
  'after',
  'hold',
  'warn',
  'when',
  'answer',
  'message',
  'remedy',
  'release',
  'by',
  'until',
  'clear',
  'never',
  'given',
  'expect',
  'blocked',
  'allowed',
  'list',
  'oneof',
] as const;

export type ReservedKey = (typeof RESERVED_KEYS)[number];
export type ContextKey = (typeof CONTEXT_KEYS)[number];
export type KeywordKey = ReservedKey | ContextKey;

/** Languages that have a keyword table. */
export type LanguageTag = 'en';

export type KeywordTable = Readonly<Record<KeywordKey, string>>;

const english = Object.fromEntries(
  [...RESERVED_KEYS, ...CONTEXT_KEYS].map((key) => [key, key]),
) as Record<KeywordKey, string>;

export const KEYWORDS: Readonly<Record<LanguageTag, KeywordTable>> = { en: english };

/** Block keywords, in the order a file usually has them. */
export const BLOCK_KEYS = ['language', 'module', 'requires', 'formula', 'gate', 'test'] as const;
export type BlockKey = (typeof BLOCK_KEYS)[number];

/** Clause keywords by block: first on its line, each of them starts a clause. */
export const CLAUSE_KEYS = {
  language: [],
  module: [],
  requires: [],
  formula: [],
  gate: ['on', 'block', 'pause', 'hold', 'warn', 'answer', 'message', 'remedy', 'release'],
  test: ['at', 'given', 'when', 'expect'],
} as const satisfies Record<BlockKey, readonly KeywordKey[]>;

export function isLanguageTag(text: string): text is LanguageTag {
  return Object.hasOwn(KEYWORDS, text);
}

const reservedKeys: ReadonlySet<string> = new Set(RESERVED_KEYS);

export function isReservedKey(key: KeywordKey): key is ReservedKey {
  return reservedKeys.has(key);
}

const byText = new Map<LanguageTag, ReadonlyMap<string, KeywordKey>>();

/** Which keyword a word is in a language, if any. */
export function keywordOf(word: string, language: LanguageTag): KeywordKey | undefined {
  let table = byText.get(language);
  if (table === undefined) {
    const entries = Object.entries(KEYWORDS[language]) as [KeywordKey, string][];
    table = new Map(entries.map(([key, text]) => [text, key]));
    byText.set(language, table);
  }
  return table.get(word);
}
