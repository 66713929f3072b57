import type { Connect, Connection } from './connection.ts';

export interface LinkEvents {
  onOpen(): void;
  onBytes(chunk: Uint8Array): void;
  onLost(reason: string): void;
  /** The line was silent for too long and is being opened anew. */
  onRenewing(): void;
}

export interface LinkSettings {
  readonly backoff: { readonly minMs: number; readonly maxMs: number };
  /** Silence after which the connection is renewed. */
  readonly idleMs: number;
  readonly writeTimeoutMs: number;
  /** 0 ≤ x < 1, spreads the attempts of many lines. */
  readonly random: () => number;
}

/** A line that comes back by itself. */
export interface Link {
  /** @throws Error when the line isn't open or the bytes don't leave in time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Takes nothing in for a while; the other side is held back by its own buffers. */
  pause(ms: number): void;
  stop(): Promise<void>;
}

/** Delay before attempt number `attempt` (0 is the first repetition): doubled, capped, ±25 %. */
export function backoffMs(
  attempt: number,
  { minMs, maxMs }: LinkSettings['backoff'],
  random: number,
): number {
  const doubled = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
  return Math.round(doubled * (0.75 + 0.5 * random));
}

/** Opens a connection and opens it again whenever it is lost, until stopped. */
export function keepOpen(connect: Connect, events: LinkEvents, settings: LinkSettings): Link {
  const stopping = new AbortController();
  let connection: Connection | undefined;
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;
  let pausing: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let opening: Promise<void> = Promise.resolve();

  const watchIdle = () => {
    clearTimeout(idle);
    idle = setTimeout(renew, settings.idleMs);
  };

  const openLater = () => {
    if (stopping.signal.aborted) return;
    const delay = backoffMs(attempt, settings.backoff, settings.random());
    attempt += 1;
    retry = setTimeout(() => {
      opening = open();
    }, delay);
  };

  const open = async () => {
    let own: Connection | undefined;
    const isOurs = () => own !== undefined && own === connection;
    try {
      own = await connect(
        {
          onBytes: (chunk) => {
            if (!isOurs()) return;
            attempt = 0;
            idle?.refresh();
            events.onBytes(chunk);
          },
          onLost: (reason) => isOurs() && lose(reason),
        },
        stopping.signal,
      );
    } catch (error) {
      if (stopping.signal.aborted) return;
      events.onLost(reasonOf(error));
      openLater();
      return;
    }
    if (stopping.signal.aborted) return own.close();
    connection = own;
    watchIdle();
    events.onOpen();
  };

  const leave = () => {
    const left = connection;
    connection = undefined;
    clearTimeout(idle);
    clearTimeout(pausing);
    return left?.close();
  };

  const lose = (reason: string) => {
    void leave();
    events.onLost(reason);
    openLater();
  };

  const renew = () => {
    void leave();
    events.onRenewing();
    openLater();
  };

  opening = open();
  return {
    async write(bytes) {
      const own = connection;
      if (!own) throw new Error('the line is not open');
      try {
        await inTime(own.write(bytes), settings.writeTimeoutMs);
      } catch (error) {
        if (own === connection) lose(reasonOf(error));
        throw error;
      }
    },
    pause(ms) {
      const own = connection;
      own?.pause();
      clearTimeout(pausing);
      pausing = setTimeout(() => own === connection && own?.resume(), ms);
    },
    async stop() {
      stopping.abort();
      clearTimeout(retry);
      await leave();
      await opening;
    },
  };
}

function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`a write did not end within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
