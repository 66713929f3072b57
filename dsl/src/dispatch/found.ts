/**
 * What one question of an index finds. It is kept from question to question: with a new list for
 * each, events in a flood would drive everything else out of the processor's caches.
 */
export class Found<T> {
  readonly #items: T[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Data that threw when it was read may have left something behind. */
  clear(): void {
    this.#count = 0;
  }

  add(item: T): void {
    this.#items[this.#count++] = item;
  }

  /** What has been added first since the last time, alone; all else is forgotten. */
  takeFirst(): T | undefined {
    const count = this.#count;
    this.#count = 0;
    return count > 0 ? this.#items[0] : undefined;
  }

  /** All that has been added since the last time, as a list of its own. */
  take(): readonly T[] {
    const count = this.#count;
    this.#count = 0;
    return this.#items.slice(0, count);
  }
}
