import type * as Monaco from 'monaco-editor/editor';

export type Model = Monaco.editor.ITextModel;
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Offsets of the language as a range of Monaco, and back. */
export function rangeIn(model: Model, { start, end }: Span): Monaco.IRange {
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(Math.max(end, start));
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

export const spanIn = (model: Model, range: Monaco.IRange): Span => ({
  start: model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn }),
  end: model.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn }),
});
