import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { RecordDef } from '../api/records.ts';
import {
  type Database,
  type DataLog,
  ensureAppRole,
  type MigrationFolder,
  migrateUp,
  openDatabase,
  readMigrations,
  typeParsers,
} from '../data/index.ts';

export interface TestDatabaseOptions {
  readonly records?: readonly RecordDef[];
  /** Beside core's own. */
  readonly migrations?: readonly MigrationFolder[];
  readonly poolSize?: number;
}

/** A database of its own, migrated, opened as the application opens it. */
export interface TestDatabase {
  readonly db: Database;
  /** The organisation that core's migrations bring. */
  readonly organizationId: string;
  readonly ownerDsn: string;
  readonly migrations: readonly MigrationFolder[];
  addOrganization(code: string): Promise<string>;
  /** As the superuser, past row level security: to look behind the scenes and to tamper. */
  asOwner<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A second opening of the same database, as another process would have. Closed with it. */
  openAgain(records?: readonly RecordDef[]): Promise<Database>;
  /** Closes and drops it. */
  close(): Promise<void>;
}

const CORE: MigrationFolder = {
  owner: 'core',
  folder: new URL('../../migrations/', import.meta.url),
};
export const APP_PASSWORD = 'qoida-test';
const SILENT: DataLog = { debug() {}, info() {}, warn() {}, error() {} };

let server: Promise<string> | undefined;
const templates = new Map<string, Promise<string>>();
const TEMPLATE = 'qoida_template_';
const DAY_MS = 24 * 3_600_000;
const dayOf = (at: Date) => at.toISOString().slice(0, 10).replaceAll('-', '');

/** Makes a database from a migrated template, in some 50 ms after the first. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  server ??= serverDsn();
  const admin = await server;
  const migrations = [CORE, ...(options.migrations ?? [])];
  const template = await templateOf(admin, migrations);
  const name = `qoida_test_${randomBytes(6).toString('hex')}`;
  // On a server in memory copying files is several times faster than writing a log of them.
  const strategy = process.env.QOIDA_TEST_PG_DSN ? 'wal_log' : 'file_copy';
  await run(admin, `create database ${name} template ${template} strategy ${strategy}`);
  const ownerDsn = inDatabase(admin, name);
  const open = (records: readonly RecordDef[]) =>
    openDatabase({
      ownerDsn,
      appPassword: APP_PASSWORD,
      records,
      migrations,
      log: SILENT,
      poolSize: options.poolSize ?? 10,
    });
  const opened = [await open(options.records ?? [])];
  const owner = new pg.Pool({ connectionString: ownerDsn, max: 2, types: typeParsers });
  owner.on('error', () => {}); // the server may go first
  const db = opened[0] as Database;
  const [organization] = await db.organizations();
  if (!organization) throw new Error('the migrations left no organisation');
  const asOwner = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await owner.query(text, [...values])).rows as Row[];
  return {
    db,
    organizationId: organization.id,
    ownerDsn,
    migrations,
    asOwner,
    async addOrganization(code) {
      const [row] = await asOwner<{ id: string }>(
        'insert into organizations (code, name) values ($1, $1) returning id',
        [code],
      );
      return row?.id as string;
    },
    async openAgain(records = options.records ?? []) {
      const again = await open(records);
      opened.push(again);
      return again;
    },
    async close() {
      for (const one of opened) await one.close();
      await owner.end();
      await run(admin, `drop database ${name} with (force)`);
    },
  };
}

/** QOIDA_TEST_PG_DSN (a superuser's), or the embedded server of this test run. */
function serverDsn(): Promise<string> {
  const given = process.env.QOIDA_TEST_PG_DSN;
  return given ? Promise.resolve(given) : startServer();
}

function startServer(): Promise<string> {
  const file = import.meta.url.endsWith('.ts') ? './server-host.ts' : './server-host.js';
  const host = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: host.stdout }).once('line', (dsn) => {
      // From here on it must not keep the tests' process alive: its end is what stops the server.
      host.unref();
      for (const pipe of [host.stdin, host.stdout]) (pipe as unknown as { unref(): void }).unref();
      resolve(dsn);
    });
    host.once('error', reject);
    host.once('exit', (code) => reject(new Error(`the test server ended with ${code}`)));
  });
}

/**
 * One migrated database for each set of migrations and each day, for migrations make partitions of the
 * days to come; kept on a server that outlives the run.
 */
async function templateOf(admin: string, migrations: readonly MigrationFolder[]): Promise<string> {
  const files = await readMigrations(migrations);
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const name = `${TEMPLATE}${dayOf(new Date())}_${hash}`;
  const made = templates.get(name) ?? makeTemplate(admin, name, migrations);
  templates.set(name, made);
  return made;
}

async function makeTemplate(admin: string, name: string, migrations: readonly MigrationFolder[]) {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext($1))`, ['qoida test template']);
    const ready = await client.query(
      `select 1 from pg_database where datname = $1 and datistemplate`,
      [name],
    );
    if (ready.rowCount) return name;
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
    const ownerDsn = inDatabase(admin, name);
    const { host, port, database } = new pg.Client(ownerDsn);
    const app = { host, port, database: database ?? '', user: 'qoida_app', password: APP_PASSWORD };
    await ensureAppRole(client, app);
    await migrateUp({ ownerDsn, migrations });
    await client.query(`alter database ${name} is_template true`);
    await dropOld(client);
    return name;
  } finally {
    await client.end();
  }
}

/** Templates of days gone by; yesterday's may serve a run that began before midnight. */
async function dropOld(client: pg.Client): Promise<void> {
  const kept = [Date.now(), Date.now() - DAY_MS].map((at) => `${TEMPLATE}${dayOf(new Date(at))}_`);
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where starts_with(datname, $1)
       and not starts_with(datname, $2) and not starts_with(datname, $3)`,
    [TEMPLATE, ...kept],
  );
  for (const { name } of rows) {
    await client.query(`alter database ${name} is_template false`);
    // One that another run copies at this moment is left for the next to drop.
    await client.query(`drop database ${name}`).catch(() => undefined);
  }
}

async function run(admin: string, statement: string): Promise<void> {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server and login, another database. */
function inDatabase(dsn: string, database: string): string {
  const url = new URL(dsn);
  url.pathname = `/${database}`;
  return url.href;
}
