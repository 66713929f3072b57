import type { Quoting, Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import {
  KEYWORDS,
  type KeywordKey,
  keywordOf,
  LANGUAGE_NAMES,
  LANGUAGE_TAGS,
  type LanguageTag,
  SECOND_KEYS,
  SECOND_WORDS,
} from './keywords.ts';
import { canonicalWord } from './letters.ts';

/**
 * Reports a word that is no keyword of the file's language but one of another, where a keyword was
 * expected.
 * @param accept which keywords could stand here
 * @returns false when it is no such word
 */
export function reportForeign(
  word: string,
  span: Span,
  language: LanguageTag,
  reporter: Reporter,
  accept: (key: KeywordKey) => boolean = () => true,
): boolean {
  if (keywordOf(word, language) !== undefined) return false;
  const owners = LANGUAGE_TAGS.filter((tag) => {
    const key = keywordOf(word, tag);
    return key !== undefined && accept(key);
  });
  const [owner] = owners;
  const key = owner && keywordOf(word, owner);
  if (owner === undefined || key === undefined) return false;
  const text = translated(word, key, owner, language);
  const params = {
    name: word.slice(0, 60),
    theirs: owners.map((tag) => LANGUAGE_NAMES[tag]).join(' or '),
    ours: LANGUAGE_NAMES[language],
  };
  reporter.report('mixedLanguages', span, params, { title: `write \`${text}\``, span, text });
  return true;
}

/** The word of another language for a keyword; a second word stays a second one. */
function translated(word: string, key: KeywordKey, from: LanguageTag, to: LanguageTag): string {
  const second = SECOND_KEYS.find(
    (candidate) => candidate === key && SECOND_WORDS[from][candidate] === canonicalWord(word),
  );
  return second === undefined ? KEYWORDS[to][key] : SECOND_WORDS[to][second];
}

/** Keywords that a sentence quotes in backticks, in the words of a language: `on POINT`, `при POINT`. */
export const quotedIn = (sentence: string, language: LanguageTag): string =>
  sentence.replace(/`[^`]+`/g, (quoted) => inWordsOf(language, quoted));

/** How diagnostics of a file quote keywords; undefined in English, which they are written in. */
export const quotingIn = (language: LanguageTag): Quoting | undefined =>
  language === 'en' ? undefined : (sentence) => quotedIn(sentence, language);

/** English keywords, but no names: what has a dot, a bracket or a colon beside it. */
const PLAIN_WORD = /(?<![\p{L}\p{N}_.{])\p{Ll}+(?![\p{L}\p{N}_.(:}])/gu;
const CRITERION = /(?<=(?:blocked|group|sort) )by/g;
const SEQUENCE = /(?<!if .*)\bthen\b/g;

function inWordsOf(language: LanguageTag, text: string): string {
  const { by, then } = SECOND_WORDS[language];
  const prepared = text.replace(CRITERION, by).replace(SEQUENCE, then);
  return prepared.replace(PLAIN_WORD, (word) => {
    const key = keywordOf(word, 'en');
    return key === undefined ? word : KEYWORDS[language][key];
  });
}
