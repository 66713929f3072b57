import pg from 'pg';
import type { DataLog } from './log.ts';
import { quoted } from './values.ts';

type Handler = (payload: string) => void;
const RETRY_MS = [100, 500, 1000, 2000, 5000];

/** LISTEN on one connection for all channels; comes back by itself when the connection is lost. */
export class Listener {
  private readonly config: pg.ClientConfig;
  private readonly log: DataLog;
  private readonly handlers = new Map<string, Set<Handler>>();
  private client: pg.Client | null = null;
  private connecting: Promise<pg.Client> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(config: pg.ClientConfig, log: DataLog) {
    this.config = config;
    this.log = log;
  }

  async listen(channel: string, handler: Handler): Promise<{ stop(): Promise<void> }> {
    const client = await this.connected();
    const known = this.handlers.get(channel);
    if (known) known.add(handler);
    else {
      this.handlers.set(channel, new Set([handler]));
      await client.query(`listen ${quoted(channel)}`);
    }
    return { stop: () => this.stop(channel, handler) };
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    this.handlers.clear();
    await this.connecting?.catch(() => undefined);
    await this.client?.end();
    this.client = null;
  }

  private async stop(channel: string, handler: Handler): Promise<void> {
    const handlers = this.handlers.get(channel);
    handlers?.delete(handler);
    if (handlers?.size !== 0) return;
    this.handlers.delete(channel);
    // A connection that is lost listens to nothing any more.
    await this.client?.query(`unlisten ${quoted(channel)}`).catch(() => undefined);
  }

  private connected(): Promise<pg.Client> {
    if (this.client) return Promise.resolve(this.client);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.config,
      application_name: 'qoida listen',
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload }) => {
      for (const handler of this.handlers.get(channel) ?? []) handler(payload ?? '');
    });
    client.on('error', (error) => this.log.warn({ error: error.message }, 'notifications lost'));
    client.on('end', () => this.lost(client));
    await client.connect();
    for (const channel of this.handlers.keys()) await client.query(`listen ${quoted(channel)}`);
    this.client = client;
    return client;
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnect(0);
  }

  private reconnect(attempt: number): void {
    if (this.closed || this.handlers.size === 0) return;
    const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
    this.retry = setTimeout(() => {
      this.connected().then(
        () => this.tellAll(),
        () => this.reconnect(attempt + 1),
      );
    }, wait);
  }

  /** Something may have been missed: everyone looks again. */
  private tellAll(): void {
    for (const handlers of this.handlers.values()) for (const handler of handlers) handler('');
  }
}
