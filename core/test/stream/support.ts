import { request } from 'node:http';
import type { Actor } from '../../src/api/operations.ts';
import { enqueueEvent, startOutbox } from '../../src/data/index.ts';
import { streamRoute } from '../../src/http/index.ts';
import { createStreamHub, eventLog, type StreamHub } from '../../src/stream/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { type Platform, startPlatform } from '../http/support.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export interface StreamWorld {
  readonly test: TestDatabase;
  readonly hub: StreamHub;
  readonly platform: Platform;
  /** Commits events in one transaction; they reach the hub through the real outbox. */
  emit(name: string, payloads: readonly Record<string, unknown>[], stream?: string): Promise<void>;
  end(): Promise<void>;
}

/** Database, outbox, hub and server, joined as the platform joins them. */
export async function startStreamWorld(
  options: { heartbeatMs?: number; signedIn?: () => boolean } = {},
): Promise<StreamWorld> {
  const test = await testDatabase();
  const { db, organizationId } = test;
  const { signedIn = () => true, ...rest } = options;
  const hub = await createStreamHub({ events: eventLog(db), log: SILENT, ...rest });
  const outbox = await startOutbox(db, { deliver: async () => undefined, log: SILENT });
  const actor: Actor = {
    kind: 'user',
    id: null,
    name: 'ali',
    roles: ['operator'],
    locale: 'uz',
    organizationId,
  };
  const platform = await startPlatform({
    routes: [streamRoute({ hub, mayRead: (_, topic) => !topic.startsWith('event.payroll') })],
    auth: {
      async authenticate(authorization) {
        const { Refusal } = await import('../../src/api/errors.ts');
        if (authorization !== 'Bearer ali' || !signedIn())
          throw new Refusal('unauthorized', 'not_signed_in', '');
        return actor;
      },
    },
  });
  return {
    test,
    hub,
    platform,
    async emit(name, payloads, stream = name) {
      await db.transaction(organizationId, async (tx) => {
        for (const payload of payloads)
          await enqueueEvent(tx, { name, stream, payload, actor, traceId: '' });
      });
    },
    async end() {
      await outbox.stop();
      await hub.close();
      await platform.end();
      await test.close();
    },
  };
}

export interface SseMessage {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
  readonly comment?: string;
}

/** A client that reads server-sent events as the web app does: fetch, with a header for the sign-in. */
export class SseClient {
  readonly messages: SseMessage[] = [];
  lastEventId = '';
  ended = false;
  /** Why reading stopped before its end. */
  fault: unknown;
  private readonly abort = new AbortController();
  private waiters: (() => void)[] = [];

  async open(world: StreamWorld, topics: string, lastEventId?: string): Promise<this> {
    const response = await fetch(`${world.platform.url}/api/v1/stream?topics=${topics}`, {
      headers: {
        Authorization: 'Bearer ali',
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      },
      signal: this.abort.signal,
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    void this.read(response.body as ReadableStream<Uint8Array>);
    return this;
  }

  /** Messages with data, in the order in which they came. */
  get events(): SseMessage[] {
    return this.messages.filter(({ data }) => data !== undefined);
  }

  /** Numbers in the payloads of durable events. */
  get numbers(): number[] {
    return this.events.map(({ data }) => (data as { payload: { n: number } }).payload.n);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiters.push(resolve);
      });
    }
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch (error) {
      this.fault = error;
    }
    this.ended = true;
    this.tell();
  }

  private take(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split('\n')) {
      const at = line.indexOf(':');
      fields[line.slice(0, at) || 'comment'] = line.slice(at + 1).trim();
    }
    if (fields.id !== undefined) this.lastEventId = fields.id;
    const { data, ...rest } = fields;
    this.messages.push({
      ...rest,
      ...(data === undefined ? {} : { data: JSON.parse(data) as unknown }),
    });
    this.tell();
  }

  private tell(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** A client that opens a stream and reads nothing until it is told to. */
export function openWithoutReading(
  world: StreamWorld,
  topics: string,
): Promise<{ readAll(): Promise<string> }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port: world.platform.port,
        path: `/api/v1/stream?topics=${topics}`,
        headers: { Authorization: 'Bearer ali' },
      },
      (response) => {
        response.pause();
        resolve({
          async readAll() {
            let text = '';
            response.setEncoding('utf8');
            try {
              for await (const part of response) text += part;
            } catch {
              // Cut off by the server after its last words.
            }
            return text;
          },
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
