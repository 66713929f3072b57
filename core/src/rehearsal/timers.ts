/** A rule's key whose time will come. */
export interface Timer {
  readonly at: number;
  /** The rule's place: timers of one moment go in the order of the rules, then of their keys. */
  readonly order: number;
  readonly key: string;
}

const before = (a: Timer, b: Timer): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  return a.order === b.order ? a.key < b.key : a.order < b.order;
};

/** Timers by their time: a binary heap. Whoever takes one looks whether it still holds. */
export class Timers {
  readonly #heap: Timer[] = [];

  get next(): Timer | undefined {
    return this.#heap[0];
  }

  add(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!before(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  take(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const [left, right] = [heap[child] as Timer, heap[child + 1]];
      if (right !== undefined && before(right, left)) child += 1;
      const least = heap[child] as Timer;
      if (!before(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
