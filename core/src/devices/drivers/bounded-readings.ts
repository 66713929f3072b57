/**
 * Readings that wait, never more than `limit`. When full, the oldest unstable one makes place; only
 * when all are stable a stable one has to go, and both are counted.
 */
export class BoundedReadings<R extends { readonly stable: boolean }> {
  readonly #limit: number;
  #items: R[] = [];
  #unstable = 0;
  #dropped = { unstable: 0, stable: 0 };

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#items.length;
  }

  push(reading: R): void {
    if (this.#items.length >= this.#limit) this.#makePlace();
    this.#items.push(reading);
    if (!reading.stable) this.#unstable += 1;
  }

  /** The oldest ones, at most `count`; they stay until `remove`. */
  peek(count: number): readonly R[] {
    return this.#items.slice(0, count);
  }

  /** Forgets those of `done` that still wait. */
  remove(done: readonly R[]): void {
    const gone = new Set(done);
    this.#items = this.#items.filter((reading) => !gone.has(reading));
    this.#unstable = this.#items.reduce((sum, { stable }) => sum + (stable ? 0 : 1), 0);
  }

  takeAll(): R[] {
    const all = this.#items;
    this.#items = [];
    this.#unstable = 0;
    return all;
  }

  /** What had to go since the last call. */
  takeDropped(): { unstable: number; stable: number } {
    const dropped = this.#dropped;
    this.#dropped = { unstable: 0, stable: 0 };
    return dropped;
  }

  #makePlace(): void {
    const index = this.#unstable > 0 ? this.#items.findIndex(({ stable }) => !stable) : 0;
    this.#items.splice(index, 1);
    if (this.#unstable > 0) {
      this.#unstable -= 1;
      this.#dropped.unstable += 1;
    } else {
      this.#dropped.stable += 1;
    }
  }
}
