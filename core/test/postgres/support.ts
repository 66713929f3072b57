import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { blockedPart, type ServerUser } from '../../src/postgres/identity.ts';

const HOLDER = fileURLToPath(new URL('./holder.ts', import.meta.url));

/** What a holder answers: the server it holds, or the fault that kept it from starting. */
export interface Held {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly socketDir: string;
  readonly superuserDsn: string;
  readonly steps: readonly string[];
  readonly fault?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

const temporary: string[] = [];
const holders: ChildProcess[] = [];

/** A new folder that every user may pass through, removed by `tidyUp`. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-pg-'));
  chmodSync(folder, 0o755);
  temporary.push(folder);
  return folder;
}

/** Starts a server in a process of its own, as another user when one is given. */
export async function hold(
  dataDir: string,
  as: { user?: ServerUser | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<Held> {
  const { user } = as;
  const child = spawn(process.execPath, ['-C', 'qoida-src', HOLDER, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', ...as.env },
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid, cwd: '/' }),
  });
  holders.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { ...(JSON.parse(line) as Omit<Held, 'process'>), process: child };
}

/** Lets a holder stop its server cleanly and end. */
export async function letGo(held: Held): Promise<void> {
  const ended = once(held.process, 'exit');
  held.process.stdin?.end();
  await ended;
}

/** Kills a holder as a power button would, and waits for its end. */
export async function kill(held: Held): Promise<void> {
  const ended = once(held.process, 'exit');
  held.process.kill('SIGKILL');
  await ended;
}

/** Stops what the tests left running and removes their folders. */
export async function tidyUp(): Promise<void> {
  const running = holders.splice(0).filter((child) => child.exitCode === null && !child.killed);
  for (const child of running) child.stdin?.end();
  await Promise.all(running.map((child) => child.exitCode ?? once(child, 'exit')));
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Runs one statement on a server and returns its rows. */
export async function query(dsn: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(dsn);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/**
 * The ordinary user `nobody` for tests that switch users; undefined where we may not switch (we
 * aren't root) or where that user couldn't read this checkout.
 */
export function ordinaryUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] =
    /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined) return undefined;
  const user = { uid: Number(uid), gid: Number(gid), name: 'nobody', switched: true };
  const reachable = [process.execPath, fileURLToPath(new URL('.', import.meta.url))];
  return reachable.every((path) => blockedPart(path, user) === undefined) ? user : undefined;
}
