import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import { asConfig, type Dsn } from './roles.ts';

/** A folder of migrations and whose it is: 'core' or a plugin's name. */
export interface MigrationFolder {
  readonly owner: string;
  readonly folder: URL;
}

/** A migration that can't be read or run, or a database that this program can't take up. Nothing has changed. */
export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'MigrationError';
  }
}

interface Migration {
  /** As in the journal: 'core/202611210100_foundation'. */
  readonly name: string;
  readonly stamp: string;
  readonly owner: string;
  readonly up: Section;
  readonly down: Section;
}

/** A part of a migration's file, and where it begins there. */
interface Section {
  readonly sql: string;
  readonly file: string;
  readonly line: number;
}

/** What knex would print is in the error that it throws. */
const SILENT: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} };
const JOURNAL = 'qoida_migrations';
const FILE = /^(\d{12})_[a-z0-9_]+\.sql$/;
const SECTIONS = /^--[ \t]*up[ \t]*$([\s\S]*)^--[ \t]*down[ \t]*$([\s\S]*)/dm;

/**
 * All migrations in the order in which they run: core's first, then the plugins' by timestamp.
 * @throws MigrationError naming a file whose name or sections are wrong, or a folder that is not there
 */
export async function readMigrations(folders: readonly MigrationFolder[]): Promise<Migration[]> {
  const lists = await Promise.all(folders.map(readFolder));
  const rank = (migration: Migration) => (migration.owner === 'core' ? '0' : '1') + migration.stamp;
  return lists.flat().sort((a, b) => (rank(a) + a.name < rank(b) + b.name ? -1 : 1));
}

async function readFolder({ owner, folder }: MigrationFolder): Promise<Migration[]> {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const files = (await filesOf(owner, base)).filter((file) => file.endsWith('.sql'));
  return Promise.all(
    files.map(async (file) => {
      const stamp = FILE.exec(file)?.[1];
      const label = `${owner}/${file.replace(/\.sql$/, '')}`;
      if (stamp === undefined) {
        throw new MigrationError(`migration ${label} must be named YYYYMMDDHHMM_short_desc.sql`);
      }
      const url = new URL(file, base);
      const text = await readFile(url, 'utf8');
      const found = SECTIONS.exec(text)?.indices;
      const section = (place: [number, number] | undefined): Section => {
        const [from, to] = place ?? [0, 0];
        const line = text.slice(0, from).split('\n').length;
        return { sql: text.slice(from, to), file: fileURLToPath(url), line };
      };
      if (!found)
        throw new MigrationError(
          `migration ${label} needs the lines "-- up" and "-- down" (${fileURLToPath(url)})`,
        );
      return { name: label, stamp, owner, up: section(found[1]), down: section(found[2]) };
    }),
  );
}

async function filesOf(owner: string, base: URL): Promise<string[]> {
  try {
    return await readdir(base);
  } catch (cause) {
    throw new MigrationError(
      `the migrations of ${owner} can't be read: ${(cause as Error).message}`,
      cause,
    );
  }
}

/** Where in its file the database found the fault; the first line of the part where it does not say. */
function faultPlace({ sql, file, line }: Section, fault: unknown): string {
  const position = Number((fault as { position?: string }).position ?? Number.NaN);
  const before = Number.isNaN(position) ? '' : sql.slice(0, position - 1);
  return `${file}, line ${line + before.split('\n').length - 1}`;
}

/** knex reads `?` as a parameter; in a migration it is an operator or a question mark. */
const run = (knex: Knex, sql: string) => knex.raw(sql.replaceAll('?', '\\?'));

class FolderSource implements Knex.MigrationSource<Migration> {
  private readonly migrations: readonly Migration[];
  private readonly onProgress: (text: string) => void;

  constructor(migrations: readonly Migration[], onProgress: (text: string) => void) {
    this.migrations = migrations;
    this.onProgress = onProgress;
  }

  async getMigrations(): Promise<Migration[]> {
    return [...this.migrations];
  }

  getMigrationName(migration: Migration): string {
    return migration.name;
  }

