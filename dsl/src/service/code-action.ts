import { keywordOf, type LanguageTag } from '../language/keywords.ts';
import type { ParsedFile } from '../language/live-file.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { errorsAdded } from './trial.ts';
import type { Workspace } from './workspace.ts';

/** A change to one file that an editor offers. */
export interface CodeAction {
  readonly title: string;
  /** A cure of a diagnostic, or another way to write the same; named as the protocol names them. */
  readonly kind: 'quickfix' | 'refactor.extract' | 'refactor.inline' | 'refactor.rewrite';
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
  /** What it cures. */
  readonly diagnostic?: Diagnostic;
  /** It cures everything of its kind in the file. */
  readonly all?: true;
}

/** What is asked: a span of a file, in the words of one reader. */
export interface Spot {
  readonly workspace: Workspace;
  readonly file: string;
  readonly parsed: ParsedFile;
  readonly span: Span;
  readonly language: string;
}

export const say = ({ language }: Spot, en: string, ru: string, uz: string): string =>
  textIn({ en, ru, uz }, language) ?? en;

/** Does a change leave the program as sound as it was, or with `more` below 0 sounder? */
export const isSound = ({ workspace, file }: Spot, edits: CodeAction['edits'], more = 0): boolean =>
  errorsAdded(
    workspace,
    edits.map((edit) => ({ file, ...edit })),
  ) <= more;

/** The end of the line on which a span ends, in front of its line break. */
export function lineEnd({ parsed: { source } }: Spot, { end }: Span): Span {
  const at = end + source.text.slice(end).search(/\r?\n|$/);
  return { start: at, end: at };
}

/** A name or path as it is written in a file: its first word in backticks where it is a keyword. */
export const written = (path: string, language: LanguageTag): string =>
  path.replace(/^[^.]+/, (name) =>
    /^[\p{L}_][\p{L}\p{M}\p{N}_ʻʼ]*$/u.test(name) && keywordOf(name, language) === undefined
      ? name
      : `\`${name}\``,
  );
