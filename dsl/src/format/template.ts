import type { TemplateNode } from '../language/ast.ts';
import { expressionDoc } from './expression.ts';
import { print } from './print.ts';
import type { Words } from './words.ts';

/** Where the braces of an expression in a message stand. */
export interface Braces {
  readonly open: number;
  readonly close: number;
}

/** The braces around each expression of a message, in order. */
export function bracesIn(template: TemplateNode, text: string): Braces[] {
  return template.parts.flatMap((part) =>
    typeof part === 'string'
      ? []
      : [
          {
            open: text.lastIndexOf('{', part.span.start - 1),
            close: text.indexOf('}', part.span.end),
          },
        ],
  );
}

const ONE_LINE = {
  width: Number.POSITIVE_INFINITY,
  depth: 0,
  comments: [],
  clauseWords: new Set(''),
};

/** A message as it was written, with its expressions in the one layout. */
export function templateText(template: TemplateNode, words: Words): string {
  const { start, end } = template.span;
  const image = words.slice(template.span);
  const expressions = template.parts.filter((part) => typeof part !== 'string');
  let text = '';
  let from = 0;
  bracesIn(template, words.slice({ start: 0, end })).forEach(({ open, close }, index) => {
    const inside = image.slice(open + 1 - start, close - start);
    const expr = expressions[index];
    // A comment in there would be lost.
    const printed =
      expr === undefined || inside.includes('#')
        ? inside
        : print(expressionDoc(expr, words), ONE_LINE);
    text += `${image.slice(from, open + 1 - start)}${printed}`;
    from = close - start;
  });
  return text + image.slice(from);
}
