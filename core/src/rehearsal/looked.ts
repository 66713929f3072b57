/** The stretches in which it was looked how things stood, in the order of their time. */
export class Looked {
  readonly #freshMs: number;
  readonly #stretches: { readonly from: number; to: number }[] = [];

  /** @param freshMs for how long a look counts */
  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  note({ at, same }: { readonly at: number; readonly same: boolean }): void {
    if (!same) return;
    const last = this.#stretches.at(-1);
    if (last !== undefined && at - last.to <= this.#freshMs) last.to = at;
    else this.#stretches.push({ from: at, to: at });
  }

  was(at: number): boolean {
    return this.#stretches.some(({ from, to }) => at >= from && at <= to + this.#freshMs);
  }
}
