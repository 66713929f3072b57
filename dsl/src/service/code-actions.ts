import { CODES } from '../source/codes.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { guardsOf } from './guards.ts';
import type { Workspace } from './workspace.ts';

/** A change to one file that an editor offers. */
export interface CodeAction {
  readonly title: string;
  /** A cure of a diagnostic, or another way to write the same. */
  readonly kind: 'quickfix' | 'refactor';
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
  /** What it cures. */
  readonly diagnostic?: Diagnostic;
}

const MISSING = CODES.missingUnguarded.code;

/** What can be done about a span of a file. */
export function codeActionsAt(
  workspace: Workspace,
  file: string,
  span: Span,
  language: string,
): CodeAction[] {
  const here = workspace
    .diagnostics(file)
    .filter((item) => item.span.start <= span.end && span.start <= item.span.end);
  return here.flatMap((diagnostic): CodeAction[] => {
    const { fix, code } = diagnostic;
    if (code === MISSING) return guardsOf(workspace, diagnostic, language);
    if (fix === undefined) return [];
    const edits = [{ span: fix.span, text: fix.text }];
    return [{ title: fix.title, kind: 'quickfix', edits, diagnostic }];
  });
}
