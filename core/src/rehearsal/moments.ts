/** How things stood, as it was looked at last; what was looked at too long ago is not known any more. */
export class Moments {
  readonly #freshMs: number;
  #values: Readonly<Record<string, unknown>> = {};
  readonly #at = new Map<string, number>();
  /** Too long to have been kept. */
  readonly #cut = new Set<string>();

  /** @param freshMs for how long a look counts */
  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  /** The values known, for a rule that asks; one that could not be read then has none now. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  /** Takes a look: what changed in it, and of which facts it tells that they are as before. */
  take({ at, values, cut, same }: Look): void {
    const next = { ...this.#values };
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete next[name];
      else next[name] = value;
      this.#cut.delete(name);
      this.#at.set(name, at);
    }
    for (const name of cut) {
      delete next[name];
      this.#cut.add(name);
      this.#at.set(name, at);
    }
    if (same) for (const name of this.#at.keys()) this.#at.set(name, at);
    this.#values = next;
  }

  /** Of these facts those that nobody knows at this moment. */
  unknown(names: readonly string[], now: number): string[] {
    return names.filter((name) => {
      const at = this.#at.get(name);
      return at === undefined || now - at > this.#freshMs || this.#cut.has(name);
    });
  }
}

/** A moment at which somebody looked how things stood. */
export interface Look {
  readonly at: number;
  /** Undefined: it could not be read. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly cut: readonly string[];
  /** Everything was looked at: what is not told is as it was. */
  readonly same: boolean;
}
