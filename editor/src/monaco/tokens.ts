import type { SemanticToken } from './rule-service.ts';

/** Kinds of tokens that have a colour of their own; the themes name them the same way. */
export const TOKEN_TYPES = [
  'block',
  'keyword',
  'name',
  'number',
  'unit',
  'text',
  'date',
  'operator',
  'comment',
  'doc',
] as const;

/**
 * Tokens by offsets → Monaco's relative form: five numbers a token, each place counted from the one before.
 * Tokens over several lines are cut at the line ends.
 */
export function encodeTokens(text: string, tokens: readonly SemanticToken[]): Uint32Array {
  const data: number[] = [];
  let line = 0;
  let lineStart = 0;
  let lastLine = 0;
  let lastColumn = 0;
  for (const { span, kind } of tokens) {
    const type = TOKEN_TYPES.indexOf(kind);
    let from = span.start;
    while (from < span.end) {
      for (
        let end = text.indexOf('\n', lineStart);
        end >= 0 && end < from;
        end = text.indexOf('\n', lineStart)
      ) {
        line++;
        lineStart = end + 1;
      }
      const lineEnd = text.indexOf('\n', from);
      const to = lineEnd < 0 ? span.end : Math.min(span.end, lineEnd);
      const column = from - lineStart;
      if (to > from) {
        data.push(
          line - lastLine,
          line === lastLine ? column - lastColumn : column,
          to - from,
          type,
          0,
        );
        lastLine = line;
        lastColumn = column;
      }
      from = to + 1;
    }
  }
  return new Uint32Array(data);
}
