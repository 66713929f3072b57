import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serverIn } from './claim.ts';
import { PostgresError } from './errors.ts';
import { SOCKET_PORT } from './folders.ts';
import { type ServerUser, spawnAs } from './identity.ts';
import { goneWithin, isAlive } from './processes.ts';

/** How weighty a line of the server's log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Receives the server's log, a line a call. */
export type ServerLog = (level: LogLevel, text: string) => void;

/**
 * A shell stands between us and the server and reads a pipe of which we hold the only other end.
 * However we die, kill -9 included, the pipe closes and the shell stops the server. It lets go of
 * the log's pipe, so the log ends exactly when the server has ended.
 */
const KEEPER = `"$@" </dev/null &
server=$!
exec >/dev/null 2>&1
while read -r _; do :; done
kill -INT $server
wait $server`;

/** Durable, quiet and small; a caller's own settings come after these and win. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  checkpoint_completion_target: '0.9',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '',
  log_min_error_statement: 'fatal',
  log_checkpoints: 'off',
};

/** How long a clean stop may take before the server is made to quit at once, ms. */
const STOP_MS = 30_000;

/** A server that takes connections. */
export interface RunningServer {
  readonly pid: number;
  /** Settles when the server has ended, asked or not. */
  readonly exited: Promise<void>;
  /** Ends connections, writes a checkpoint and stops; a second call waits for the first. */
  stop(): Promise<void>;
}

/** What a server is started from. */
export interface ServerPlan {
  readonly programs: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly user: ServerUser;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: ServerLog;
}

/**
 * Starts the server and waits until it takes connections.
 * @throws PostgresError start_failed with the server's own reason, already_running
 */
export async function runServer(plan: ServerPlan): Promise<RunningServer> {
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'qoida-postgres', ...command(plan)], {
    ...spawnAs(plan.user),
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own group: Ctrl-C in a terminal reaches us first, and we stop it when we are done.
    detached: true,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' },
  });
  keeper.stdin?.on('error', () => {}); // the keeper was killed; its end is handled in `exited`
  const exited = watchEnd(keeper);
  await ready(keeper, exited, plan);
  const pid = serverIn(plan.cluster);
  if (pid === undefined) {
    throw new PostgresError('start_failed', { folder: plan.cluster, reason: 'it ended at once' });
  }
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopServer(keeper, exited, pid);
    return stopping;
  };
  return { pid, exited, stop };
}

function command(plan: ServerPlan): readonly string[] {
  const settings = Object.entries({ ...SETTINGS, ...plan.settings });
  return [
    join(plan.programs, 'bin', 'postgres'),
    ...['-D', plan.cluster, '-p', String(SOCKET_PORT), '-k', plan.socketDir],
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** The server has ended when its log has; then the keeper has nothing left to keep. */
function watchEnd(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    keeper.stderr?.once('close', () => keeper.stdin?.end());
    keeper.once('error', () => resolve());
    keeper.once('close', () => resolve());
  });
}

async function ready(keeper: ChildProcess, exited: Promise<void>, plan: ServerPlan): Promise<void> {
  const complaints: string[] = [];
  const answered = new Promise<void>((resolve) => {
    if (keeper.stderr === null) return;
    createInterface({ input: keeper.stderr }).on('line', (line) => {
      const [level, text] = readLine(line);
      if (level === 'error') complaints.push(text);
      plan.log(level, text);
      if (text.includes('ready to accept connections')) resolve();
    });
  });
  const spawned = new Promise<never>((_, reject) => keeper.once('error', reject));
  const ended = exited.then(() => {
    const [reason = 'it ended at once'] = complaints;
    const other = /lock file "postmaster\.pid" already exists/.test(reason);
    if (other) {
      const pid = serverIn(plan.cluster) ?? '?';
      throw new PostgresError('already_running', { folder: plan.cluster, pid });
    }
    throw new PostgresError('start_failed', { folder: plan.cluster, reason });
  });
  ended.catch(() => {}); // after a good start the end is told by `exited`
  spawned.catch(() => {});
  await Promise.race([answered, ended, spawned]);
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  FATAL: 'error',
  PANIC: 'error',
  ERROR: 'warn', // a query's fault: who asked has it too
  WARNING: 'warn',
  LOG: 'debug',
};

function readLine(line: string): readonly [LogLevel, string] {
  const [, word = '', text = line] = /^([A-Z]+): {2}(.*)$/.exec(line) ?? [];
  if (word === '') return [/error while loading|not found/i.test(line) ? 'error' : 'debug', line];
  return [LEVELS[word] ?? 'debug', text];
}

async function stopServer(keeper: ChildProcess, exited: Promise<void>, pid: number): Promise<void> {
  keeper.stdin?.end();
  // A keeper that was killed can't pass the word on, and we may learn of its end only now.
  const pass = () => signal(pid, 'SIGINT');
  if (keeper.exitCode !== null || keeper.signalCode !== null) pass();
  else keeper.once('exit', pass);
  if (!(await goneWithin(pid, STOP_MS))) signal(pid, 'SIGQUIT');
  await exited;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (isAlive(pid)) process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
