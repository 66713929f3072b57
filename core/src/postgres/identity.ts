import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { PostgresError } from './errors.ts';

/** The system user the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  /** Whether the server's processes must leave our own user: PostgreSQL refuses root. */
  readonly switched: boolean;
}

/**
 * Chooses who runs the server. An ordinary user runs it as themselves. Root gives it to the owner
 * of an existing cluster, else to `postgres`, else to `nobody`: a user without a passwd entry
 * won't do, PostgreSQL looks its own name up.
 * @param cluster the folder that holds PG_VERSION; it may not exist yet
 * @throws PostgresError no_server_user, data_foreign_owner, data_owned_by_root
 */
export function chooseServerUser(cluster: string): ServerUser {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  if (process.getuid?.() !== 0) return ourselves(cluster, owner);
  const users = passwd();
  const usual =
    users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody');
  if (owner === 0) {
    throw new PostgresError('data_owned_by_root', {
      folder: cluster,
      user: usual?.name ?? 'postgres',
    });
  }
  const chosen = owner === undefined ? usual : users.find((user) => user.uid === owner);
  if (chosen === undefined) {
    throw new PostgresError('no_server_user', { user: owner ?? 'postgres' });
  }
  return chosen;
}

function ourselves(cluster: string, owner: number | undefined): ServerUser {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  const name = ownName(uid);
  if (owner !== undefined && owner !== uid) {
    const known = passwd().find((user) => user.uid === owner)?.name ?? owner;
    throw new PostgresError('data_foreign_owner', { folder: cluster, owner: known, user: name });
  }
  return { uid, gid, name, switched: false };
}

function ownName(uid: number): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new PostgresError('no_server_user', { user: uid }, { cause });
  }
}

function passwd(): readonly ServerUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({
      uid: Number(uid),
      gid: Number(gid),
      name,
      switched: true,
    }));
}

/** What a child process needs in its options to run as the server's user. */
export function spawnAs(user: ServerUser): { uid?: number; gid?: number; cwd: string } {
  // The working folder must be one that user may enter; ours may be closed.
  return user.switched ? { uid: user.uid, gid: user.gid, cwd: '/' } : { cwd: '/' };
}

/**
 * The first of a path's parents, or the path itself, that the user may not enter (or execute, for
 * a file). Asked of the system by trying, so access lists and mounts count too.
 */
export function blockedPart(path: string, user: ServerUser): string | undefined {
  const parts: string[] = [path];
  for (let part = path; dirname(part) !== part; part = dirname(part)) parts.unshift(dirname(part));
  const script = 'for part; do test -x "$part" || { printf %s "$part"; exit 1; }; done';
  const tried = spawnSync('/bin/sh', ['-c', script, 'sh', ...parts], {
    ...spawnAs(user),
    encoding: 'utf8',
  });
  return tried.status === 0 ? undefined : tried.stdout || path;
}