  async getMigration(migration: Migration): Promise<Knex.Migration> {
    const step = (part: Section, verb: string) => async (knex: Knex) => {
      this.onProgress(`${verb} ${migration.name}`);
      try {
        await run(knex, part.sql);
      } catch (error) {
        // knex puts the whole file before what the database said.
        const reason = (error as Error).message.replace(`${part.sql} - `, '');
        throw new MigrationError(
          `migration ${migration.name} (${verb}): ${reason}\n  in ${faultPlace(part, error)}; nothing of it was kept`,
          error,
        );
      }
    };
    return { up: step(migration.up, 'migrate'), down: step(migration.down, 'undo') };
  }
}

export interface MigrateOptions {
  readonly ownerDsn: Dsn;
  readonly migrations: readonly MigrationFolder[];
  readonly onProgress?: (text: string) => void;
}

/** Runs what has not run yet, all or nothing. Returns the names. */
export function migrateUp(options: MigrateOptions): Promise<string[]> {
  return withMigrator(options, async (knex, config, migrations) => {
    await refuseNewer(knex, migrations);
    const [, names] = (await knex.migrate.latest(config)) as [number, string[]];
    return names;
  });
}

/** Undoes the last migration, or all. Returns the names. */
export function migrateDown(options: MigrateOptions & { all?: boolean }): Promise<string[]> {
  return withMigrator(options, async (knex, config) => {
    const call =
      options.all === true ? knex.migrate.rollback(config, true) : knex.migrate.down(config);
    const [, names] = (await call) as [number, string[]];
    return names;
  });
}

/** Names of the migrations that ran and of those that wait. */
export function migrationStatus(
  options: MigrateOptions,
): Promise<{ done: string[]; waiting: string[] }> {
  return withMigrator(options, async (knex, _config, migrations) => {
    const ran = await journal(knex);
    const waiting = migrations.map(({ name }) => name).filter((name) => !ran.includes(name));
    return { done: ran, waiting };
  });
}

async function withMigrator<T>(
  { ownerDsn, migrations: folders, onProgress = () => {} }: MigrateOptions,
  work: (knex: Knex, config: Knex.MigratorConfig, migrations: readonly Migration[]) => Promise<T>,
): Promise<T> {
  const migrations = await readMigrations(folders);
  // One connection holds the lock: it dies with the process, while knex's own lock row would stay.
  const guard = new pg.Client(asConfig(ownerDsn));
  await guard.connect();
  const pool = new pg.Pool({ ...asConfig(ownerDsn), max: 2 });
  const knex = knexFactory({ client: 'pg', connectionPool: pool, log: SILENT });
  const config: Knex.MigratorConfig = {
    tableName: JOURNAL,
    migrationSource: new FolderSource(migrations, onProgress),
    // A plugin that was taken out leaves its tables and its lines in the journal.
    disableMigrationsListValidation: true,
  };
  try {
    await guard.query(`select pg_advisory_lock(hashtextextended('qoida.migrations', 0))`);
    await knex.migrate.forceFreeMigrationsLock(config);
    return await work(knex, config, migrations);
  } finally {
    await knex.destroy();
    await pool.end();
    await guard.end();
  }
}

async function journal(knex: Knex): Promise<string[]> {
  if (!(await knex.schema.hasTable(JOURNAL))) return [];
  const rows = (await knex(JOURNAL).select('name').orderBy('id')) as { name: string }[];
  return rows.map((row) => row.name);
}

/** @throws MigrationError when the database has run migrations that this program doesn't know */
async function refuseNewer(knex: Knex, migrations: readonly Migration[]): Promise<void> {
  const known = new Set(migrations.map(({ name }) => name));
  const owners = new Set(migrations.map(({ owner }) => owner));
  const unknown = (await journal(knex)).filter(
    (name) => owners.has(name.slice(0, name.indexOf('/'))) && !known.has(name),
  );
  if (unknown.length === 0) return;
  throw new MigrationError(
    `the database is newer than this program: it has run ${unknown.join(', ')}; start the newer version`,
  );
}
