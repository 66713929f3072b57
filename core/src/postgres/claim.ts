import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PostgresError } from './errors.ts';
import { birthOf, goneWithin, isAlive, workingFolderOf } from './processes.ts';
import type { Progress } from './progress.ts';

/** How long a server left over gets to stop, ms: a checkpoint on a slow disk takes seconds. */
const ORPHAN_STOPS_MS = 30_000;

/**
 * Takes a data folder for this process. The kernel holds the lock and drops it however we end; a
 * note in the folder says who has it, and is the only guard where the system lacks such locks.
 * @returns gives the folder back
 * @throws PostgresError already_running
 */
export async function claimFolder(home: string): Promise<() => void> {
  const file = join(home, 'qoida.owner');
  const lock = await lockFor(home);
  const [pid = '', birth] = readNote(file).split(' ');
  const theirs = Number(pid);
  if (lock === undefined || (theirs > 0 && isAlive(theirs) && birthOf(theirs) === birth)) {
    lock?.close();
    throw new PostgresError('already_running', { folder: home, pid: theirs || '?' });
  }
  writeFileSync(file, `${process.pid} ${birthOf(process.pid)}`);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    rmSync(file, { force: true });
    lock.close();
  };
}

/** A name in Linux's abstract socket space: taken by one process at a time, freed by its death. */
async function lockFor(home: string): Promise<Server | undefined> {
  const lock = createServer((socket) => socket.destroy()).unref();
  if (process.platform !== 'linux') return lock;
  const key = createHash('sha256').update(home).digest('hex').slice(0, 32);
  lock.listen({ path: `\0qoida-${key}` });
  try {
    await once(lock, 'listening');
    return lock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The id of the server that works in a cluster, or undefined. After a power cut another process
 * may carry the id in postmaster.pid; a server's working folder is its cluster.
 */
export function serverIn(cluster: string): number | undefined {
  const pid = Number(readNote(join(cluster, 'postmaster.pid')).split('\n')[0]);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  const folder = workingFolderOf(pid);
  return folder === undefined || folder === cluster ? pid : undefined;
}

/**
 * Frees a cluster of a server that outlived its starter, and of a stale lock file. Call it with
 * the folder claimed: then whatever runs here is nobody's.
 * @throws PostgresError orphan_wont_stop
 */
export async function clearOrphan(
  cluster: string,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const pid = serverIn(cluster);
  if (pid === undefined) {
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  onProgress({ step: 'stopping_orphan', details: { pid } });
  try {
    process.kill(pid, 'SIGINT'); // one that is stopping already takes no notice
  } catch (cause) {
    throw new PostgresError('orphan_wont_stop', { folder: cluster, pid }, { cause });
  }
  if (!(await goneWithin(pid, ORPHAN_STOPS_MS))) {
    throw new PostgresError('orphan_wont_stop', { folder: cluster, pid });
  }
}
