import { CODES } from '../source/codes.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { type CodeAction, type Spot, say } from './code-action.ts';
import { conversionsOf, unitsAt } from './conversions.ts';
import { extractAt } from './extract.ts';
import { guardsOf } from './guards.ts';
import { inlineAt } from './inline.ts';
import { missingClause } from './missing-clause.ts';
import { testFor } from './test-skeleton.ts';
import type { Workspace } from './workspace.ts';

const MISSING = CODES.missingUnguarded.code;

/** What can be done about a span of a file: cures first, then other ways to write the same. */
export function codeActionsAt(
  workspace: Workspace,
  file: string,
  span: Span,
  language: string,
): CodeAction[] {
  const parsed = workspace.file(file);
  if (parsed === undefined) return [];
  const spot: Spot = { workspace, file, parsed, span, language };
  const all = workspace.diagnostics(file);
  const here = all.filter((item) => item.span.start <= span.end && span.start <= item.span.end);
  return [
    ...here.flatMap((diagnostic) => curesOf(spot, diagnostic)),
    ...spellings(spot, all, here),
    ...unitsAt(spot),
    ...extractAt(spot),
    ...inlineAt(spot),
    ...testFor(spot),
  ];
}

function curesOf(spot: Spot, diagnostic: Diagnostic): CodeAction[] {
  const { fix, code, lacks } = diagnostic;
  if (code === MISSING) return guardsOf(spot.workspace, diagnostic, spot.language);
  if (lacks !== undefined) return missingClause(spot, diagnostic, lacks);
  if (fix === undefined) return conversionsOf(spot, diagnostic);
  const edits = [{ span: fix.span, text: fix.text }];
  return [{ title: fix.title, kind: 'quickfix', edits, diagnostic }];
}

/** All words of a file that are nearly right, at once. */
function spellings(
  spot: Spot,
  all: readonly Diagnostic[],
  here: readonly Diagnostic[],
): CodeAction[] {
  const found = all.flatMap(({ fix }) =>
    fix !== undefined && fix.span.end > fix.span.start ? [fix] : [],
  );
  const edits = found.filter(
    ({ span }, i) =>
      found.findIndex((other) => other.span.start < span.end && span.start < other.span.end) === i,
  );
  if (edits.length < 2 || !here.some(({ fix }) => fix !== undefined && found.includes(fix)))
    return [];
  const title = say(
    spot,
    `Mend all ${edits.length} words`,
    `Исправить все слова: ${edits.length}`,
    `Barcha ${edits.length} so‘zni tuzatish`,
  );
  return [
    { title, kind: 'quickfix', edits: edits.map(({ span, text }) => ({ span, text })), all: true },
  ];
}
