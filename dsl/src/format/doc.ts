/** A small document algebra: what a text looks like flat, and where it may break when a line is full. */
export type Doc =
  | string
  | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
  /** A space when flat, a line break when its group is broken. */
  | { readonly kind: 'line' }
  /** Nothing when flat, a line break when its group is broken. */
  | { readonly kind: 'soft' }
  | { readonly kind: 'indent'; readonly inner: Doc }
  /** Flat when it fits, else all its own lines break. */
  | { readonly kind: 'group'; readonly inner: Doc };

export const line: Doc = { kind: 'line' };
export const soft: Doc = { kind: 'soft' };
export const concat = (...parts: readonly Doc[]): Doc => ({ kind: 'concat', parts });
export const indent = (inner: Doc): Doc => ({ kind: 'indent', inner });
export const group = (inner: Doc): Doc => ({ kind: 'group', inner });

/** Puts `separator` between the items. */
export const join = (separator: Doc, items: readonly Doc[]): Doc =>
  concat(...items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])));

const STEP = 2;

interface Task {
  readonly doc: Doc;
  readonly depth: number;
  readonly flat: boolean;
}

/**
 * Prints a document within `width` columns where it can.
 * @param start column at which the first line begins
 */
export function print(doc: Doc, width: number, start: number, depth: number): string {
  let text = '';
  let column = start;
  const tasks: Task[] = [{ doc, depth, flat: false }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { doc: current, flat } = task;
    if (typeof current === 'string') {
      text += current;
      column += current.length;
      continue;
    }
    switch (current.kind) {
      case 'concat':
        for (let i = current.parts.length - 1; i >= 0; i--)
          tasks.push({ ...task, doc: current.parts[i] as Doc });
        break;
      case 'indent':
        tasks.push({ doc: current.inner, depth: task.depth + 1, flat });
        break;
      case 'group':
        tasks.push({
          doc: current.inner,
          depth: task.depth,
          flat: flat || column + flatWidth(current.inner, width) <= width,
        });
        break;
      default:
        if (flat) {
          text += current.kind === 'line' ? ' ' : '';
          column += current.kind === 'line' ? 1 : 0;
        } else {
          text += `\n${' '.repeat(task.depth * STEP)}`;
          column = task.depth * STEP;
        }
    }
  }
  return text;
}

/** Width of a document on one line, no further than a bit over `most`. */
function flatWidth(doc: Doc, most: number): number {
  let width = 0;
  const rest: Doc[] = [doc];
  for (let current = rest.pop(); current !== undefined && width <= most; current = rest.pop()) {
    if (typeof current === 'string') width += current.length;
    else if (current.kind === 'concat')
      for (let i = current.parts.length - 1; i >= 0; i--) rest.push(current.parts[i] as Doc);
    else if (current.kind === 'line') width += 1;
    else if (current.kind !== 'soft') rest.push(current.inner);
  }
  return width;
}
