/**
 * Which characters make words: `\p{L}_` begins one, `\p{L}\p{M}\p{N}_` and apostrophes go on. The
 * Uzbek letters oʻ and gʻ have the sign U+02BB, but people type the apostrophe their keyboard has.
 */

const START = 1;
const PART = 2;
/** Scripts up to here (Latin, Greek, Cyrillic …) are looked up in a table, others asked one by one. */
const TABLE_SIZE = 0x600;

const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_'‘’]*/uy;
const REST = /[\p{L}\p{M}\p{N}_'‘’]*/uy;
/** The apostrophes that are typed for U+02BB; U+02BC is a letter in Unicode, like U+02BB itself. */
const APOSTROPHES = /['‘’ʼ]/g;

const CLASSES = new Uint8Array(TABLE_SIZE);
for (let code = 0; code < TABLE_SIZE; code++) {
  const char = String.fromCharCode(code);
  if (/[\p{L}_]/u.test(char)) CLASSES[code] = START | PART;
  else if (/['\p{M}\p{N}]/u.test(char)) CLASSES[code] = PART;
}

/** Does a letter of the table begin a word? Of others `wordEnd` tells. */
export const beginsWord = (code: number): boolean =>
  code < TABLE_SIZE && ((CLASSES[code] ?? 0) & START) !== 0;

/** The end of the word that begins at an offset; the offset itself when none does. */
export function wordEnd(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first >= TABLE_SIZE) {
    WORD.lastIndex = from;
    return WORD.test(text) ? WORD.lastIndex : from;
  }
  if (((CLASSES[first] ?? 0) & START) === 0) return from;
  let at = from + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code >= TABLE_SIZE) {
      REST.lastIndex = at;
      REST.test(text);
      return REST.lastIndex;
    }
    if (((CLASSES[code] ?? 0) & PART) === 0) return at;
    at++;
  }
}

/** A word as it is compared and printed: with U+02BB, whichever apostrophe was typed. */
export function canonicalWord(word: string): string {
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code === 0x27 || code === 0x2bc || code === 0x2018 || code === 0x2019)
      return word.replace(APOSTROPHES, 'ʻ');
  }
  return word;
}
