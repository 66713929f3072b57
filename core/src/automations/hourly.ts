import type { DataLog } from '../data/index.ts';

const HOUR_MS = 3_600_000;

/** What is done once an hour beside the other work, by whoever owns it. */
export class Hourly {
  readonly #work: () => Promise<unknown>;
  readonly #log: Pick<DataLog, 'error'>;
  readonly #failed: string;
  #begunAt = -HOUR_MS;
  #running: Promise<unknown> = Promise.resolve();

  /** @param failed what the log says when the work fails; the next hour tries again */
  constructor(work: () => Promise<unknown>, log: Pick<DataLog, 'error'>, failed: string) {
    this.#work = work;
    this.#log = log;
    this.#failed = failed;
  }

  /** Begins it where an hour is over. */
  begin(): void {
    if (performance.now() - this.#begunAt < HOUR_MS) return;
    this.#begunAt = performance.now();
    this.#running = this.#work().catch((error: unknown) =>
      this.#log.error({ err: error }, this.#failed),
    );
  }

  /** Resolves when nothing of it is under way. */
  ended(): Promise<unknown> {
    return this.#running;
  }
}
