import type { Database } from './database.ts';
import type { DataLog } from './log.ts';
import { Owner } from './owner.ts';

/** The longest sleep between two rounds unless a round says otherwise, in milliseconds. */
const LOOK_MS = 1_000;

export interface OwnedTaskParts {
  readonly db: Database;
  /** The same on every node of the cluster. */
  readonly key: string;
  readonly log: DataLog;
  /** What it looks after, for the log: "approvals". */
  readonly what: string;
  /**
   * Comes before the first round each time the task has come to this node: what an owner that is gone
   * had begun is put right. Tried again until it succeeds.
   */
  readonly takeOver: () => Promise<void>;
  /** One round. @returns how long it may sleep, in milliseconds, where that is not a second */
  readonly work: () => Promise<number | undefined>;
}

/** Rounds of work that one node of the cluster does: a round at a time, at once when woken. */
export class OwnedTask {
  readonly #parts: OwnedTaskParts;
  readonly #owner: Owner;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  /** How often the task has come and gone; which of these times was begun by taking over. */
  #tenure = 0;
  #takenOver = 0;

  constructor(parts: OwnedTaskParts) {
    this.#parts = parts;
    this.#owner = new Owner(parts.db, parts.key, parts.log, (holds) => {
      this.#tenure += 1;
      if (holds) this.wake();
    });
  }

  /** This node does it. */
  get isMine(): boolean {
    return this.#owner.holds;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  start(): void {
    this.#owner.start();
  }

  /** Begins a round now, or another one after that which is under way. */
  wake(): void {
    if (this.#stopped || !this.#owner.holds) return;
    if (this.#turn !== null) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#turn = this.#round().then((wait) => {
      this.#turn = null;
      if (this.#again) {
        this.#again = false;
        this.wake();
      } else if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), wait);
    });
  }

  /** @param last ends what the rounds have begun, after the last of them and while the task is still held */
  async stop(last?: () => Promise<unknown>): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    clearTimeout(this.#timer);
    await last?.();
    await this.#owner.stop();
  }

  async #round(): Promise<number> {
    const { log, what, takeOver, work } = this.#parts;
    try {
      const tenure = this.#tenure;
      if (this.#takenOver !== tenure) {
        await takeOver();
        this.#takenOver = tenure;
      }
      return (await work()) ?? LOOK_MS;
    } catch (error) {
      log.error({ err: error }, `${what} could not be looked after; tried again`);
      return LOOK_MS;
    }
  }
}
