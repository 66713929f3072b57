import { join, resolve } from 'node:path';
import { findBinaries, prepareBinaries } from './binaries.ts';
import { claimFolder, clearOrphan } from './claim.ts';
import { createCluster, SUPERUSER } from './cluster.ts';
import { checkSpace } from './data-folder.ts';
import { hasCluster, makeSocketFolder, SOCKET_PORT, settleFolders } from './folders.ts';
import { chooseServerUser } from './identity.ts';
import type { Progress } from './progress.ts';
import { runServer, type ServerLog } from './server.ts';

export { makeDataFolder } from './data-folder.ts';
export { type Language, PostgresError, type PostgresFault } from './errors.ts';
export { type Progress, progressLine } from './progress.ts';
export type { LogLevel, ServerLog } from './server.ts';

/** What an embedded server is started from. */
export interface PostgresOptions {
  /** The data folder; the cluster is its subfolder `pg`. Made when missing. */
  readonly dataDir: string;
  /** Receives the server's own log. */
  readonly log?: ServerLog;
  /** Receives each step that a person may wait for. */
  readonly onProgress?: (progress: Progress) => void;
  /** Server settings over ours, by PostgreSQL's names: `{ shared_buffers: '512MB' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running embedded server: reachable over its Unix socket only. */
export interface EmbeddedPostgres {
  readonly pid: number;
  /** Give it to `pg` as `host`. */
  readonly socketDir: string;
  /** Names the socket's file; nothing listens on it in the network. */
  readonly port: number;
  readonly superuser: string;
  /** A connection string for `pg` and libpq, to the database `postgres`. */
  readonly superuserDsn: string;
  /** A connection string for a user and a database of this server. */
  dsn(user: string, database: string): string;
  /** Settles when the server has ended: awaited outside of `stop`, it tells of a crash. */
  readonly exited: Promise<void>;
  /** Stops the server cleanly and gives the data folder back. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the programs that npm brought, with its data below `dataDir`: makes the
 * database at the first start, and stops it with this process, however that ends. As root the
 * server runs as another user. No TCP; who can enter the socket folder (0700) is the superuser.
 * @throws PostgresError with a sentence for the user and the way out
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {}, onProgress = () => {}, settings = {} } = options;
  const dataDir = resolve(options.dataDir);
  const binaries = findBinaries();
  const user = chooseServerUser(join(dataDir, 'pg'));
  const folders = settleFolders(dataDir, user, onProgress);
  const release = await claimFolder(folders.home);
  try {
    const made = hasCluster(folders.cluster, binaries);
    const programs = prepareBinaries(binaries, folders.home, user, onProgress);
    if (made) {
      await clearOrphan(folders.cluster, onProgress);
    } else {
      checkSpace(folders.home);
      onProgress({ step: 'creating', details: { folder: folders.cluster } });
      await createCluster(programs, folders, user);
    }
    const socketDir = makeSocketFolder(folders.home, user);
    onProgress({ step: 'starting', details: { version: binaries.version } });
    const { cluster } = folders;
    const server = await runServer({ programs, cluster, socketDir, user, settings, log });
    const dsn = (name: string, database: string) => socketDsn(socketDir, name, database);
    return {
      pid: server.pid,
      socketDir,
      port: SOCKET_PORT,
      superuser: SUPERUSER,
      superuserDsn: dsn(SUPERUSER, 'postgres'),
      dsn,
      exited: server.exited.finally(release),
      stop: () => server.stop().finally(release),
    };
  } catch (error) {
    release();
    throw error;
  }
}

function socketDsn(socketDir: string, user: string, database: string): string {
  const names = [user, database].map(encodeURIComponent);
  // The host before the path only fills a place that URL parsers demand.
  const host = encodeURIComponent(socketDir);
  return `postgresql://${names[0]}@localhost:${SOCKET_PORT}/${names[1]}?host=${host}`;
}
