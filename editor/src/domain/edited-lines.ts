/** An edit of a text, in offsets. */
export interface Edit {
  readonly span: { readonly start: number; readonly end: number };
  readonly text: string;
}
/** A piece of a line; `changed` where an edit put it or takes it away. */
export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}
/** A line that edits change, counted from 1, as it was and as it becomes. */
export interface EditedLine {
  readonly line: number;
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
}

const inOrder = (edits: readonly Edit[]) => edits.toSorted((a, b) => a.span.start - b.span.start);

/** A text with edits made that don't overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let made = '';
  let from = 0;
  for (const { span, text: put } of inOrder(edits)) {
    made += text.slice(from, span.start) + put;
    from = span.end;
  }
  return made + text.slice(from);
}

/** Where an offset of a text stands once edits are made: at the same piece of it. */
export const movedBy = (edits: readonly Edit[], offset: number): number =>
  edits
    .filter(({ span }) => span.end <= offset)
    .reduce((at, { span, text }) => at + text.length - (span.end - span.start), offset);

/** The lines that edits change. @param edits each within a line */
export function editedLines(text: string, edits: readonly Edit[]): readonly EditedLine[] {
  const byLine = new Map<number, { from: number; edits: Edit[] }>();
  let line = 1;
  let from = 0;
  for (const edit of inOrder(edits)) {
    for (
      let end = text.indexOf('\n', from);
      end >= 0 && end < edit.span.start;
      end = text.indexOf('\n', from)
    ) {
      line += 1;
      from = end + 1;
    }
    const there = byLine.get(line) ?? { from, edits: [] };
    there.edits.push(edit);
    byLine.set(line, there);
  }
  return [...byLine].map(([number, { from: start, edits: of }]) => {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    return { line: number, ...piecesOf(text, start, stop, of) };
  });
}

function piecesOf(text: string, start: number, stop: number, edits: readonly Edit[]) {
  const before: Piece[] = [];
  const after: Piece[] = [];
  const add = (to: Piece[], piece: string, changed: boolean) => {
    if (piece !== '') to.push({ text: piece, changed });
  };
  let at = start;
  for (const { span, text: put } of edits) {
    for (const to of [before, after]) add(to, text.slice(at, span.start), false);
    add(before, text.slice(span.start, span.end), true);
    add(after, put, true);
    at = span.end;
  }
  for (const to of [before, after]) add(to, text.slice(at, stop), false);
  return { before, after };
}
