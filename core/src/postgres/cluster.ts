import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { PostgresError } from './errors.ts';
import type { Folders } from './folders.ts';
import { type ServerUser, spawnAs } from './identity.ts';

/** The database superuser's name; fixed, so that a data folder works on any machine. */
export const SUPERUSER = 'qoida';

/** Names of clusters in the making; a killed start leaves one behind. */
const HALF_MADE = 'pg.new-';

/**
 * Makes a new, empty cluster. It is made under another name and renamed when it is whole, so a
 * start killed half way leaves nothing that looks like a database.
 * @throws PostgresError initdb_failed
 */
export async function createCluster(
  programs: string,
  folders: Folders,
  user: ServerUser,
): Promise<void> {
  for (const name of readdirSync(folders.home)) {
    if (name.startsWith(HALF_MADE)) rmSync(join(folders.home, name), { recursive: true });
  }
  const half = join(folders.home, `${HALF_MADE}${process.pid}`);
  mkdirSync(half, { mode: 0o700 });
  if (user.switched) chownSync(half, user.uid, user.gid);
  await initdb(programs, half, user);
  renameSync(half, folders.cluster);
  syncFolder(folders.home);
  if (folders.link !== undefined) symlinkSync(folders.cluster, folders.link);
}

function initdb(programs: string, folder: string, user: ServerUser): Promise<void> {
  // Order by code point, yet upper and lower case of Cyrillic too: the plain C locale knows ASCII.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = ['-D', folder, '-U', SUPERUSER, '--auth=trust', '-E', 'UTF8', ...locale];
  const child = spawn(join(programs, 'bin', 'initdb'), args, {
    ...spawnAs(user),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: Error) =>
      reject(new PostgresError('initdb_failed', { folder, reason }, { cause }));
    child.once('error', (error) => fail(error.message, error));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else fail(errors.trim().replaceAll(/\s+/g, ' ') || `initdb ended with code ${code}`);
    });
  });
}

/** A new name in a folder survives a power cut only once the folder itself is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
