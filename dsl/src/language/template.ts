import type { Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Expr, TemplateNode } from './ast.ts';
import type { LanguageTag } from './keywords.ts';
import { lex } from './lex.ts';
import { fitted, unescapeText } from './nodes.ts';
import { parseRun } from './parser.ts';

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
  let text = '';
  const keepText = (): void => {
    if (text !== '') parts.push(unescapeText(`"${text}"`));
    text = '';
  };
  for (let i = 1; i < image.length - 1; i++) {
    const char = image[i] ?? '';
    if ((char === '{' || char === '}') && image[i + 1] === char) {
      text += char;
      i++;
    } else if (char === '{') {
      const close = image.indexOf('}', i);
      const at = { start: start + i, end: start + (close < 0 ? i : close) + 1 };
      keepText();
      const expr =
        close < 0 ? undefined : parseInside(image.slice(i + 1, close), at, language, reporter);
      if (close < 0) reporter.report('badTemplate', at);
      if (close < 0 || expr === undefined) return { kind: 'template', parts, span };
      parts.push(expr);
      i = close;
    } else if (char === '\\') {
      text += char + (image[++i] ?? '');
    } else {
      text += char;
    }
  }
  keepText();
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
  return parseRun([...tokens], { language, reporter }, (grammar) => grammar.aloneExpression());
}
