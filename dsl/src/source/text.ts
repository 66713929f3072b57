import { needList, needRecord, needText } from './api.ts';

/** A half-open range of UTF-16 offsets in one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A named text with the offsets at which its lines begin. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** A place as people count it: both parts begin at 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Wraps a text so that offsets can be turned into lines and columns. */
export function sourceText(name: string, text: string): SourceText {
  needText(text, 'text');
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  return { name, text, lineStarts };
}

/** The index of the line that holds `offset`, counted from 0. */
export function lineIndexAt(source: SourceText, offset: number): number {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function needSource(source: SourceText): void {
  needRecord(source, 'source');
  needList(source.lineStarts, 'source.lineStarts');
  needText(source.text, 'source.text');
}

/** Line and column of `offset`, both counted from 1. */
export function positionAt(source: SourceText, offset: number): Position {
  needSource(source);
  const line = lineIndexAt(source, offset);
  return { line: line + 1, column: offset - (source.lineStarts[line] ?? 0) + 1 };
}

/** The text of one line (counted from 0) without its line break. */
export function lineText(source: SourceText, line: number): string {
  const start = source.lineStarts[line] ?? source.text.length;
  const end = source.lineStarts[line + 1] ?? source.text.length + 1;
  return source.text.slice(start, end - 1).replace(/\r$/, '');
}

/** The smallest span that covers both. */
export function cover(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
