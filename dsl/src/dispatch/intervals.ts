import type { Found } from './found.ts';

export interface Interval<T> {
  /** Both bounds are within. */
  readonly low: number;
  readonly high: number;
  readonly item: T;
}

/** So many intervals are looked at one by one: that reads less memory than a tree does. */
const FEW = 8;

/** Intervals of numbers, for the question which of them hold a value. */
export class Intervals<T> {
  readonly #items: readonly T[];
  /** Of a few intervals: lower and upper bounds in turn. */
  readonly #bounds: readonly number[];
  /** Of many. */
  readonly #tree: Tree | undefined;

  constructor(intervals: readonly Interval<T>[]) {
    const sorted = [...intervals].sort((a, b) => a.low - b.low);
    const isFew = sorted.length <= FEW;
    this.#items = sorted.map(({ item }) => item);
    this.#bounds = isFew ? sorted.flatMap(({ low, high }) => [low, high]) : [];
    this.#tree = isFew ? undefined : new Tree(sorted);
  }

  /** Adds to `found` what holds the value. A value that is no number is held by nothing. */
  collect(value: number, found: Found<T>): void {
    if (this.#tree !== undefined) {
      this.#tree.collect(value, this.#items, found);
      return;
    }
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i += 2) {
      if ((bounds[i] as number) <= value && value <= (bounds[i + 1] as number))
        found.add(this.#items[i / 2] as T);
    }
  }
}

/**
 * Sorted by their lower bounds, with a tree of the greatest upper bounds above them: a question
 * costs a logarithm, and as much for each interval found (an augmented interval tree, Cormen et
 * al., Introduction to Algorithms, ch. 14.3, on an array).
 */
class Tree {
  readonly #lows: Float64Array;
  /** A heap of maxima: leaves are the upper bounds. */
  readonly #highs: Float64Array;
  readonly #leaves: number;

  constructor(sorted: readonly Interval<unknown>[]) {
    this.#lows = Float64Array.from(sorted, ({ low }) => low);
    let leaves = 1;
    while (leaves < sorted.length) leaves *= 2;
    this.#leaves = leaves;
    const highs = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
    for (const [i, { high }] of sorted.entries()) highs[leaves + i] = high;
    for (let node = leaves - 1; node > 0; node--)
      highs[node] = Math.max(highs[2 * node] as number, highs[2 * node + 1] as number);
    this.#highs = highs;
  }

  collect<T>(value: number, items: readonly T[], found: Found<T>): void {
    const lows = this.#lows;
    let [low, count] = [0, lows.length];
    while (low < count) {
      const middle = (low + count) >>> 1;
      if ((lows[middle] as number) <= value) low = middle + 1;
      else count = middle;
    }
    if (count > 0) this.#descend(1, 0, this.#leaves, value, count, items, found);
  }

  /** @param begin first leaf below the node, `size` of them; only the first `count` of all matter */
  #descend<T>(
    node: number,
    begin: number,
    size: number,
    value: number,
    count: number,
    items: readonly T[],
    found: Found<T>,
  ): void {
    if (begin >= count || !((this.#highs[node] as number) >= value)) return;
    if (size === 1) {
      found.add(items[begin] as T);
      return;
    }
    const half = size / 2;
    this.#descend(2 * node, begin, half, value, count, items, found);
    this.#descend(2 * node + 1, begin + half, half, value, count, items, found);
  }
}
