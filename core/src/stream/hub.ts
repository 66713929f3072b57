import type { Readable } from 'node:stream';
import type { EventLog } from './event-log.ts';
import { Feed } from './feed.ts';
import { message } from './message.ts';
import { Subscriber } from './subscriber.ts';
import type { TopicFilter } from './topics.ts';

export interface HubLog {
  warn(fields: object, message: string): void;
}

export interface StreamHubOptions {
  readonly events: EventLog;
  readonly log: HubLog;
  /** Time between signs of life (15 s unless said). */
  readonly heartbeatMs?: number;
}

export interface Subscription {
  readonly organizationId: string;
  readonly wants: TopicFilter;
  /** Position of the last durable event the client has; null starts with the newest. */
  readonly since: number | null;
  /** Asked at every heartbeat; false ends the stream. */
  stillAllowed(): Promise<boolean>;
}

export interface StreamHub {
  /** Sends a value of this moment (`live.*`, `health.*`); the last one of a topic is kept for newcomers when `retain`. */
  publish(topic: string, data: unknown, to: { organizationId: string; retain?: boolean }): void;
  /** Opens one client's stream of server-sent events. */
  open(subscription: Subscription): Readable;
  /** Ends all streams. */
  close(): Promise<void>;
}

interface Client {
  readonly subscriber: Subscriber;
  readonly subscription: Subscription;
}

/** Retained topics of one organisation at most; the oldest makes place. */
const MAX_RETAINED = 2_000;
const HEARTBEAT_MS = 15_000;

/** Makes the hub and starts to listen for durable events (also those that other nodes deliver). */
export async function createStreamHub(options: StreamHubOptions): Promise<StreamHub> {
  const hub = new Hub(options);
  await hub.start();
  return hub;
}

class Hub implements StreamHub {
  private readonly options: StreamHubOptions;
  private readonly clients = new Set<Client>();
  private readonly feeds = new Map<string, Feed>();
  private readonly retained = new Map<string, Map<string, string>>();
  private listening: { stop(): Promise<void> } | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: StreamHubOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    this.listening = await this.options.events.listen((organizationId) =>
      this.wake(organizationId),
    );
    this.timer = setInterval(() => this.beat(), this.options.heartbeatMs ?? HEARTBEAT_MS).unref();
  }

  publish(topic: string, data: unknown, to: { organizationId: string; retain?: boolean }): void {
    const text = message(topic, data);
    if (to.retain) this.retain(to.organizationId, topic, text);
    for (const { subscriber, subscription } of this.clients) {
      if (subscription.organizationId !== to.organizationId || !subscription.wants(topic)) continue;
      subscriber.sendLatest(topic, text);
    }
  }

  open(subscription: Subscription): Readable {
    const subscriber = new Subscriber();
    const client: Client = { subscriber, subscription };
    const { organizationId, wants, since } = subscription;
    this.clients.add(client);
    subscriber.body.once('close', () => this.clients.delete(client));
    for (const [topic, text] of this.retained.get(organizationId) ?? []) {
      if (wants(topic)) subscriber.sendLatest(topic, text);
    }
    this.feedOf(organizationId)
      .join(subscriber, wants, since)
      .catch((error: unknown) => {
        this.options.log.warn({ err: error }, 'stream: the events could not be read');
        subscriber.end('events unavailable; reconnect and resume');
      });
    return subscriber.body;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.listening?.stop();
    for (const { subscriber } of this.clients) subscriber.end('the platform stops');
    for (const feed of this.feeds.values()) await feed.pump().catch(() => undefined);
  }

  private feedOf(organizationId: string): Feed {
    const known = this.feeds.get(organizationId);
    if (known) return known;
    const feed = new Feed(this.options.events, organizationId);
    this.feeds.set(organizationId, feed);
    return feed;
  }

  private retain(organizationId: string, topic: string, text: string): void {
    const topics = this.retained.get(organizationId) ?? new Map<string, string>();
    this.retained.set(organizationId, topics);
    topics.delete(topic);
    topics.set(topic, text);
    const [oldest] = topics.keys();
    if (topics.size > MAX_RETAINED && oldest !== undefined) topics.delete(oldest);
  }

  /** An empty id: something may have been missed, so every feed looks. */
  private wake(organizationId: string): void {
    for (const [id, feed] of this.feeds) {
      if (organizationId !== '' && organizationId !== id) continue;
      feed
        .pump()
        .catch((error: unknown) =>
          this.options.log.warn({ err: error }, 'stream: the events could not be read'),
        );
    }
  }

  private beat(): void {
    this.wake('');
    for (const { subscriber, subscription } of this.clients) {
      subscriber.beat();
      subscription.stillAllowed().then(
        (allowed) => allowed || subscriber.end('signed out'),
        () => undefined,
      );
    }
  }
}
