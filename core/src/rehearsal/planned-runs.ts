import type { CompiledSchedule } from '@qoida/dsl';
import type { DaysOffThen } from './days-off-then.ts';

/** A question answers 10,000 runs at most; an hour has fewer. */
const AT_ONCE_MS = 3_600_000;

/** The moments of schedules, one after another. */
export class PlannedRuns {
  readonly #schedules: readonly CompiledSchedule[];
  readonly #zone: string;
  readonly #daysOff: DaysOffThen;
  #until: number;
  #coming: { readonly at: number; readonly schedule: CompiledSchedule }[] = [];

  /** @param from the first moment that counts */
  constructor(
    schedules: readonly CompiledSchedule[],
    { zone, daysOff, from }: { zone: string; daysOff: DaysOffThen; from: number },
  ) {
    this.#schedules = schedules;
    this.#zone = zone;
    this.#daysOff = daysOff;
    this.#until = from;
  }

  /** When the next one is, as far as it lies before this moment; itself not. */
  next(before: number): number | undefined {
    if (this.#schedules.length === 0) return undefined;
    while (this.#coming.length === 0 && this.#until < before) {
      const from = this.#until;
      const to = Math.min(before, from + AT_ONCE_MS, this.#daysOff.changeAfter(from));
      const options = { zone: this.#zone, holidays: this.#daysOff.at(from) };
      this.#coming = this.#schedules
        .flatMap((schedule) =>
          schedule
            .runs(new Date(from), new Date(to), options)
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
