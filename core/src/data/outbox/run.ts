import type pg from 'pg';
import type { Database } from '../database.ts';
import type { DataLog } from '../log.ts';
import { CHANNEL, LANES } from './events.ts';
import { type Deliver, drainLane } from './lane.ts';

export interface OutboxOptions {
  /** All organisations when left out. */
  readonly organizationIds?: readonly string[];
  /** Gives an event to its consumers; when it throws, the lane waits and tries again. */
  readonly deliver: Deliver;
  readonly log: DataLog;
}

/** First key of the advisory locks of the lanes ("qoid"). */
const LOCK_CLASS = 0x716f6964;
const POLL_MS = 1000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;

/**
 * Delivers events at least once, in order inside a stream. Each lane has one owner in the cluster,
 * held by an advisory lock of one connection: when the owner dies, another takes the lane over.
 * Stop it before the database is closed.
 */
export async function startOutbox(
  db: Database,
  options: OutboxOptions,
): Promise<{ stop(): Promise<void> }> {
  const runner = new OutboxRunner(db, options);
  await runner.start();
  return { stop: () => runner.stop() };
}

class OutboxRunner {
  private readonly db: Database;
  private readonly options: OutboxOptions;
  private readonly running = new Map<string, Promise<void>>();
  /** Lanes that wait after a failure, with the moment (ms) until which they do. */
  private readonly paused = new Map<string, number>();
  private owned: ReadonlySet<number> = new Set();
  private keeper: pg.PoolClient | null = null;
  private listening: { stop(): Promise<void> } | null = null;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private stopping = false;

  constructor(db: Database, options: OutboxOptions) {
    this.db = db;
    this.options = options;
  }

  async start(): Promise<void> {
    this.listening = await this.db.listen(CHANNEL, () => this.wake());
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.listening?.stop();
    await this.looking;
    await Promise.all(this.running.values());
    this.letGo();
  }

  /** Looks for work now, or once more when a look is under way. */
  private wake(): void {
    if (this.stopping) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    clearTimeout(this.timer);
    this.looking = this.look()
      .catch((error: Error) => {
        this.options.log.warn({ error: error.message }, 'outbox: the database does not answer');
        this.letGo();
      })
      .finally(() => {
        this.looking = null;
        if (this.lookAgain) {
          this.lookAgain = false;
          this.wake();
        } else this.sleep();
      });
  }

  private sleep(): void {
    if (this.stopping) return;
    clearTimeout(this.timer);
    const now = Date.now();
    const waits = [...this.paused.values()].map((until) => Math.max(0, until - now));
    this.timer = setTimeout(() => this.wake(), Math.min(POLL_MS, ...waits));
  }

  private async look(): Promise<void> {
    await this.takeLanes();
    if (this.owned.size === 0) return;
    const ids = this.options.organizationIds ?? (await this.db.organizations()).map(({ id }) => id);
    for (const organizationId of ids) {
      const lanes = await this.db.read(organizationId, (tx) =>
        tx.sql<{ lane: number }>(
          'select distinct lane from outbox where delivered_at is null and lane = any(?)',
          [[...this.owned]],
        ),
      );
      for (const { lane } of lanes) this.drain(organizationId, lane);
    }
  }

  private async takeLanes(): Promise<void> {
    if (this.owned.size === LANES) return;
    const keeper = this.keeper ?? (await this.newKeeper());
    const { rows } = await keeper.query<{ lane: number }>(
      `select lane from unnest($1::integer[]) as lane where pg_try_advisory_lock($2, lane)`,
      [
        Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => !this.owned.has(lane)),
        LOCK_CLASS,
      ],
    );
    this.owned = new Set([...this.owned, ...rows.map(({ lane }) => lane)]);
  }

  private async newKeeper(): Promise<pg.PoolClient> {
    const keeper = await this.db.pool.connect();
    keeper.on('error', (error) => {
      this.options.log.warn({ error: error.message }, 'outbox: lost its lanes with the connection');
      if (this.keeper === keeper) this.letGo();
    });
    this.keeper = keeper;
    return keeper;
  }

  /** Ends the connection, so the server frees the locks at once. */
  private letGo(): void {
    const keeper = this.keeper;
    this.keeper = null;
    this.owned = new Set();
    keeper?.release(true);
  }

  private drain(organizationId: string, lane: number): void {
    const key = `${organizationId} ${lane}`;
    if (this.stopping || this.running.has(key) || (this.paused.get(key) ?? 0) > Date.now()) return;
    const work = this.drainOnce(key, organizationId, lane).finally(() => {
      this.running.delete(key);
      // What came while the last batch was settled is found at once.
      this.wake();
    });
    this.running.set(key, work);
  }

  private async drainOnce(key: string, organizationId: string, lane: number): Promise<void> {
    const mayGoOn = () => !this.stopping && this.owned.has(lane);
    const { deliver, log } = this.options;
    try {
      const drained = await drainLane(this.db, { organizationId, lane }, deliver, mayGoOn);
      if (drained.failed) this.pause(key, drained.attempts);
      else this.paused.delete(key);
    } catch (error) {
      log.warn({ lane, error: (error as Error).message }, 'outbox: a lane stopped');
      this.pause(key, 1);
    }
  }

  private pause(key: string, attempts: number): void {
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    this.paused.set(key, Date.now() + wait);
    this.options.log.warn(
      { lane: key, attempts, wait_ms: wait },
      'outbox: delivery failed, the lane waits',
    );
  }
}
