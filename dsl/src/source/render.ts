import type { Diagnostic } from './diagnostic.ts';
import { lineIndexAt, lineText, positionAt, type SourceText } from './text.ts';

/**
 * A diagnostic as a terminal shows it: place, sentence, the line and carets under the span.
 * @param source the text the span counts in
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: SourceText): string {
  const { line, column } = positionAt(source, diagnostic.span.start);
  const text = lineText(source, lineIndexAt(source, diagnostic.span.start));
  const room = Math.max(1, text.length - column + 1);
  const width = Math.min(room, Math.max(1, diagnostic.span.end - diagnostic.span.start));
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const head = `${diagnostic.file}:${line}:${column} ${diagnostic.severity} ${diagnostic.code}`;
  const lines = [`${head}: ${diagnostic.message}`, `  ${text}`, `  ${indent}${'^'.repeat(width)}`];
  if (diagnostic.help !== undefined) lines.push(`  help: ${diagnostic.help}`);
  return lines.join('\n');
}
