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
  'approval',
  'kpi',
  'balance',
  'automation',
  'schedule',
  'alert',
  'entity',
  'screen',
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
  'steps',
  'expires',
  'own',
  'approved',
  'rejected',
  'per',
  'over',
  'let',
  'result',
  'out',
  'rest',
  'tolerance',
  'as',
  'no',
  'times',
  'last',
  'within',
  'becomes',
  'stays',
  'do',
  'failure',
  'cooldown',
  'once',
  'allow',
  'repeat',
  'every',
  'day',
  'workday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'month',
  'cron',
  'zone',
  'holidays',
  'missed',
  'skip',
  'only',
  'run',
  'severity',
  'notify',
  'via',
  'value',
  'threshold',
  'group',
  'title',
  'label',
  'field',
  'unique',
  'step',
  'default',
  'states',
  'move',
  'from',
  'to',
  'key',
  'read',
  'write',
  'record',
  'operation',
  'show',
  'large',
  'fields',
  'columns',
  'sort',
  'down',
  'button',
  'filter',
  'given',
  'event',
  'expect',
  'blocked',
  'allowed',
  'did',
  'nothing',
  'raised',
  'waits',
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
  approval: ['on', 'of', 'steps', 'when', 'expires', 'own', 'approved', 'rejected', 'message'],
  kpi: ['over', 'where', 'let', 'result', 'message'],
  balance: ['in', 'out', 'rest', 'tolerance', 'message'],
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
  test: ['at', 'given', 'when', 'event', 'after', 'expect'],
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
