/**
 * Intervals of numbers, for the question which of them hold a value. Sorted by their lower bounds,
 * with a tree of the greatest upper bounds above them: a question costs a logarithm, and as much
 * for each interval found (an augmented interval tree, Cormen et al., Introduction to Algorithms,
 * ch. 14.3, on an array).
 */
export class Intervals<T> {
  readonly #lows: Float64Array;
  /** A heap of maxima: leaves are the upper bounds. */
  readonly #highs: Float64Array;
  readonly #items: readonly T[];
  readonly #leaves: number;

  constructor(
    intervals: readonly { readonly low: number; readonly high: number; readonly item: T }[],
  ) {
    const sorted = [...intervals].sort((a, b) => a.low - b.low);
    this.#lows = Float64Array.from(sorted, ({ low }) => low);
    this.#items = sorted.map(({ item }) => item);
    let leaves = 1;
    while (leaves < sorted.length) leaves *= 2;
    this.#leaves = leaves;
    this.#highs = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
    for (const [i, { high }] of sorted.entries()) this.#highs[leaves + i] = high;
    for (let node = leaves - 1; node > 0; node--)
      this.#highs[node] = Math.max(this.#high(2 * node), this.#high(2 * node + 1));
  }

  /** Adds to `found` what holds the value. A value that is no number is held by nothing. */
  collect(value: number, found: T[]): void {
    let [low, count] = [0, this.#lows.length];
    while (low < count) {
      const middle = (low + count) >>> 1;
      if ((this.#lows[middle] as number) <= value) low = middle + 1;
      else count = middle;
    }
    if (count > 0) this.#descend(1, 0, this.#leaves, value, count, found);
  }

  #high(node: number): number {
    return this.#highs[node] as number;
  }

  /** @param begin first leaf below the node, `size` of them; only the first `count` of all matter */
  #descend(
    node: number,
    begin: number,
    size: number,
    value: number,
    count: number,
    found: T[],
  ): void {
    if (begin >= count || this.#high(node) < value) return;
    if (size === 1) {
      found.push(this.#items[begin] as T);
      return;
    }
    const half = size / 2;
    this.#descend(2 * node, begin, half, value, count, found);
    this.#descend(2 * node + 1, begin + half, half, value, count, found);
  }
}
