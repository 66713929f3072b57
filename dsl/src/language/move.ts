import type { Span } from '../source/text.ts';

type Parts = Record<string, unknown>;

const isSpan = (value: object): value is Span =>
  typeof (value as Partial<Span>).start === 'number' &&
  typeof (value as Partial<Span>).end === 'number';

/**
 * Moves every span in a tree. The spans are replaced, not changed: what was made from the tree
 * before keeps the places it had.
 */
export function moveTree<T extends object>(tree: T, by: number): T {
  const parts = tree as Parts;
  for (const key in parts) {
    const value = parts[key];
    if (typeof value !== 'object' || value === null) continue;
    if (isSpan(value)) parts[key] = { start: value.start + by, end: value.end + by };
    else moveTree(value, by);
  }
  return tree;
}
