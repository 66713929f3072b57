interface Waiting<T> {
  readonly items: readonly T[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Brings together what is handed over side by side: while one group is worked off the next one
 * gathers, so that many items cost one transaction. When a group fails, each part of it is tried by
 * itself, so that nobody suffers for another's fault.
 */
export class Gather<T> {
  readonly #work: (items: readonly T[]) => Promise<void>;
  readonly #most: number;
  #queue: Waiting<T>[] = [];
  #running = false;

  /** @param most items that are worked off together, at most, unless more are handed over at once */
  constructor(work: (items: readonly T[]) => Promise<void>, most = 1_000) {
    this.#work = work;
    this.#most = most;
  }

  /** Settles when the items are durably dealt with. @throws what their work threw */
  take(items: readonly T[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ items, resolve, reject });
    if (!this.#running) void this.#drain();
    return promise;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      const group = this.#next();
      try {
        await this.#work(group.flatMap(({ items }) => items));
        for (const { resolve } of group) resolve();
      } catch (error) {
        if (group.length === 1) group[0]?.reject(error);
        else for (const part of group) await this.#alone(part);
      }
    }
    this.#running = false;
  }

  async #alone({ items, resolve, reject }: Waiting<T>): Promise<void> {
    try {
      await this.#work(items);
      resolve();
    } catch (error) {
      reject(error);
    }
  }

  #next(): Waiting<T>[] {
    let count = 0;
    const full = this.#queue.findIndex(({ items }, at) => {
      count += items.length;
      return at > 0 && count > this.#most;
    });
    return this.#queue.splice(0, full < 0 ? this.#queue.length : full);
  }
}
