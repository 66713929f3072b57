import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import type { RecordDef } from '../api/records.ts';
import { Listener } from './listen.ts';
import type { DataLog } from './log.ts';
import { type MigrationFolder, migrateUp } from './migrations.ts';
import { appConfig, asConfig, checkAppRole, type Dsn, ensureAppRole } from './roles.ts';
import { checkDrift } from './schema/drift.ts';
import { OpenTransaction, type Transaction } from './transaction.ts';
import { isUuid, typeParsers } from './values.ts';

/** How long connections get to end when the database is closed, ms: a server that is away never answers. */
const LONGEST_GOODBYE_MS = 5_000;
/** A transaction that asks nothing for so long is a frozen node's: the server ends it and frees its rows. */
const HUNG_MS = 30_000;

export interface DatabaseOptions {
  /** Owner of the tables; runs migrations and nothing else. */
  readonly ownerDsn: Dsn;
  /** The application's own connection, where the owner may not make its role. */
  readonly appDsn?: Dsn;
  readonly appPassword: string;
  readonly records: readonly RecordDef[];
  readonly migrations: readonly MigrationFolder[];
  readonly log: DataLog;
  readonly onProgress?: (text: string) => void;
  /** Connections of the application at most (default 10). */
  readonly poolSize?: number;
}

export interface Organization {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

export interface Database {
  /** Runs `work` in one transaction inside the organisation; commits when it returns, rolls back when it throws. */
  transaction<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same, read only and with one view of the data for all its statements. */
  read<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Calls `handler` with each payload, and with '' after a lost connection came back. */
  listen(channel: string, handler: (payload: string) => void): Promise<{ stop(): Promise<void> }>;
  organizations(): Promise<Organization[]>;
  /** The application's role; a transaction of one's own sets `qoida.org` with set_config(…, true) after BEGIN. */
  readonly pool: pg.Pool;
  readonly knex: Knex;
  readonly log: DataLog;
  close(): Promise<void>;
}

/**
 * Opens the database: role, migrations, drift check, pool of the application's role.
 * @throws Error naming what is wrong with role, migrations or schema
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { ownerDsn, log, onProgress = () => {} } = options;
  const app = options.appDsn ? asConfig(options.appDsn) : appConfig(ownerDsn, options.appPassword);
  const owner = new pg.Client({ ...asConfig(ownerDsn), types: typeParsers });
  await owner.connect();
  try {
    if (!options.appDsn) await ensureAppRole(owner, app);
    await migrateUp({ ownerDsn, migrations: options.migrations, onProgress });
    await checkDrift(owner, options.records);
    await owner.query('select qoida_ensure_partitions()');
  } finally {
    await owner.end();
  }
  const pool = new pg.Pool({
    ...app,
    types: typeParsers,
    max: options.poolSize ?? 10,
    application_name: 'qoida',
    // A statement that needs no answer of the one before it doesn't wait for it.
    pipeline: true,
    idle_in_transaction_session_timeout: HUNG_MS,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'database connection lost'));
  // So would one that the server ends in the moment it is given out; whoever asks it next is told.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    await checkAppRole(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new OpenDatabase(pool, app, options.records, log);
}

class OpenDatabase implements Database {
  readonly pool: pg.Pool;
  readonly knex: Knex;
  readonly log: DataLog;
  private readonly records: ReadonlyMap<string, RecordDef>;
  private readonly listener: Listener;
  private readonly connections = new Set<pg.PoolClient>();

  constructor(pool: pg.Pool, app: pg.ClientConfig, records: readonly RecordDef[], log: DataLog) {
    this.pool = pool;
    this.pool.on('connect', (client) => {
      this.connections.add(client);
      client.once('end', () => this.connections.delete(client));
    });
    this.log = log;
    this.knex = knexFactory({ client: 'pg', connectionPool: pool });
    this.records = new Map(records.map((record) => [record.name, record]));
    this.listener = new Listener(app, log);
  }

  transaction<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.inTransaction('begin', organizationId, work);
  }

  read<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.inTransaction(
      'begin isolation level repeatable read, read only',
      organizationId,
      work,
    );
  }

  listen(channel: string, handler: (payload: string) => void): Promise<{ stop(): Promise<void> }> {
    return this.listener.listen(channel, handler);
  }

  async organizations(): Promise<Organization[]> {
    const { rows } = await this.pool.query<Organization>(
      'select id, code, name from qoida_organizations()',
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.knex.destroy();
    await this.pool.end();
    // The pool says it has ended while its connections still do; a server stopped then cuts them off.
    const gone = [...this.connections].map((client) => once(client, 'end'));
    await Promise.race([Promise.all(gone), pause(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
  }

  private async inTransaction<T>(
    begin: string,
    organizationId: string,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    if (!isUuid(organizationId))
      throw new Error(`"${organizationId}" is not the id of an organisation`);
    const client = await this.pool.connect();
    const tx = new OpenTransaction(organizationId, client, this.knex, this.records);
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      // The id is checked above, so both go as one; what follows is sent behind them and fails with them.
      tx.query(`${begin}; select set_config('qoida.org', '${organizationId}', true)`, []).catch(
        () => undefined,
      );
      const result = await work(tx);
      await tx.finish();
      const { command } = await client.query('commit');
      // The server answers so where a statement failed and nobody was told: nothing of it was kept.
      if (command !== 'COMMIT') throw new Error('a failed statement undid the transaction');
      return result;
    } catch (error) {
      await tx.finish().catch(() => undefined);
      await client.query('rollback').catch((failed: Error) => {
        broken ??= failed;
      });
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}
