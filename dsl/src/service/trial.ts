import type { Span } from '../source/text.ts';
import type { Workspace } from './workspace.ts';

/** A change of one of several files. */
export interface FileEdit {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}

/** How many errors all files have. */
export const errorsOf = (workspace: Workspace): number =>
  [...workspace.files.keys()].reduce(
    (all, file) =>
      all + workspace.diagnostics(file).filter(({ severity }) => severity === 'error').length,
    0,
  );

/** How many errors changes would add; below 0 they cure some. */
export const errorsAdded = (workspace: Workspace, edits: readonly FileEdit[]): number =>
  errorsOf(workspace.with(edits)) - errorsOf(workspace);
