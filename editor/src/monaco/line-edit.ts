import type * as Monaco from 'monaco-editor/editor';
import type { Hunk } from '../domain/merge.ts';

/** The edit of a model that puts other lines in place of some. */
export function lineEdit(
  model: Pick<Monaco.editor.ITextModel, 'getLineCount' | 'getLineMaxColumn'>,
  { start, end, lines }: Hunk,
): Monaco.editor.IIdentifiedSingleEditOperation {
  const last = model.getLineCount();
  if (end < last)
    return {
      range: { startLineNumber: start + 1, startColumn: 1, endLineNumber: end + 1, endColumn: 1 },
      text: lines.map((line) => `${line}\n`).join(''),
    };
  // Behind the last line there is no line end that could be taken along: the one before goes with it.
  const range = {
    startLineNumber: Math.max(start, 1),
    startColumn: start === 0 ? 1 : model.getLineMaxColumn(start),
    endLineNumber: last,
    endColumn: model.getLineMaxColumn(last),
  };
  return {
    range,
    text: start === 0 ? lines.join('\n') : lines.map((line) => `\n${line}`).join(''),
  };
}
