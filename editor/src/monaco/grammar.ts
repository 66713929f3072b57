import { BLOCK_KEYS, CONTEXT_KEYS, RESERVED_KEYS } from '@qoida/dsl';
import type { languages } from 'monaco-editor/editor';

const blocks: ReadonlySet<string> = new Set(BLOCK_KEYS);

/** Colours before the language service has answered; its own tokens then replace these. */
export const qoidaMonarch: languages.IMonarchLanguage = {
  unicode: true,
  keywords: [...BLOCK_KEYS],
  clauses: CONTEXT_KEYS.filter((word) => !blocks.has(word)),
  operators: [...RESERVED_KEYS],
  tokenizer: {
    root: [
      [/##.*$/, 'doc'],
      [/#.*$/, 'comment'],
      [/"/, 'string', '@text'],
      [/`[^`]*`/, 'text'],
      [/\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-][\d:]+)?)?|\d{1,2}:\d{2}/, 'date'],
      [/\d[\d_]*(\.\d+)?/, 'number'],
      [/\.\s*[\p{L}_][\p{L}\p{N}_]*/u, 'property'],
      [
        /[\p{L}_][\p{L}\p{N}_]*/u,
        {
          cases: {
            '@keywords': 'block',
            '@clauses': 'keyword',
            '@operators': 'keyword',
            '@default': 'identifier',
          },
        },
      ],
      [/[<>=!?*/+-]+/, 'operator'],
    ],
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
  wordPattern: /[\p{L}_][\p{L}\p{N}_]*/u,
  // A block begins at the margin, its clauses are indented.
  onEnterRules: [
    {
      beforeText: /^(formula|gate|test|approval|kpi|automation|schedule|alert)\b.*$/,
      action: { indentAction: 1 },
    },
  ],
  folding: { offSide: true },
};
