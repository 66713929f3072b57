import type pg from 'pg';
import type { Database } from '../database.ts';
import type { DataLog } from '../log.ts';
import { endWhenSilent } from '../owner.ts';
import { type Deliver, DeliveryFailed, deliverBatch } from './delivery.ts';
import { CHANNEL, LANES } from './events.ts';
import { drainLane } from './lane.ts';

export interface OutboxOptions {
  /** All organisations when left out. */
  readonly organizationIds?: readonly string[];
  /** Gives events to their consumers; when it throws, they come lane by lane, then one by one. */
  readonly deliver: Deliver;
  readonly log: DataLog;
}

/** First key of the advisory locks of the lanes ("qoid"). */
const LOCK_CLASS = 0x716f6964;
/** What nobody told of is looked for so often. */
const POLL_MS = 1000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;

/**
 * Delivers events in order inside a stream, each as soon as a commit tells of it. Each lane has one owner
 * in the cluster, held by an advisory lock of one connection: when the owner dies or freezes, another
 * takes the lane over. Stop it before the database is closed.
 */
export async function startOutbox(
  db: Database,
  options: OutboxOptions,
): Promise<{ stop(): Promise<void> }> {
  const runner = new OutboxRunner(db, options);
  await runner.start();
  return { stop: () => runner.stop() };
}

/** What is drained by itself: the lanes of an organisation together, or one that has failed. */
interface Work {
  readonly key: string;
  readonly run: () => Promise<void>;
}

class OutboxRunner {
  private readonly db: Database;
  private readonly options: OutboxOptions;
  private readonly running = new Map<string, Promise<void>>();
  /** Told of while it ran: it runs once more. */
  private readonly again = new Set<string>();
  /** Lanes that failed, by organisation and lane, with the moment (ms) until which they wait. */
  private readonly failed = new Map<string, number>();
  private owned: ReadonlySet<number> = new Set();
  private keeper: pg.PoolClient | null = null;
  private listening: { stop(): Promise<void> } | null = null;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private stopping = false;

  constructor(db: Database, options: OutboxOptions) {
    this.db = db;
    this.options = options;
  }

  async start(): Promise<void> {
    this.listening = await this.db.listen(CHANNEL, (organizationId) => this.told(organizationId));
    this.look();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.listening?.stop();
    await this.looking;
    await Promise.all(this.running.values());
    this.letGo();
  }

  /** A transaction with events has committed; '' when some may have been missed. */
  private told(organizationId: string): void {
    const { organizationIds } = this.options;
    if (organizationId === '') this.look();
    else if (organizationIds?.includes(organizationId) ?? true) this.drain(organizationId);
  }

  /** Takes what lanes are free, and looks for what nobody told of. */
  private look(): void {
    if (this.stopping || this.looking) return;
    clearTimeout(this.timer);
    this.looking = this.lookOnce()
      .catch((error: Error) => {
        this.options.log.warn({ error: error.message }, 'outbox: the database does not answer');
        this.letGo();
      })
      .finally(() => {
        this.looking = null;
        if (this.stopping) return;
        const waits = [...this.failed.values()].map((until) => Math.max(0, until - Date.now()));
        this.timer = setTimeout(() => this.look(), Math.min(POLL_MS, ...waits));
      });
  }

  private async lookOnce(): Promise<void> {
    await this.takeLanes();
    if (this.owned.size === 0) return;
    const ids = this.options.organizationIds ?? (await this.db.organizations()).map(({ id }) => id);
    for (const organizationId of ids) this.drain(organizationId);
  }

  private async takeLanes(): Promise<void> {
    if (this.keeper !== null) await this.keeper.query('select 1');
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
    await endWhenSilent(keeper);
    return keeper;
  }

  /** Ends the connection, so the server frees the locks at once. */
  private letGo(): void {
    const keeper = this.keeper;
    this.keeper = null;
    this.owned = new Set();
    keeper?.release(true);
  }

  /** Delivers what waits: the sound lanes of an organisation together, each that has failed by itself. */
  private drain(organizationId: string): void {
    const sound = [...this.owned].filter((lane) => !this.failed.has(`${organizationId} ${lane}`));
    this.begin({
      key: organizationId,
      run: () => this.together(organizationId, sound),
    });
    for (const lane of this.owned) {
      const key = `${organizationId} ${lane}`;
      if ((this.failed.get(key) ?? Infinity) <= Date.now())
        this.begin({ key, run: () => this.alone(organizationId, lane) });
    }
  }

  private begin({ key, run }: Work): void {
    if (this.stopping) return;
    if (this.running.has(key)) {
      this.again.add(key);
      return;
    }
    const work = run().finally(() => {
      this.running.delete(key);
      if (this.again.delete(key)) this.drain(key.split(' ')[0] ?? key);
    });
    this.running.set(key, work);
  }

  private async together(organizationId: string, lanes: readonly number[]): Promise<void> {
    const mayGoOn = () => !this.stopping && lanes.every((lane) => this.owned.has(lane));
    const { deliver, log } = this.options;
    try {
      while (mayGoOn() && lanes.length > 0) {
        if (!(await deliverBatch(this.db, { organizationId, lanes }, deliver, mayGoOn))) return;
      }
    } catch (error) {
      if (error instanceof DeliveryFailed) {
        // Which lane it was shows when each goes by itself; the others are together again soon.
        const concerned = new Set(error.events.map(({ lane }) => lane));
        await Promise.all([...concerned].map((lane) => this.alone(organizationId, lane)));
        this.again.add(organizationId);
      } else log.warn({ error: (error as Error).message }, 'outbox: the lanes stopped');
    }
  }

  private async alone(organizationId: string, lane: number): Promise<void> {
    const key = `${organizationId} ${lane}`;
    const mayGoOn = () => !this.stopping && this.owned.has(lane);
    const { deliver, log } = this.options;
    try {
      const drained = await drainLane(this.db, { organizationId, lane }, deliver, mayGoOn);
      if (drained.failed) this.pause(key, drained.attempts);
      else this.failed.delete(key);
    } catch (error) {
      log.warn({ lane, error: (error as Error).message }, 'outbox: a lane stopped');
      this.pause(key, 1);
    }
  }

  private pause(key: string, attempts: number): void {
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    this.failed.set(key, Date.now() + wait);
    this.options.log.warn(
      { lane: key, attempts, wait_ms: wait },
      'outbox: delivery failed, the lane waits',
    );
    // Looked at when its time comes, not only at the next poll.
    if (this.looking === null) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), Math.min(POLL_MS, wait));
    }
  }
}
