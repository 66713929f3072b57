import { Readable } from 'node:stream';
import { comment } from './message.ts';

/** Bytes that may wait for a slow client beside what is already on its way. */
const MAX_WAITING_BYTES = 1024 * 1024;
const LAST_WORDS_MS = 5_000;

/**
 * One client's stream. Durable messages wait in order, up to a bound; of live ones only the newest of
 * each topic waits. Whoever falls behind the bound is let go with a comment and can resume.
 */
export class Subscriber {
  readonly body: Readable;
  private readonly waiting: string[] = [];
  private readonly newest = new Map<string, string>();
  private waitingBytes = 0;
  private wanted = false;
  private ended = false;
  private onDrained: (() => void) | null = null;

  constructor() {
    this.body = new Readable({ encoding: 'utf8', read: () => this.flush() });
    this.body.once('close', () => this.forget());
    // A client that leaves is no fault; without a listener it would end the process.
    this.body.on('error', () => {});
  }

  get closed(): boolean {
    return this.ended;
  }

  /** A message that may not be lost while the connection lives. */
  send(text: string): void {
    if (this.ended) return;
    this.waiting.push(text);
    this.waitingBytes += Buffer.byteLength(text);
    if (this.wanted) this.flush();
    if (this.waitingBytes > MAX_WAITING_BYTES) this.end('too slow; reconnect and resume');
  }

  /** A value of this moment: a newer one of the topic takes its place while it waits. */
  sendLatest(topic: string, text: string): void {
    if (this.ended) return;
    this.newest.set(topic, text);
    if (this.wanted) this.flush();
  }

  /** A sign of life; nothing when the client has enough to read anyway. */
  beat(): void {
    if (this.wanted) this.send(comment('alive'));
  }

  /** Resolves when nothing durable waits any more, or the client is gone. */
  async drained(): Promise<void> {
    if (this.ended || this.waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.onDrained = resolve;
    });
  }

  /** Ends the stream with a last comment; what waits is dropped. */
  end(because: string): void {
    if (this.ended) return;
    this.forget();
    this.body.push(comment(because));
    this.body.push(null);
    // A client that reads nothing doesn't read this either.
    setTimeout(() => this.body.destroy(), LAST_WORDS_MS).unref();
  }

  private flush(): void {
    this.wanted = true;
    while (this.wanted && !this.ended) {
      const next = this.take();
      if (next === undefined) break;
      this.wanted = this.body.push(next);
    }
    if (this.waiting.length === 0) this.tellDrained();
  }

  private take(): string | undefined {
    const durable = this.waiting.shift();
    if (durable !== undefined) {
      this.waitingBytes -= Buffer.byteLength(durable);
      return durable;
    }
    const [first] = this.newest;
    if (first) this.newest.delete(first[0]);
    return first?.[1];
  }

  private forget(): void {
    this.ended = true;
    this.waiting.length = 0;
    this.waitingBytes = 0;
    this.newest.clear();
    this.tellDrained();
  }

  private tellDrained(): void {
    this.onDrained?.();
    this.onDrained = null;
  }
}
