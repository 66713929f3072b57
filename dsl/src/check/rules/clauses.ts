import type { GateBlock } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';

const MODES = 'block when`, `pause RECORD when`, `hold RECORD when` or `warn when';

/** A gate says once where it stands, once what it does, and each text once for a language. */
export function checkClauses(block: GateBlock, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const clause of block.clauses) {
    const isText = clause.kind === 'message' || clause.kind === 'remedy';
    const clauseName =
      isText && clause.language !== undefined ? `${clause.kind} ${clause.language}` : clause.kind;
    const name = clause.kind === 'mode' ? clause.mode : clauseName;
    const key = clause.kind === 'mode' ? 'mode' : clauseName;
    if (seen.has(key)) reporter.report('duplicateClause', clause.span, { clause: name });
    seen.add(key);
  }
  if (block.broken) return;
  const at = block.name.span;
  if (!seen.has('on')) reporter.report('missingClause', at, { block: 'gate', clause: 'on POINT' });
  if (!seen.has('mode')) reporter.report('missingClause', at, { block: 'gate', clause: MODES });
}
