const NOTHING: readonly never[] = [];

/**
 * What one question of an index finds. It is kept from question to question: with a new list for
 * each, events in a flood would drive everything else out of the processor's caches.
 */
export class Found<T> {
  readonly #items: T[] = [];
  #count = 0;

  add(item: T): void {
    this.#items[this.#count++] = item;
  }

  /** All that has been added since the last time, as a list of its own. */
  take(): readonly T[] {
    const count = this.#count;
    this.#count = 0;
    if (count === 0) return NOTHING;
    return count === 1 ? [this.#items[0] as T] : this.#items.slice(0, count);
  }
}
