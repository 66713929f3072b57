import { Refusal } from '../api/errors.ts';

export interface GroupCommitOptions<Job, Result> {
  /** Makes all jobs durable in one transaction; resolves with one result a job, in order, after COMMIT. */
  commit(jobs: readonly Job[]): Promise<Result[]>;
  sizeOf(job: Job): number;
  /** Most items in one transaction. A larger job goes alone. */
  readonly maxGroup: number;
  /** Most items that may wait; more are refused with a time to come back. */
  readonly maxWaiting: number;
  /** Whether an error is the fault of some job's data, so that the others deserve a try of their own. */
  isDataFault(error: unknown): boolean;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly size: number;
  settle(result: Result): void;
  fail(error: unknown): void;
}

/**
 * Group commit: jobs that arrive while a transaction runs go together into the next one. A job is
 * answered only after its COMMIT; under load the cost of a commit is shared.
 */
export class GroupCommit<Job, Result> {
  readonly #options: GroupCommitOptions<Job, Result>;
  #waiting: Waiting<Job, Result>[] = [];
  #waitingItems = 0;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: GroupCommitOptions<Job, Result>) {
    this.#options = options;
  }

  /** @throws Refusal unavailable when too much waits or the platform stops; whatever `commit` throws */
  submit(job: Job): Promise<Result> {
    const size = this.#options.sizeOf(job);
    if (this.#closed) return Promise.reject(overloaded('stopping'));
    if (this.#waitingItems + size > this.#options.maxWaiting && this.#waiting.length > 0) {
      return Promise.reject(overloaded('queue_full'));
    }
    const result = new Promise<Result>((settle, fail) =>
      this.#waiting.push({ job, size, settle, fail }),
    );
    this.#waitingItems += size;
    this.#running ??= this.#run();
    return result;
  }

  /** Takes no more, and waits until everything taken is answered. */
  async stop(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // The callers of this tick join the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commitGroup(this.#take());
    this.#running = null;
  }

  #take(): Waiting<Job, Result>[] {
    let items = 0;
    let count = 0;
    for (const { size } of this.#waiting) {
      if (count > 0 && items + size > this.#options.maxGroup) break;
      items += size;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingItems -= items;
    return group;
  }

  async #commitGroup(group: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(group.map(({ job }) => job));
      for (const [index, waiting] of group.entries()) waiting.settle(results[index] as Result);
    } catch (error) {
      if (group.length > 1 && this.#options.isDataFault(error)) {
        for (const waiting of group) await this.#commitGroup([waiting]);
        return;
      }
      for (const waiting of group) waiting.fail(error);
    }
  }
}

const overloaded = (why: string) =>
  new Refusal(
    'unavailable',
    'ingest_overloaded',
    'Too many readings wait to be stored',
    { why },
    { retryAfter: 1 },
  );
