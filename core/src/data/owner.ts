import type pg from 'pg';
import type { Database } from './database.ts';
import type { DataLog } from './log.ts';

const RETRY_MS = 1_000;
/** A holder that gives no sign for so long is frozen: the server ends its connection. */
const SILENT_MS = 15_000;
const SIGN_MS = 3_000;

/**
 * Lets the server end a connection that says nothing for a while, and free its locks: a frozen process
 * keeps its connections open, however long. Whoever holds the connection gives a sign of life in time.
 */
export const endWhenSilent = async (connection: pg.PoolClient): Promise<void> => {
  await connection.query(`set idle_session_timeout = ${SILENT_MS}`);
};

/**
 * Holds a task that only one node of the cluster may do, by an advisory lock of one connection: when
 * that node dies or freezes, the server frees the lock and another takes the task over.
 */
export class Owner {
  readonly #db: Database;
  readonly #key: string;
  readonly #log: DataLog;
  readonly #changed: (holds: boolean) => void;
  #connection: pg.PoolClient | null = null;
  #timer: NodeJS.Timeout | undefined;
  #trying: Promise<void> = Promise.resolve();
  #stopped = false;
  /** When the server had its last sign of life, by the clock of the process. */
  #signed = 0;

  /** @param changed told when the task has come to this node, and when it is gone */
  constructor(db: Database, key: string, log: DataLog, changed: (holds: boolean) => void) {
    this.#db = db;
    this.#key = key;
    this.#log = log;
    this.#changed = changed;
  }

  get holds(): boolean {
    return this.#connection !== null;
  }

  start(): void {
    this.#trying = this.#try().finally(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(), RETRY_MS);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#trying;
    clearTimeout(this.#timer);
    this.#letGo();
  }

  async #try(): Promise<void> {
    if (this.#stopped) return;
    if (this.#connection !== null) {
      await this.#sign(this.#connection);
      return;
    }
    let connection: pg.PoolClient | undefined;
    try {
      connection = await this.#db.pool.connect();
      const { rows } = await connection.query<{ held: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
        [this.#key],
      );
      if (rows[0]?.held !== true || this.#stopped) {
        connection.release(rows[0]?.held === true);
        return;
      }
      await endWhenSilent(connection);
      this.#signed = performance.now();
      const held = connection;
      held.on('error', () => {
        if (this.#connection === held) this.#letGo();
      });
      this.#connection = held;
      this.#changed(true);
    } catch (error) {
      connection?.release(true);
      this.#log.warn({ error: String(error), task: this.#key }, 'the database does not answer');
    }
  }

  async #sign(held: pg.PoolClient): Promise<void> {
    if (performance.now() - this.#signed < SIGN_MS) return;
    try {
      await held.query('select 1');
      this.#signed = performance.now();
    } catch (error) {
      this.#log.warn({ error: String(error), task: this.#key }, 'a task was lost');
      if (this.#connection === held) this.#letGo();
    }
  }

  /** Ends the connection, so that the server frees the lock at once. */
  #letGo(): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    connection.release(true);
    this.#changed(false);
  }
}
