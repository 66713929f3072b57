import { needOneOf } from '../source/api.ts';
import {
  CONTEXT_KEYS,
  type KeywordKey,
  type KeywordTable,
  LANGUAGE_TAGS,
  type LanguageTag,
  RESERVED_KEYS,
  type ReservedKey,
  SECOND_KEYS,
  type SecondWords,
} from './keyword-keys.ts';
import { canonicalWord } from './letters.ts';
import { RUSSIAN, RUSSIAN_SECOND } from './words-ru.ts';
import { UZBEK, UZBEK_SECOND } from './words-uz.ts';
import { UZBEK_CYRILLIC, UZBEK_CYRILLIC_SECOND } from './words-uz-cyrl.ts';

export * from './keyword-keys.ts';

const ENGLISH: KeywordTable = {
  ...(Object.fromEntries(
    [...RESERVED_KEYS, ...CONTEXT_KEYS].map((key) => [key, key]),
  ) as KeywordTable),
  // What goes into a balance: in English the word is that of membership.
  input: 'in',
};

export const KEYWORDS: Readonly<Record<LanguageTag, KeywordTable>> = {
  en: ENGLISH,
  uz: UZBEK,
  'uz-cyrl': UZBEK_CYRILLIC,
  ru: RUSSIAN,
};

export const SECOND_WORDS: Readonly<Record<LanguageTag, SecondWords>> = {
  en: { then: ENGLISH.then, by: ENGLISH.by },
  uz: UZBEK_SECOND,
  'uz-cyrl': UZBEK_CYRILLIC_SECOND,
  ru: RUSSIAN_SECOND,
};

/** Block keywords, in the order a file usually has them. */
export const BLOCK_KEYS = [
  'language',
  'module',
  'requires',
  'formula',
  'gate',
  'approval',
  'kpi',
  'balance',
  'automation',
  'schedule',
  'alert',
  'entity',
  'screen',
  'test',
] as const;
export type BlockKey = (typeof BLOCK_KEYS)[number];

/** Clause keywords by block: first on its line, each of them starts a clause. */
export const CLAUSE_KEYS = {
  language: [],
  module: [],
  requires: [],
  formula: [],
  gate: ['on', 'block', 'pause', 'hold', 'warn', 'answer', 'message', 'remedy', 'release'],
  approval: [
    'on',
    'of',
    'steps',
    'when',
    'expires',
    'own',
    'approved',
    'rejected',
    'message',
    'remedy',
  ],
  kpi: ['over', 'where', 'let', 'result', 'message'],
  balance: ['input', 'out', 'rest', 'tolerance', 'message'],
  automation: ['when', 'if', 'do', 'on', 'cooldown', 'once', 'allow'],
  schedule: ['every', 'cron', 'if', 'do', 'on', 'zone', 'holidays', 'missed'],
  alert: [
    'severity',
    'when',
    'if',
    'notify',
    'value',
    'threshold',
    'clear',
    'group',
    'repeat',
    'message',
  ],
  entity: ['title', 'label', 'field', 'states', 'move', 'key', 'read', 'write'],
  screen: ['record', 'operation', 'title', 'show', 'fields', 'list', 'button', 'filter'],
  test: ['at', 'given', 'when', 'approved', 'rejected', 'event', 'after', 'expect'],
} as const satisfies Record<BlockKey, readonly KeywordKey[]>;

export function isLanguageTag(text: string): text is LanguageTag {
  return Object.hasOwn(KEYWORDS, text);
}

const reservedKeys: ReadonlySet<string> = new Set(RESERVED_KEYS);

export function isReservedKey(key: KeywordKey): key is ReservedKey {
  return reservedKeys.has(key);
}

/** Every word of a language with its key. */
function wordsOf(language: LanguageTag): ReadonlyMap<string, KeywordKey> {
  const words = new Map<string, KeywordKey>();
  for (const key of [...RESERVED_KEYS, ...CONTEXT_KEYS]) {
    const word = KEYWORDS[language][key];
    if (!words.has(word)) words.set(word, key);
  }
  for (const key of SECOND_KEYS) words.set(SECOND_WORDS[language][key], key);
  return words;
}

export const WORDS: Readonly<Record<LanguageTag, ReadonlyMap<string, KeywordKey>>> = {
  en: wordsOf('en'),
  uz: wordsOf('uz'),
  'uz-cyrl': wordsOf('uz-cyrl'),
  ru: wordsOf('ru'),
};

/** Which keyword a word is in a language, if any; whichever apostrophe it is typed with. */
export const keywordOf = (word: string, language: LanguageTag): KeywordKey | undefined =>
  WORDS[language].get(canonicalWord(word));

/** Is it the word `language`, in any language? A header may name a file's language in each of them. */
export const isHeaderWord = (word: string): boolean =>
  LANGUAGE_TAGS.some((tag) => KEYWORDS[tag].language === word);

/** The words of a language by their part, for the colours of an editor. */
export interface KeywordLists {
  /** Words that begin blocks, in the order of `BLOCK_KEYS`. */
  readonly blocks: readonly string[];
  /** Words of clauses; they may be names elsewhere. */
  readonly clauses: readonly string[];
  /** Words of expressions. */
  readonly operators: readonly string[];
}

/** The keywords of a language, as the formatter writes them. */
export function keywordsOf(language: LanguageTag): KeywordLists {
  needOneOf(language, LANGUAGE_TAGS, 'language');
  const lists = { clauses: [] as string[], operators: [] as string[] };
  for (const [word, key] of WORDS[language]) {
    if (isReservedKey(key)) lists.operators.push(word);
    else if (!(BLOCK_KEYS as readonly KeywordKey[]).includes(key)) lists.clauses.push(word);
  }
  return { blocks: BLOCK_KEYS.map((key) => KEYWORDS[language][key]), ...lists };
}
