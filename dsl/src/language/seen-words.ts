import type { TokenType } from 'chevrotain';

/** A word as it is written, and the keyword it is, if any. */
export interface SeenWord {
  readonly image: string;
  readonly keyword: TokenType | undefined;
}

/** A power of two; a word that takes the place of another one costs no more than reading it anew. */
const PLACES = 4096;
/** Longer words are rare, and what is remembered must stay small. */
const LONGEST = 48;

/**
 * The words that were read lately: a program says the same few names again and again, and so each
 * is one string, looked up as a keyword once.
 */
export class SeenWords {
  private readonly words: (SeenWord | undefined)[] = new Array(PLACES).fill(undefined);

  /** The word between two offsets, if it has been read lately. */
  find(text: string, from: number, end: number): SeenWord | undefined {
    const word = this.words[placeOf(text, from, end)];
    if (word === undefined) return undefined;
    const { image } = word;
    const length = end - from;
    if (image.length !== length) return undefined;
    for (let i = 0; i < length; i++)
      if (image.charCodeAt(i) !== text.charCodeAt(from + i)) return undefined;
    return word;
  }

  keep(word: string, keyword: TokenType | undefined): void {
    if (word.length > LONGEST) return;
    // As a text of its own: a slice would hold on to the whole program.
    const image = `${word}\n`.slice(0, -1);
    this.words[placeOf(word, 0, word.length)] = { image, keyword };
  }
}

/** By its length and some of its letters: most words differ at their ends. */
function placeOf(text: string, from: number, end: number): number {
  let hash = end - from;
  hash = Math.imul(hash, 31) + text.charCodeAt(from);
  hash = Math.imul(hash, 31) + text.charCodeAt((from + end) >> 1);
  if (end - from > 2) {
    hash = Math.imul(hash, 31) + text.charCodeAt(end - 3);
    hash = Math.imul(hash, 31) + text.charCodeAt(end - 2);
  }
  hash = Math.imul(hash, 31) + text.charCodeAt(end - 1);
  return (hash ^ (hash >>> 12)) & (PLACES - 1);
}
