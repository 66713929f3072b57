import { ApiError } from './errors.ts';

export interface PaceOptions {
  readonly now: () => number;
  /** Schedules `work` after so many milliseconds; returns what cancels it. */
  readonly later: (work: () => void, ms: number) => () => void;
  /** Told when reads begin to wait, until when (milliseconds), and when they go on. */
  readonly onWait: (until: number | undefined) => void;
}

export interface Pace {
  /**
   * Reads something; while the platform says that it is asked too much (429), waits as long as it says and
   * asks again. What is asked again before it went on is asked once.
   * @param key the same for what reads the same; undefined for what nobody else may share
   * @throws AbortError when `signal` ends the waiting
   */
  read<T>(key: string | undefined, ask: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Reads of one screen wait together: while one is told to wait, none of them asks. */
export function createPace({ now, later, onWait }: PaceOptions): Pace {
  const waiting = new Map<string, Promise<unknown>>();
  let end: number | undefined;
  let over = Promise.resolve();
  let goOn = () => {};
  let cancel = () => {};

  function rest(seconds: number): void {
    const until = now() + seconds * 1000;
    if (end !== undefined && until <= end) return;
    if (end === undefined) over = new Promise((resolve) => (goOn = resolve));
    end = until;
    cancel();
    cancel = later(() => {
      end = undefined;
      onWait(undefined);
      goOn();
    }, seconds * 1000);
    onWait(until);
  }

  async function readAgain<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      while (end !== undefined) await orAborted(over, signal);
      try {
        return await ask();
      } catch (error) {
        const seconds = waitOf(error);
        if (seconds === undefined) throw error;
        rest(seconds);
      }
    }
  }

  return {
    read<T>(key: string | undefined, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
      if (end === undefined || key === undefined) return readAgain(ask, signal);
      // Events go on coming while it waits, and each would have it asked once more.
      const before = waiting.get(key) as Promise<T> | undefined;
      if (before !== undefined) return before;
      const mine = readAgain(ask, signal).finally(() => waiting.delete(key));
      waiting.set(key, mine);
      return mine;
    },
  };
}

const waitOf = (error: unknown): number | undefined =>
  error instanceof ApiError && error.status === 429 ? error.retryAfter : undefined;

function orAborted(work: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('ended', 'AbortError'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
