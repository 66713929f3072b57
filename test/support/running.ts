import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, type TestClient, until } from '@qoida/core/testing';
import { ROOT } from './sources.ts';

const MAIN = join(ROOT, 'core', 'src', 'main.ts');
const STARTER = join(ROOT, 'tools', 'start.mjs');
/** A first start makes a database and migrates it, on a machine that may be busy with other things. */
const READY_MS = 240_000;

export interface StartOptions {
  readonly demo?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Through `tools/start.mjs`, as `npm start` does. */
  readonly starter?: boolean;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** The platform as a process of its own, as a person starts it. */
export class RunningPlatform {
  readonly dataDir: string;
  readonly process: ChildProcess;
  readonly #ended: Promise<number | null>;
  #said = '';

  constructor(dataDir: string, options: StartOptions = {}) {
    const node = options.starter ? [STARTER] : ['-C', 'qoida-src', MAIN, 'start'];
    this.dataDir = dataDir;
    this.process = spawn(process.execPath, [...node, ...(options.demo ? ['--demo'] : [])], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...foreignEnv(), QOIDA_DATA: dataDir, ...OURS, ...options.env },
      ...options.user,
    });
    this.process.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.process.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#ended = once(this.process, 'close').then(([code]) => code as number | null);
  }

  /** All it has printed. */
  get said(): string {
    return this.#said;
  }

  /** The process that holds the platform: the starter's child when there is a starter. */
  get pid(): number {
    return this.#runFile().pid;
  }

  /** Its address, once it says that it is ready. @throws Error with what it said when it ends before */
  async ready(): Promise<string> {
    return until(
      () => {
        const [, url] = /ready after .*: (http:\S+)\n/.exec(this.#said) ?? [];
        const { exitCode, signalCode } = this.process;
        if (url === undefined && (exitCode !== null || signalCode !== null)) {
          throw new Error(`the platform ended with ${exitCode ?? signalCode}:\n${this.#said}`);
        }
        return url;
      },
      'the platform is ready',
      READY_MS,
    );
  }

  /** Its exit code; null when a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ctrl-C, once. */
  async stops(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.#ended;
  }

  /** `kill -9`. */
  async dies(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  /** Calls as an administrator and integrator, with the pass that local commands use. */
  async client(): Promise<TestClient> {
    return clientOf(await this.ready(), this.#runFile().token);
  }

  #runFile(): { pid: number; token: string } {
    return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8'));
  }

  #hear(chunk: Buffer): void {
    this.#said += chunk.toString();
  }
}

const OURS = {
  QOIDA_PORT: '0',
  NODE_RED: 'false',
  LOG_LEVEL: 'warn',
  NODE_COMPILE_CACHE: mkdtempSync(join(tmpdir(), 'qoida-cache-')),
};

/** What a person's shell would pass on: nothing of the tests' own settings. */
function foreignEnv(): NodeJS.ProcessEnv {
  const own = (name: string) => name.startsWith('QOIDA_') || name.startsWith('npm_');
  const kept = Object.entries(process.env).filter(([name]) => !own(name));
  return { ...Object.fromEntries(kept), NODE_OPTIONS: '' };
}

/** Folders and platforms of one test file, gone when it is done. */
export class Bench {
  readonly #folders: string[] = [OURS.NODE_COMPILE_CACHE];
  readonly #running: RunningPlatform[] = [];

  /** An empty folder that any user may pass through. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'qoida-start-'));
    chmodSync(folder, 0o755);
    this.#folders.push(folder);
    return folder;
  }

  starts(dataDir: string, options: StartOptions = {}): RunningPlatform {
    const platform = new RunningPlatform(dataDir, options);
    this.#running.push(platform);
    return platform;
  }

  async tidies(): Promise<void> {
    for (const platform of this.#running) {
      const { exitCode, signalCode } = platform.process;
      if (exitCode === null && signalCode === null) await platform.dies();
      await noServerIn(platform.dataDir);
    }
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** Ids of the processes that work in a data folder's database: a PostgreSQL stands in its cluster. */
export function serversIn(dataDir: string): number[] {
  const cluster = join(dataDir, 'pg');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => workingFolderOf(pid) === cluster).map(Number);
}

/** Waits until the last process of a data folder's database is gone. */
export async function noServerIn(dataDir: string): Promise<void> {
  await until(() => serversIn(dataDir).length === 0, `no PostgreSQL is left in ${dataDir}`, 60_000);
}

/** The database's first process, which has started all the others. */
export function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Whether a process is there, zombies left out. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

function workingFolderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
