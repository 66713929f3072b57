import { setTimeout } from 'node:timers/promises';

/** A refusal of the platform: its code, reason, sentence and figures. */
export class QoidaRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  readonly details: unknown;
  readonly traceId: string | undefined;

  constructor(
    status: number,
    error: { code?: string; reason?: string; message?: string; details?: unknown },
    traceId?: string,
  ) {
    super(error.message ?? `HTTP ${status}`);
    this.name = 'QoidaRefusal';
    this.status = status;
    this.code = error.code ?? 'internal';
    this.reason = error.reason ?? error.code ?? 'internal';
    this.details = error.details ?? {};
    this.traceId = traceId;
  }
}

export interface ServerAddress {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  readonly token: string;
}

/** One call of the REST API. @throws QoidaRefusal for an answer that refuses, TypeError when nobody answers */
export async function call(
  server: ServerAddress,
  method: string,
  path: string,
  options: { body?: unknown; idempotencyKey?: string; signal?: AbortSignal } = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(`/api/v1${path}`, server.url), {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      accept: 'application/json',
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.idempotencyKey === undefined
        ? {}
        : { 'idempotency-key': options.idempotencyKey }),
    },
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ?? null,
  });
  const text = await response.text();
  const body: unknown = text === '' ? {} : parse(text);
  if (!response.ok) {
    const envelope = body as { error?: Record<string, string>; trace_id?: string };
    throw new QoidaRefusal(response.status, envelope.error ?? {}, envelope.trace_id);
  }
  return { status: response.status, body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

export interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Splits a text stream of server-sent events; keeps what is not yet complete. */
export function eventSplitter(take: (event: ServerEvent) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) take(event);
    }
  };
}

function readBlock(block: string): ServerEvent | undefined {
  let id: string | undefined;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  if (data.length > 0) return { id, event, data: data.join('\n') };
  // A block with nothing but an id tells how far the stream is.
  return id === undefined ? undefined : { id, event: 'position', data: '' };
}

export interface Subscription {
  readonly server: ServerAddress;
  readonly topics: readonly string[];
  /** Position after which to go on, and where the next one is kept. */
  readonly lastId: () => string | undefined;
  readonly take: (event: ServerEvent) => void;
  readonly state: (state: 'connected' | 'waiting' | 'refused', detail: string) => void;
}

const SILENCE_MS = 45_000;
const LONGEST_WAIT_MS = 30_000;

/** Follows events until the returned function is called; a lost connection is taken up where it ended. */
export function subscribe(subscription: Subscription): () => void {
  const stop = new AbortController();
  const run = async () => {
    let wait = 500;
    while (!stop.signal.aborted) {
      try {
        await follow(subscription, stop.signal, () => {
          wait = 500;
        });
      } catch (error) {
        if (stop.signal.aborted) return;
        const refused = error instanceof QoidaRefusal && error.status < 500 && error.status !== 429;
        subscription.state(refused ? 'refused' : 'waiting', (error as Error).message);
        wait = refused ? LONGEST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      }
      await pause(wait * (0.75 + Math.random() / 2), stop.signal);
    }
  };
  void run();
  return () => stop.abort();
}

async function follow(
  subscription: Subscription,
  signal: AbortSignal,
  connected: () => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = globalThis.setTimeout(() => silence.abort(), SILENCE_MS);
  const stillThere = () => {
    clearTimeout(timer);
    timer = globalThis.setTimeout(
      () => silence.abort(new Error('nothing heard for a while')),
      SILENCE_MS,
    );
  };
  try {
    const { server, topics } = subscription;
    const lastId = subscription.lastId();
    const url = new URL(
      `/api/v1/stream?topics=${topics.map(encodeURIComponent).join(',')}`,
      server.url,
    );
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${server.token}`,
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      const body = parse(await response.text()) as { error?: Record<string, string> };
      throw new QoidaRefusal(response.status, body.error ?? {});
    }
    connected();
    subscription.state('connected', '');
    const split = eventSplitter(subscription.take);
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      stillThere();
      split(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or less when the signal says stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
