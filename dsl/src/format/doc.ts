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
/** The same of parts as many as a text has: more than a call takes arguments. */
export const sequence = (parts: readonly Doc[]): Doc => ({ kind: 'concat', parts });
export const indent = (inner: Doc): Doc => ({ kind: 'indent', inner });
export const group = (inner: Doc): Doc => ({ kind: 'group', inner });

/** Puts `separator` between the items. */
export const join = (separator: Doc, items: readonly Doc[]): Doc =>
  sequence(items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])));

/** `a, b, c`: on one line when it fits, else one item a line. */
export const commaList = (items: readonly Doc[]): Doc => join(concat(',', line), items);

/** On the line of what is before it when it fits, else on its own, indented. */
export const wrapped = (inner: Doc): Doc => group(indent(concat(line, inner)));
