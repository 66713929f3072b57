/** So many commands a device remembers with what became of them (reference relay-switch §2, rule 1). */
const REMEMBERED = 64;

export interface Result {
  readonly status: string;
  readonly code?: string;
  readonly state: readonly boolean[];
}

/** The last commands: one that comes again is answered as before and moves nothing. */
export class CommandMemory {
  readonly #results = new Map<string, Result>();

  resultOf(id: string): Result | undefined {
    return this.#results.get(id);
  }

  keep(id: string, result: Result): void {
    this.#results.set(id, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > REMEMBERED && oldest !== undefined) this.#results.delete(oldest);
  }

  forget(): void {
    this.#results.clear();
  }
}
