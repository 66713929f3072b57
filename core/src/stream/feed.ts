import type { EventLog, LoggedEvent } from './event-log.ts';
import { message, positionMark } from './message.ts';
import type { Subscriber } from './subscriber.ts';
import type { TopicFilter } from './topics.ts';

const PAGE = 100;

interface Follower {
  readonly subscriber: Subscriber;
  readonly wants: TopicFilter;
  /** Position of the last event looked at for this client. */
  position: number;
}

/**
 * Durable events of one organisation on their way to its clients, read from the log in one order.
 * Everything that moves the position runs in turn, so a client joins between two events, never beside one.
 */
export class Feed {
  private readonly log: EventLog;
  private readonly organizationId: string;
  private readonly followers = new Set<Follower>();
  private position: number | null = null;
  private chain: Promise<unknown> = Promise.resolve();

  constructor(log: EventLog, organizationId: string) {
    this.log = log;
    this.organizationId = organizationId;
  }

  /** Hands out what is new. */
  pump(): Promise<void> {
    return this.inTurn(async () => {
      if (this.followers.size === 0) this.position = null;
      else await this.advance();
    });
  }

  /** Lets a client follow from the newest event on, or from the one after `since`. */
  async join(subscriber: Subscriber, wants: TopicFilter, since: number | null): Promise<void> {
    const follower: Follower = { subscriber, wants, position: since ?? 0 };
    if (since !== null) await this.catchUp(follower);
    await this.inTurn(async () => {
      const position = await this.advance();
      if (since === null) follower.position = position;
      while (!subscriber.closed && follower.position < position) await this.page(follower);
      if (subscriber.closed) return;
      subscriber.send(positionMark(follower.position));
      this.followers.add(follower);
      subscriber.body.once('close', () => this.followers.delete(follower));
    });
  }

  /** Reads the past at the client's own pace, without holding up the others. */
  private async catchUp(follower: Follower): Promise<void> {
    const { subscriber } = follower;
    while (!subscriber.closed && (await this.page(follower, () => subscriber.drained())) === PAGE);
  }

  /** Gives a client its next page. @returns how many events the log had */
  private async page(follower: Follower, pace?: () => Promise<void>): Promise<number> {
    const events = await this.next(follower);
    const first = events[0];
    if (first && first.position > follower.position + 1) this.gap(follower, first.position - 1);
    for (const event of events) {
      give(follower, event);
      await pace?.();
    }
    return events.length;
  }

  /** The events after a client's position; when there are none although there should be, they were purged. */
  private async next(follower: Follower): Promise<LoggedEvent[]> {
    const read = () => this.log.after(this.organizationId, follower.position, PAGE);
    const events = await read();
    if (events.length > 0) return events;
    const latest = await this.log.latest(this.organizationId);
    if (latest === follower.position) return [];
    // One may have come between the two looks.
    const again = await read();
    if (again.length === 0) this.gap(follower, latest);
    return again;
  }

  /** Events the client asks for are kept no more: it has to load its state anew. */
  private gap(follower: Follower, to: number): void {
    follower.subscriber.send(message('stream.gap', { from: follower.position, to }, to));
    follower.position = to;
  }

  private async advance(): Promise<number> {
    this.position ??= await this.log.latest(this.organizationId);
    for (;;) {
      const events = await this.log.after(this.organizationId, this.position, PAGE);
      for (const follower of this.followers) for (const event of events) give(follower, event);
      this.position = events.at(-1)?.position ?? this.position;
      if (events.length < PAGE) return this.position;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.chain.then(work);
    this.chain = next.catch(() => undefined);
    return next;
  }
}

function give(follower: Follower, event: LoggedEvent): void {
  if (event.position <= follower.position) return;
  follower.position = event.position;
  const topic = `event.${event.name}`;
  if (!follower.wants(topic, event)) return;
  const { id, name, payload, actor, trace_id, created_at } = event;
  follower.subscriber.send(
    message(topic, { id, name, payload, actor, trace_id, created_at }, event.position),
  );
}
