import { OfflineError } from './errors.ts';
import { authorised, patiently, refusalOf } from './http.ts';
import { retryDelay } from './retry.ts';
import { createSseParser, type SseMessage } from './sse.ts';

export type StreamState = 'idle' | 'connecting' | 'open' | 'lost';

export interface StreamOptions {
  readonly topics: readonly string[];
  readonly onMessage: (message: SseMessage) => void;
  readonly onState: (state: StreamState) => void;
  /** Id of the last durable event that was seen: the platform goes on after it. */
  readonly lastId?: string | undefined;
}

export interface Stream {
  close(): void;
  readonly lastId: string | undefined;
}

/** The platform sends a heartbeat every 15 s: two missed ones mean that the line is dead. */
const SILENCE_MS = 35_000;

/** Live data with the access token in a header (never in the address), resumed after every break. */
export function openStream(options: StreamOptions): Stream {
  const end = new AbortController();
  let lastId = options.lastId;
  let attempt = 0;

  async function readAll(body: ReadableStream<Uint8Array>, alive: () => void): Promise<void> {
    const parse = createSseParser((message) => {
      if (message.id !== undefined) lastId = message.id;
      options.onMessage(message);
    });
    const reader = body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      parse(value);
    }
  }

  async function once(): Promise<void> {
    const abort = new AbortController();
    const stop = () => abort.abort();
    end.signal.addEventListener('abort', stop, { once: true });
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE_MS);
    };
    try {
      const response = await patiently(async () => {
        alive();
        const answer = await authorised('GET', '/stream', {
          query: { topics: options.topics.join(',') },
          signal: abort.signal,
          ...(lastId === undefined ? {} : { lastEventId: lastId }),
        });
        if (answer.ok) return answer;
        // A line that may not be opened yet is not a silent one.
        clearTimeout(watchdog);
        throw await refusalOf(answer);
      }, abort.signal);
      if (response.body === null) throw new OfflineError(response.status);
      attempt = 0;
      options.onState('open');
      await readAll(response.body, alive);
    } finally {
      clearTimeout(watchdog);
      end.signal.removeEventListener('abort', stop);
    }
  }

  async function run(): Promise<void> {
    options.onState('connecting');
    while (!end.signal.aborted) {
      await once().catch(() => undefined);
      if (end.signal.aborted) break;
      options.onState('lost');
      const wait = retryDelay(attempt++);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  void run();
  return {
    close: () => end.abort(),
    get lastId() {
      return lastId;
    },
  };
}
