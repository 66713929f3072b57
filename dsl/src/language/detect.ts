import {
  BLOCK_KEYS,
  CLAUSE_KEYS,
  isHeaderWord,
  isLanguageTag,
  isReservedKey,
  type KeywordKey,
  LANGUAGE_TAGS,
  type LanguageTag,
  WORDS,
} from './keywords.ts';
import { canonicalWord } from './letters.ts';

/** So much of a file is looked at to recognise its language. */
export const LANGUAGE_WINDOW = 6_000;

const blockKeys: ReadonlySet<string> = new Set(BLOCK_KEYS);

const clauseKeys: ReadonlySet<string> = new Set(Object.values(CLAUSE_KEYS).flat());

const isBlockKey = (key: KeywordKey): boolean => blockKeys.has(key);
const isClauseKey = (key: KeywordKey): boolean => clauseKeys.has(key);

/**
 * The language of a file: the one its header names; else that of its first keyword that only one
 * language has, where block words tell more than clause words, and those more than words of
 * expressions, which may be names; else English.
 */
export function languageOf(text: string): LanguageTag {
  const start = text.slice(0, LANGUAGE_WINDOW);
  return headerIn(start) ?? byBlocks(start) ?? byWords(start);
}

function headerIn(text: string): LanguageTag | undefined {
  const [, word, tag] =
    /^\ufeff?(?:[^\S\n]*(?:#.*)?\n)*(\p{L}+)[ \t]+([\p{L}-]+)/u.exec(text) ?? [];
  if (word === undefined || tag === undefined || !isHeaderWord(word)) return undefined;
  return isLanguageTag(tag) ? tag : undefined;
}

/** The languages that have a word, with its key in each. */
const OWNERS = new Map<string, { readonly tag: LanguageTag; readonly key: KeywordKey }[]>();
for (const tag of LANGUAGE_TAGS) {
  for (const [word, key] of WORDS[tag])
    OWNERS.set(word, [...(OWNERS.get(word) ?? []), { tag, key }]);
}
const NOBODY: readonly LanguageTag[] = [];

function languagesOf(word: string, accept: (key: KeywordKey) => boolean): readonly LanguageTag[] {
  const owners = OWNERS.get(canonicalWord(word));
  if (owners === undefined) return NOBODY;
  return owners.filter(({ key }) => accept(key)).map(({ tag }) => tag);
}

const WORD = /^\p{L}[\p{L}ʻʼ'‘’]*/gmu;

/** By the words at column 1. */
function byBlocks(text: string): LanguageTag | undefined {
  for (const [word] of text.matchAll(WORD)) {
    const found = languagesOf(word, isBlockKey);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

/** A line end, a comment, a text, a name in backticks, a word or a sign. */
const PARTS =
  /\n|#[^\n]*|"(?:[^"\\\n]|\\.)*"?|`[^`\n]*`|[\p{L}_][\p{L}\p{M}\p{N}_'‘’]*|[^\s\p{L}_]/gu;

const OPERAND = /^[\p{L}\d"`]/u;
const ENDS_OPERAND = /[\p{L}\p{M}\p{N}"`)\]}%]$/u;
/** Keywords that stand for a value stand where names do. */
const VALUES: ReadonlySet<string> = new Set(['true', 'false', 'missing', 'now', 'today']);

/** By the words of clauses, then by those of expressions, among the languages that have all block words. */
function byWords(text: string): LanguageTag {
  const blocks = new Set([...text.matchAll(WORD)].map(([word]) => word));
  const among = LANGUAGE_TAGS.filter((tag) =>
    [...blocks].every((word) => {
      const found = languagesOf(word, isBlockKey);
      return found.length === 0 || found.includes(tag);
    }),
  );
  const parts = [...text.matchAll(PARTS)].map(([part]) => part);
  const names = new Set(
    parts.filter(
      (_, i) => parts[i + 1] === ':' || languagesOf(parts[i - 1] ?? '', isBlockKey).length > 0,
    ),
  );
  const words = parts.flatMap((word, i) => {
    const [before, after] = [parts[i - 1] ?? '\n', parts[i + 1] ?? '\n'];
    const free = /^\p{L}/u.test(word) && before !== '.' && !names.has(word);
    const [left, right] = [ENDS_OPERAND.test(before), OPERAND.test(after)];
    return free ? [{ word, clause: before === '\n', left, right }] : [];
  });
  const only = (word: string, accept: (key: KeywordKey) => boolean): LanguageTag | undefined => {
    const found = languagesOf(word, accept).filter((tag) => among.includes(tag));
    return found.length === 1 ? found[0] : undefined;
  };
  for (const { word, clause } of words) {
    const found = clause ? only(word, isClauseKey) : undefined;
    if (found !== undefined) return found;
  }
  for (const { word, left, right } of words) {
    // Straight between two operands no name can stand, and rarely before one.
    const found = only(
      word,
      (key) => (left && right) || (isReservedKey(key) && (right || VALUES.has(key))),
    );
    if (found !== undefined) return found;
  }
  return among[0] ?? 'en';
}
