import { readFileSync } from 'node:fs';
import { blockedPart } from '../../core/src/postgres/identity.ts';
import { ROOT } from './sources.ts';

export interface OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user `nobody`, as whom root may start things; a sentence where that can't be done here. */
export function ordinaryUser(): OrdinaryUser | string {
  if (process.getuid?.() !== 0) return 'these tests run as an ordinary user already';
  const [, uid, gid] =
    /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined) return 'this machine has no user nobody';
  const user = { uid: Number(uid), gid: Number(gid), name: 'nobody', switched: true };
  const closed = [process.execPath, ROOT]
    .map((path) => blockedPart(path, user))
    .find((path) => path !== undefined);
  return closed === undefined ? user : `nobody may not enter ${closed}`;
}
