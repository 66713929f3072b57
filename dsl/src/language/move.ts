import type { Span } from '../source/text.ts';
import { OFFSETS } from './placed.ts';

type Parts = Record<string, unknown>;

/** Nodes that know their places by numbers are of classes; a span never is. */
const isSpan = (value: object): value is Span =>
  Object.getPrototypeOf(value) === Object.prototype && 'start' in value && 'end' in value;

/**
 * Moves every span in a tree. The spans are replaced, not changed: what was made from the tree
 * before keeps the places it had.
 */
export function moveTree<T extends object>(tree: T, by: number): T {
  const parts = tree as Parts;
  for (const key in parts) {
    const value = parts[key];
    if (typeof value === 'number' && OFFSETS.has(key)) parts[key] = value + by;
    if (typeof value !== 'object' || value === null) continue;
    if (isSpan(value)) parts[key] = { start: value.start + by, end: value.end + by };
    else moveTree(value, by);
  }
  return tree;
}
