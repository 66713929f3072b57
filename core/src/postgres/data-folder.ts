import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PostgresError } from './errors.ts';

/** A new database with its first log; it grows from there. */
const NEW_DATABASE_MB = 64;

const BYTES_OF_MB = 1_000_000;

/** What a file takes at least on most disks: an empty one would fit on a full disk too. */
const PROBE = ' '.repeat(4_096);

/**
 * Makes the data folder, with those above it, and proves that something can be written there.
 * @throws PostgresError data_is_file, data_not_makeable, data_not_writable, data_disk_full
 */
export function makeDataFolder(folder: string): void {
  makeFolder(folder, folder);
  const probe = join(folder, `probe-${process.pid}`);
  try {
    writeFileSync(probe, PROBE);
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason === 'ENOSPC' || reason === 'EDQUOT') throw diskFull(folder, cause);
    throw new PostgresError('data_not_writable', { folder, reason }, { cause });
  } finally {
    rmSync(probe, { force: true });
  }
}

/**
 * Refuses a disk on which a new database would only begin.
 * @throws PostgresError data_disk_full
 */
export function checkSpace(folder: string): void {
  if (freeMb(folder) < NEW_DATABASE_MB) throw diskFull(folder);
}

const freeMb = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / BYTES_OF_MB);
};

const diskFull = (folder: string, cause?: unknown) =>
  new PostgresError(
    'data_disk_full',
    { folder, free: freeMb(folder), needed: NEW_DATABASE_MB },
    { cause },
  );

/** One by one: asked for all at once, Node tries for ever where the system lets no folder be made (/proc). */
function makeFolder(folder: string, asked: string): void {
  if (isFolder(folder, asked)) return;
  const parent = dirname(folder);
  makeFolder(parent, asked);
  try {
    mkdirSync(folder);
  } catch (cause) {
    // Another start may have made it in between.
    if (isFolder(folder, asked)) return;
    const details = { folder: asked, parent, reason: reasonOf(cause) };
    throw new PostgresError('data_not_makeable', details, { cause });
  }
}

function isFolder(path: string, asked: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) throw new PostgresError('data_is_file', { folder: asked, file: path });
  return found?.isDirectory() ?? false;
}

const reasonOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? String(cause);
