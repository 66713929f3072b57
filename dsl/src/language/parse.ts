import { createReporter, type Diagnostic } from '../source/diagnostic.ts';
import { LIMITS } from '../source/limits.ts';
import { type SourceText, type Span, sourceText } from '../source/text.ts';
import type { Expr } from './ast.ts';
import { quotingIn } from './foreign.ts';
import { Grammar } from './grammar.ts';
import type { LanguageTag } from './keywords.ts';
import { lex } from './lex.ts';
import { LiveFile, type ParsedFile } from './live-file.ts';
import { parseRun } from './parser.ts';

export type { ParsedFile } from './live-file.ts';

export interface ParsedExpression {
  readonly expr: Expr | undefined;
  readonly source: SourceText;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file. What could be read is in the tree; the rest is in the diagnostics. Never throws. */
export function parseFile(name: string, text: string): ParsedFile {
  return new LiveFile(name, text).parsed;
}

/** Reads one expression, such as a rule that stands in a program's own text. Never throws. */
export function parseExpression(
  text: string,
  name = 'expression',
  language: LanguageTag = 'en',
): ParsedExpression {
  const reporter = createReporter(name, quotingIn(language));
  const source = sourceText(name, text);
  const none = (span: Span, found: string): ParsedExpression => {
    reporter.report('syntax', span, { expected: 'an expression', found });
    return { expr: undefined, source, diagnostics: reporter.diagnostics };
  };
  if (text.length > LIMITS.characters) {
    reporter.report('fileTooLarge', { start: 0, end: 1 }, { limit: String(LIMITS.characters) });
    return { expr: undefined, source, diagnostics: reporter.diagnostics };
  }
  const { tokens } = lex(text, language, reporter);
  if (tokens.length === 0) return none({ start: 0, end: 1 }, 'nothing');
  const expr = parseRun(tokens, { language, reporter }, Grammar, (grammar) =>
    grammar.aloneExpression(),
  );
  return { expr, source, diagnostics: reporter.diagnostics };
}
