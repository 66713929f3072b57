import { answerIn, BoardException, exceptionIn, type Request } from './frames.ts';
import { openWire, type Wire, type WireEvents, type WireLink } from './wire.ts';

const RETRIES = 2;
const MOST_BYTES = 256;
/** A port that can't be opened is left alone for so long, twice as long each time. */
const REOPEN_MS = { first: 250, most: 5_000 };

export interface Bus {
  /**
   * One question and its answer; nobody else speaks meanwhile.
   * @param until a moment after which it is not asked any more
   * @throws BoardException; TooLate; Error when nothing usable came, also after two more tries
   */
  ask(request: Request, until?: Date): Promise<Uint8Array>;
  stop(): void;
}

export interface BusOptions {
  readonly link: WireLink;
  readonly answerMs: number;
  readonly now?: () => number;
}

/** The line was busy for longer than the question was good for; it was not asked. */
export class TooLate extends Error {
  constructor() {
    super('the line was busy for too long');
    this.name = 'TooLate';
  }
}

interface Waiting {
  readonly request: Request;
  readonly answer: PromiseWithResolvers<Uint8Array>;
}

/** A bus of Modbus RTU boards: opened when first needed, and anew after it was lost. */
export function createBus({ link, answerMs, now = Date.now }: BusOptions): Bus {
  let turn: Promise<unknown> = Promise.resolve();
  let heard: readonly number[] = [];
  let waiting: Waiting | null = null;
  let stopped = false;

  /** What is damaged, of another board, or an answer to an earlier question is passed over. */
  const look = () => {
    if (waiting === null) return;
    const answer = answerIn(waiting.request, Uint8Array.from(heard));
    if (answer === undefined) return;
    const exception = exceptionIn(answer);
    if (exception === null) waiting.answer.resolve(answer);
    else waiting.answer.reject(new BoardException(exception));
  };
  const port = keptOpen(link, {
    onBytes(chunk) {
      // What nobody waits for is noise, or an answer that came too late.
      heard = waiting === null ? [] : [...heard, ...chunk].slice(-MOST_BYTES);
      look();
    },
    onLost: (reason) => waiting?.answer.reject(new Error(reason)),
  });
  const once = async (request: Request, to: Wire): Promise<Uint8Array> => {
    heard = [];
    const asked: Waiting = { request, answer: Promise.withResolvers<Uint8Array>() };
    const silent = () => asked.answer.reject(new Error('the board does not answer'));
    // It may fail while the question is still being written, when nobody waits for it yet.
    asked.answer.promise.catch(() => undefined);
    let late: NodeJS.Timeout | undefined;
    waiting = asked;
    try {
      await to.write(request.bytes);
      // An answer that lies in the buffer is not late because this thread was: it is read before we give up.
      late = setTimeout(() => setImmediate(silent), answerMs);
      return await asked.answer.promise;
    } finally {
      clearTimeout(late);
      waiting = null;
    }
  };
  const patiently = async (request: Request, until: Date | undefined): Promise<Uint8Array> => {
    for (let attempt = 0; ; attempt += 1) {
      if (stopped) throw new Error('the bus is stopped');
      const to = await port.open();
      if (attempt === 0 && until !== undefined && until.getTime() <= now()) throw new TooLate();
      try {
        return await once(request, to);
      } catch (error) {
        // Writes are of absolute states: the same once more does no harm.
        if (error instanceof BoardException || attempt >= RETRIES) throw error;
      }
    }
  };
  return {
    ask(request, until) {
      const answer = turn.then(() => patiently(request, until));
      turn = answer.catch(() => undefined);
      return answer;
    },
    stop() {
      stopped = true;
      waiting?.answer.reject(new Error('the bus is stopped'));
      port.close();
    },
  };
}

interface Port {
  /** @throws Error when it can't be opened, at once while it is left alone after such a fault */
  open(): Promise<Wire>;
  close(): void;
}

/** A wire that is opened when it is needed; polls ask for it many times a second, so a dead one has pauses. */
function keptOpen(link: WireLink, { onBytes, onLost }: WireEvents): Port {
  let wire: Wire | null = null;
  let closed = false;
  let pauseMs = 0;
  let fault: { readonly error: Error; readonly until: number } | null = null;
  const lose = (error: Error) => {
    wire = null;
    pauseMs = Math.min(REOPEN_MS.most, Math.max(REOPEN_MS.first, pauseMs * 2));
    fault = { error, until: performance.now() + pauseMs };
    return error;
  };
  const events: WireEvents = {
    onBytes(chunk) {
      pauseMs = 0;
      onBytes(chunk);
    },
    onLost(reason) {
      lose(new Error(reason));
      onLost(reason);
    },
  };
  return {
    async open() {
      if (wire !== null) return wire;
      if (fault !== null && performance.now() < fault.until) throw fault.error;
      try {
        wire = await openWire(link, events);
      } catch (cause) {
        throw lose(cause instanceof Error ? cause : new Error(String(cause)));
      }
      if (closed) wire.close();
      return wire;
    },
    close() {
      closed = true;
      wire?.close();
    },
  };
}
