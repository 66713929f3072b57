import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { makeDataFolder } from './data-folder.ts';
import { PostgresError } from './errors.ts';
import { blockedPart, type ServerUser } from './identity.ts';
import type { Progress } from './progress.ts';

/** The port in the socket's file name: nothing listens on it in the network. */
export const SOCKET_PORT = 5432;

/** Linux takes 107 bytes of path for a socket, macOS 103. */
const LONGEST_SOCKET_PATH = 103;

/** Where root keeps a database whose data folder the server's user can't enter. */
const OUTSIDE_ROOT = '/var/lib/qoida';

/** The folders of one server. */
export interface Folders {
  /** Holds the cluster, the socket folder, the owner file and a copy of the programs. */
  readonly home: string;
  /** The cluster itself, the folder with PG_VERSION. */
  readonly cluster: string;
  /** The link in the data folder that points to a cluster kept elsewhere. */
  readonly link?: string;
}

/**
 * Settles where the cluster of a data folder lies, and makes the folders above it. It is
 * DATA/pg. Only when root starts in a folder that no other user may enter (a checkout under
 * /root) is it kept in /var/lib/qoida, and DATA/pg becomes a link to it.
 * @throws PostgresError data_unreachable, those of `makeDataFolder`
 */
export function settleFolders(
  dataDir: string,
  user: ServerUser,
  onProgress: (progress: Progress) => void,
): Folders {
  makeFolder(dataDir, user);
  const inside = join(dataDir, 'pg');
  if (lstatSync(inside, { throwIfNoEntry: false }) !== undefined) return existing(inside, user);
  const home = realpathSync(dataDir);
  const blockedBy = user.switched ? letThrough(home, user) : undefined;
  if (blockedBy === undefined) return { home, cluster: join(home, 'pg') };
  // What lies in a temporary folder is meant to vanish, so it must not leave data elsewhere.
  const target = isTemporary(home) ? undefined : outside(user);
  if (target === undefined) {
    throw new PostgresError('data_unreachable', { folder: dataDir, user: user.name, blockedBy });
  }
  const details = { user: user.name, folder: blockedBy, target, link: inside };
  onProgress({ step: 'outside_folder', details });
  return { home: target, cluster: join(target, 'pg'), link: inside };
}

function makeFolder(folder: string, user: ServerUser): void {
  const isNew = !existsSync(folder);
  makeDataFolder(folder);
  // The server's user must pass through, nobody needs to list it.
  if (isNew) chmodSync(folder, user.switched ? 0o711 : 0o700);
}

/** The data folder is ours: we open it to passing through; what is above it isn't ours to open. */
function letThrough(home: string, user: ServerUser): string | undefined {
  const blockedBy = blockedPart(home, user);
  if (blockedBy !== home) return blockedBy;
  chmodSync(home, lstatSync(home).mode | 0o011);
  return blockedPart(home, user);
}

function isTemporary(folder: string): boolean {
  return `${folder}/`.startsWith(`${realpathSync(tmpdir())}/`);
}

function existing(inside: string, user: ServerUser): Folders {
  // A link to nowhere is a disk that isn't mounted: making a new database would hide the old one.
  if (!existsSync(inside)) {
    throw new PostgresError('data_not_writable', { folder: inside, reason: 'dangling link' });
  }
  const cluster = realpathSync(inside);
  const blockedBy = blockedPart(cluster, user);
  if (blockedBy !== undefined) {
    throw new PostgresError('data_unreachable', { folder: cluster, user: user.name, blockedBy });
  }
  return { home: dirname(cluster), cluster };
}

function outside(user: ServerUser): string | undefined {
  try {
    mkdirSync(OUTSIDE_ROOT, { recursive: true, mode: 0o711 });
    const home = mkdtempSync(join(OUTSIDE_ROOT, 'data-'));
    chmodSync(home, 0o711);
    return blockedPart(home, user) === undefined ? home : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Refuses a cluster of another major version: its files can't be read by these programs.
 * @returns whether there is a cluster at all
 * @throws PostgresError other_major
 */
export function hasCluster(cluster: string, binaries: Binaries): boolean {
  const file = join(cluster, 'PG_VERSION');
  if (!existsSync(file)) return false;
  const found = readFileSync(file, 'utf8').trim();
  if (found !== binaries.major) {
    throw new PostgresError('other_major', { folder: cluster, found, expected: binaries.major });
  }
  return true;
}

/**
 * Makes the folder of the server's socket, open to the server's user alone: whoever can reach the
 * socket is the superuser. A path too long for a socket goes to the system's temporary folder.
 * @throws PostgresError socket_folder_taken
 */
export function makeSocketFolder(home: string, user: ServerUser): string {
  const folder = [join(home, 'run'), ...temporaryFolders(home)].find(fitsSocket) ?? '';
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
    if (user.switched) chownSync(folder, user.uid, user.gid);
  }
  // In a shared temporary folder anyone may have taken the name first, with a link or a folder.
  const entry = lstatSync(folder);
  if (!entry.isDirectory() || entry.uid !== user.uid) {
    throw new PostgresError('socket_folder_taken', { folder, owner: entry.uid });
  }
  chmodSync(folder, 0o700);
  return folder;
}

function temporaryFolders(home: string): readonly string[] {
  const key = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return [tmpdir(), '/tmp'].map((parent) => join(parent, `qoida-${key}`));
}

function fitsSocket(folder: string): boolean {
  const path = join(folder, `.s.PGSQL.${SOCKET_PORT}`);
  // The server reads its folder as a list: a comma or quote in it would need its own quoting.
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH && !/[,"]/.test(path);
}
