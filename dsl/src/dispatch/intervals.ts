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
 * costs a logarithm at most, and as much for each interval found (an augmented interval tree, Cormen
 * et al., Introduction to Algorithms, ch. 14.3, on an array). Bounds that lie evenly are found by
 * their cell, in a step or two.
 */
class Tree {
  readonly #lows: Float64Array;
  /** A heap of maxima: leaves are the upper bounds. */
  readonly #highs: Float64Array;
  readonly #leaves: number;
  /** The greatest upper bound of an interval and all before it. */
  readonly #reach: Float64Array;
  /** How many intervals begin before each of as many even cells, which begin at `first`. */
  readonly #starts: Uint32Array;
  readonly #first: number;
  readonly #scale: number;

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
    let greatest = Number.NEGATIVE_INFINITY;
    this.#reach = Float64Array.from(sorted, ({ high }) => {
      greatest = Math.max(greatest, high);
      return greatest;
    });
    const finite = this.#lows.filter(Number.isFinite);
    this.#first = finite[0] ?? 0;
    // Where the cells would have no width, or no end, all stand in one.
    const scale = sorted.length / ((finite.at(-1) ?? 0) - this.#first);
    this.#scale = Number.isFinite(scale) ? scale : 0;
    this.#starts = new Uint32Array(sorted.length + 1);
    for (const low of this.#lows) {
      const next = this.#cellOf(low) + 1;
      this.#starts[next] = (this.#starts[next] as number) + 1;
    }
    for (let cell = 1; cell < this.#starts.length; cell++)
      this.#starts[cell] = (this.#starts[cell] as number) + (this.#starts[cell - 1] as number);
  }

  collect<T>(value: number, items: readonly T[], found: Found<T>): void {
    const lows = this.#lows;
    const cell = this.#cellOf(value);
    let [low, count] = [this.#starts[cell] as number, this.#starts[cell + 1] as number];
    while (low < count) {
      const middle = (low + count) >>> 1;
      if ((lows[middle] as number) <= value) low = middle + 1;
      else count = middle;
    }
    for (let i = this.#before(count, value); i >= 0; i = this.#before(i, value))
      found.add(items[i] as T);
  }

  /** Rising with the value: intervals that begin in one cell stand side by side. */
  #cellOf(value: number): number {
    const cell = (value - this.#first) * this.#scale;
    return cell > 0 ? Math.min(Math.floor(cell), this.#starts.length - 2) : 0;
  }

  /** The last interval before a place that ends at a value or later; -1 when there is none. */
  #before(place: number, value: number): number {
    if (place === 0 || !((this.#reach[place - 1] as number) >= value)) return -1;
    const highs = this.#highs;
    let node = this.#leaves + place - 1;
    // Up and to the left until something below reaches the value, which `reach` has promised.
    while (!((highs[node] as number) >= value)) {
      while (node % 2 === 0) node /= 2;
      node -= 1;
    }
    while (node < this.#leaves) {
      node = 2 * node + 1;
      if (!((highs[node] as number) >= value)) node -= 1;
    }
    return node - this.#leaves;
  }
}
