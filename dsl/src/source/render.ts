import { needRecord } from './api.ts';
import type { Diagnostic } from './diagnostic.ts';
import { lineIndexAt, lineText, positionAt, type SourceText, type Span } from './text.ts';

/**
 * A diagnostic as a terminal shows it: place, sentence, the line and carets under the span.
 * @param source the text the span counts in
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: SourceText): string {
  needRecord(diagnostic, 'diagnostic');
  needRecord(diagnostic.span, 'diagnostic.span');
  const { line, column } = positionAt(source, diagnostic.span.start);
  const text = lineText(source, lineIndexAt(source, diagnostic.span.start));
  const room = Math.max(1, text.length - column + 1);
  const width = Math.min(room, Math.max(1, diagnostic.span.end - diagnostic.span.start));
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const head = `${diagnostic.file}:${line}:${column} ${diagnostic.severity} ${diagnostic.code}`;
  const lines = [`${head}: ${diagnostic.message}`, `  ${text}`, `  ${indent}${'^'.repeat(width)}`];
  if (diagnostic.help !== undefined) lines.push(`  help: ${diagnostic.help}`);
  for (const { file, span, message } of diagnostic.related ?? [])
    lines.push(`  ${whereOf(file, span, diagnostic, source)}${message}`);
  return lines.join('\n');
}

/** Where something a diagnostic is about stands, as far as it is somewhere else. */
function whereOf(file: string, span: Span, diagnostic: Diagnostic, source: SourceText): string {
  if (file !== diagnostic.file) return `in ${file}: `;
  if (span.start === diagnostic.span.start && span.end === diagnostic.span.end) return '- ';
  const { line, column } = positionAt(source, span.start);
  return `at ${line}:${column}: `;
}
