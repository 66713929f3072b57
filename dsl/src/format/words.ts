import {
  KEYWORDS,
  type KeywordKey,
  type LanguageTag,
  SECOND_WORDS,
  type SecondKey,
} from '../language/keywords.ts';
import { canonicalWord } from '../language/letters.ts';
import type { Span } from '../source/text.ts';

/** What is printed of a file: its own words, and the keywords of its language. */
export interface Words {
  /** The text of a span as it was written. */
  slice(span: Span): string;
  /** A name, with the one apostrophe that names have. */
  name(item: { readonly span: Span }): string;
  keyword(key: KeywordKey): string;
  /** What follows in a sequence, and what things are grouped by. */
  second(key: SecondKey): string;
}

export function wordsOf(text: string, language: LanguageTag): Words {
  const slice = ({ start, end }: Span): string => text.slice(start, end);
  return {
    slice,
    name: ({ span }) => nameText(slice(span)),
    keyword: (key) => KEYWORDS[language][key],
    second: (key) => SECOND_WORDS[language][key],
  };
}

/** In backticks a name stays as it is. */
export const nameText = (image: string): string =>
  image.startsWith('`') ? image : canonicalWord(image);
