import type { Reporter } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import type { Span } from '../source/text.ts';
import type { Expr, TemplateNode } from './ast.ts';
import { Grammar } from './grammar.ts';
import type { LanguageTag } from './keywords.ts';
import { lex } from './lex.ts';
import { fitted, unescaped } from './nodes.ts';
import { parseRun } from './parser.ts';

const [OPEN, CLOSE, BACKSLASH] = [123, 125, 92];

/**
 * Splits a message at its `{expressions}`; `{{` and `}}` are braces that are shown.
 * @param image the literal with its quotes, @param start its offset in the file
 */
export function parseTemplate(
  image: string,
  start: number,
  language: LanguageTag,
  reporter: Reporter,
): TemplateNode {
  const span = { start, end: start + image.length };
  const parts: (string | Expr)[] = [];
  let places = 0;
  let text = '';
  /** Where the text begins that is not kept yet. */
  let from = 1;
  const keepText = (to: number): void => {
    text += image.slice(from, to);
    if (text !== '') parts.push(unescaped(text));
    text = '';
  };
  for (let i = 1; i < image.length - 1; i++) {
    const code = image.charCodeAt(i);
    if (code === BACKSLASH) i++;
    if (code !== OPEN && code !== CLOSE) continue;
    if (image.charCodeAt(i + 1) === code) {
      text += image.slice(from, ++i);
      from = i + 1;
    } else if (code === OPEN) {
      if (places++ === LIMITS.places) {
        reportTooMany('places', { start: start + i, end: start + i + 1 }, reporter);
        break;
      }
      const close = image.indexOf('}', i);
      const at = { start: start + i, end: start + (close < 0 ? i : close) + 1 };
      keepText(i);
      const expr =
        close < 0 ? undefined : parseInside(image.slice(i + 1, close), at, language, reporter);
      if (close < 0) reporter.report('badTemplate', at);
      if (close < 0 || expr === undefined) return { kind: 'template', parts, span };
      parts.push(expr);
      i = close;
      from = close + 1;
    }
  }
  keepText(image.length - 1);
  return { kind: 'template', parts: fitted(parts), span };
}

function parseInside(
  text: string,
  at: Span,
  language: LanguageTag,
  reporter: Reporter,
): Expr | undefined {
  const { tokens } = lex(text, language, reporter, at.start + 1);
  if (tokens.length === 0) {
    reporter.report('badTemplate', at);
    return undefined;
  }
  return parseRun(tokens, { language, reporter }, Grammar, (grammar) => grammar.aloneExpression());
}
