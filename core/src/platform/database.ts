import { resolve } from 'node:path';
import type { Plugin } from '../api/plugin.ts';
import type { RecordDef } from '../api/records.ts';
import type { Settings } from '../config/index.ts';
import type { Database } from '../data/index.ts';
import { openDatabase } from '../data/index.ts';
import { progressLine, startPostgres } from '../postgres/index.ts';
import type { Log, Progress } from './progress.ts';

const CORE_MIGRATIONS = new URL('../../migrations/', import.meta.url);

export interface OpenedDatabase {
  readonly db: Database;
  /** Settles when the platform's own server ends unasked; never for a server that was given. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

/** The given PostgreSQL, or the platform's own in the data folder; migrated and checked. */
export async function openPlatformDatabase(options: {
  settings: Settings;
  dataDir: string;
  appPassword: string;
  plugins: readonly Plugin[];
  records: readonly RecordDef[];
  log: Log;
  progress: Progress;
}): Promise<OpenedDatabase> {
  const { settings, log, progress } = options;
  const server = settings.DB_DSN === null ? await startOwn(options.dataDir, log, progress) : null;
  try {
    const db = await openDatabase({
      ownerDsn: server?.ownerDsn ?? settings.DB_DSN ?? '',
      ...(settings.DB_APP_DSN === null ? {} : { appDsn: settings.DB_APP_DSN }),
      appPassword: options.appPassword,
      records: [...options.records],
      migrations: [
        { owner: 'core', folder: CORE_MIGRATIONS },
        ...options.plugins.flatMap((plugin) =>
          plugin.migrations === undefined
            ? []
            : [{ owner: plugin.name, folder: plugin.migrations }],
        ),
      ],
      log,
      onProgress: progress,
    });
    let closing = false;
    return {
      db,
      lost: new Promise((resolve) => {
        void server?.exited.then(() => {
          if (!closing) resolve();
        });
      }),
      async close() {
        closing = true;
        await db.close();
        await server?.stop();
      },
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function startOwn(dataDir: string, log: Log, progress: Progress) {
  const server = await startPostgres({
    dataDir: resolve(dataDir),
    log: (level, text) => log[level]({ part: 'postgres' }, text),
    onProgress: (step) => progress(progressLine(step, 'en')),
  });
  return {
    ownerDsn: server.superuserDsn,
    exited: server.exited,
    stop: () => server.stop(),
  };
}
