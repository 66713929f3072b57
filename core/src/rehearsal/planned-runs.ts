import type { CompiledSchedule } from '@qoida/dsl';

/** A question answers 10,000 runs at most; an hour has fewer. */
const AT_ONCE_MS = 3_600_000;

/** The moments of schedules, one after another. */
export class PlannedRuns {
  readonly #schedules: readonly CompiledSchedule[];
  readonly #zone: string;
  #until: number;
  #coming: { readonly at: number; readonly schedule: CompiledSchedule }[] = [];

  /** @param from the first moment that counts */
  constructor(schedules: readonly CompiledSchedule[], zone: string, from: number) {
    this.#schedules = schedules;
    this.#zone = zone;
    this.#until = from;
  }

  /** When the next one is, as far as it lies before this moment; itself not. */
  next(before: number): number | undefined {
    if (this.#schedules.length === 0) return undefined;
    while (this.#coming.length === 0 && this.#until < before) {
      const [from, to] = [this.#until, Math.min(before, this.#until + AT_ONCE_MS)];
      this.#coming = this.#schedules
        .flatMap((schedule) =>
          schedule
            .runs(new Date(from), new Date(to), { zone: this.#zone })
            .map((at) => ({ at: at.getTime(), schedule })),
        )
        .sort((a, b) => a.at - b.at)
        .reverse();
      this.#until = to;
    }
    const coming = this.#coming.at(-1)?.at;
    return coming !== undefined && coming < before ? coming : undefined;
  }

  /** Takes the one that `next` told. */
  take(): CompiledSchedule | undefined {
    return this.#coming.pop()?.schedule;
  }
}
