import type { editor } from 'monaco-editor/editor';

interface Palette {
  readonly word: string;
  readonly text: string;
  readonly figure: string;
  readonly name: string;
  readonly soft: string;
}

/** One look: the first names are the language service's kinds, the rest those of the quick grammar. */
function rules({ word, text, figure, name, soft }: Palette): editor.ITokenThemeRule[] {
  const colours: Readonly<Record<string, string>> = {
    block: word,
    keyword: word,
    text,
    string: text,
    number: figure,
    unit: figure,
    date: figure,
    name,
    property: name,
    operator: soft,
    comment: soft,
    doc: soft,
  };
  return Object.entries(colours).map(([token, foreground]) => ({
    token,
    foreground,
    ...(token === 'block'
      ? { fontStyle: 'bold' }
      : token === 'comment' || token === 'doc'
        ? { fontStyle: 'italic' }
        : {}),
  }));
}

export const QOIDA_THEMES: Readonly<Record<string, editor.IStandaloneThemeData>> = {
  'qoida-light': {
    base: 'vs',
    inherit: true,
    rules: rules({
      word: '0b5a62',
      text: '7d4a00',
      figure: '2d5596',
      name: '16262b',
      soft: '5b676c',
    }),
    colors: {
      'editor.background': '#ffffff',
      'editor.foreground': '#16262b',
      'editorLineNumber.foreground': '#6c767a',
      'editor.lineHighlightBackground': '#f5f3ee',
      'editorInlayHint.foreground': '#5b676c',
      'editorInlayHint.background': '#f5f3ee',
      focusBorder: '#d9820f',
    },
  },
  'qoida-dark': {
    base: 'vs-dark',
    inherit: true,
    rules: rules({
      word: '6cc7c8',
      text: 'f4c264',
      figure: '9fc1f2',
      name: 'e9efee',
      soft: '93a4a8',
    }),
    colors: {
      'editor.background': '#182326',
      'editor.foreground': '#e9efee',
      'editorLineNumber.foreground': '#8fa0a4',
      'editor.lineHighlightBackground': '#0f1719',
      'editorInlayHint.foreground': '#93a4a8',
      'editorInlayHint.background': '#0f1719',
      focusBorder: '#ffb340',
    },
  },
};
