import { keywordsOf, LANGUAGE_TAGS, type LanguageTag } from '@qoida/dsl';
import type { languages } from 'monaco-editor/editor';

type Rule = languages.IMonarchLanguageRule;

/** Words may be typed with each of these apostrophes. */
const APOSTROPHES = ['ʻ', 'ʼ', "'", '‘', '’'];

const typed = (words: readonly string[]): string[] =>
  words.flatMap((word) =>
    word.includes('ʻ') ? APOSTROPHES.map((sign) => word.replaceAll('ʻ', sign)) : [word],
  );

const WORD = /[\p{L}_][\p{L}\p{N}_'‘’]*/u;

const nameOf = (language: LanguageTag): string => language.replace('-', '_');
const stateOf = (language: LanguageTag): string => `in_${nameOf(language)}`;

/** Rules of lines in one language. */
function linesIn(language: LanguageTag): Rule[] {
  const name = nameOf(language);
  const cases = { [`@${name}_blocks`]: 'block', [`@${name}_words`]: 'keyword' };
  return [
    [/##.*$/, 'doc'],
    [/#.*$/, 'comment'],
    [/"/, 'string', '@text'],
    [/`[^`]*`/, 'text'],
    [/\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-][\d:]+)?)?|\d{1,2}:\d{2}/, 'date'],
    [/\d[\d_]*(\.\d+)?/, 'number'],
    [/\.\s*[\p{L}_][\p{L}\p{N}_'‘’]*/u, 'property'],
    [WORD, { cases: { ...cases, '@default': 'identifier' } }],
    [/[<>=!?*/+-]+/, 'operator'],
  ];
}

const headers = LANGUAGE_TAGS.map((tag) => keywordsOf(tag).blocks[0]).join('|');
/** The words of a language, by the names the rules above have for them. */
function wordsOf(language: LanguageTag): Record<string, string[]> {
  const { blocks, clauses, operators } = keywordsOf(language);
  const name = nameOf(language);
  return {
    [`${name}_blocks`]: typed(blocks),
    [`${name}_words`]: typed([...clauses, ...operators]),
  };
}

/** Lines behind the match are in a language. */
const leadsTo = (language: LanguageTag, pattern: string): Rule => [
  new RegExp(`^(?:${pattern})`, 'u'),
  { token: 'block', switchTo: `@${stateOf(language)}` },
];

/** A header tells the language of a file. */
const headerOf = (language: LanguageTag): Rule =>
  leadsTo(language, `(?:${headers})\\s+${language}(?![\\p{L}-])`);

/** So does a block word that only one language has. */
function ownBlockOf(language: LanguageTag): Rule {
  const others = LANGUAGE_TAGS.filter((tag) => tag !== language);
  const shared = new Set(others.flatMap((tag) => keywordsOf(tag).blocks));
  const own = typed(keywordsOf(language).blocks.filter((word) => !shared.has(word)));
  return leadsTo(language, `(?:${own.join('|')})(?![\\p{L}\\p{N}_'‘’])`);
}

/** Colours before the language service has answered; its own tokens then replace these. */
export const qoidaMonarch: languages.IMonarchLanguage = {
  unicode: true,
  ...Object.fromEntries(LANGUAGE_TAGS.flatMap((tag) => Object.entries(wordsOf(tag)))),
  tokenizer: {
    root: [...LANGUAGE_TAGS.map(headerOf), ...LANGUAGE_TAGS.map(ownBlockOf), ...linesIn('en')],
    ...Object.fromEntries(LANGUAGE_TAGS.map((tag) => [stateOf(tag), linesIn(tag)])),
    text: [
      [/\{/, 'keyword', '@figure'],
      [/[^"{\\]+/, 'string'],
      [/\\./, 'string'],
      [/"/, 'string', '@pop'],
    ],
    figure: [
      [/\}/, 'keyword', '@pop'],
      [/[^}"]+/, 'property'],
      [/"/, 'string', '@popall'],
    ],
  },
};

/** Words of blocks that go on behind their first line: those of the header do not. */
const goingOn = LANGUAGE_TAGS.flatMap((tag) => typed(keywordsOf(tag).blocks.slice(3)));

export const qoidaConfiguration: languages.LanguageConfiguration = {
  comments: { lineComment: '#' },
  brackets: [
    ['(', ')'],
    ['{', '}'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
  ],
  wordPattern: WORD,
  // A block begins at the margin, its clauses are indented.
  onEnterRules: [
    {
      beforeText: new RegExp(`^(?:${goingOn.join('|')})(?![\\p{L}\\p{N}_]).*$`, 'u'),
      action: { indentAction: 1 },
    },
  ],
  folding: { offSide: true },
};
