import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface NodeRedLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface NodeRedOptions {
  readonly dataDir: string;
  /** Signs the passes. */
  readonly secret: string;
  /** Address of the platform's API and a service token, for the nodes. */
  readonly apiUrl: () => string;
  readonly token: string;
  /** The flows of a fresh installation. */
  readonly sampleFlows?: URL;
  readonly log: NodeRedLog;
}

export interface NodeRed {
  /** Starts the child; called when the API answers. */
  begin(): void;
  /** Port on the loopback; undefined while it is (re)starting. */
  port(): number | undefined;
  stop(): Promise<void>;
}

const SETTINGS = fileURLToPath(new URL('./settings.cjs', import.meta.url));
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const CALM_MS = 60_000;

/** Keeps Node-RED running as a process of its own: a flow that loops or crashes can't stop the weighing. */
export function startNodeRed(options: NodeRedOptions): NodeRed {
  const userDir = join(options.dataDir, 'node-red');
  mkdirSync(userDir, { recursive: true });
  placeSampleFlows(userDir, options.sampleFlows);
  let child: ChildProcess | undefined;
  let port: number | undefined;
  let wait = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  const run = async () => {
    const chosen = await freePort();
    if (stopping) return;
    const startedAt = Date.now();
    child = launch(options, userDir, chosen);
    readLines(child, (line) => {
      if (/Server now running/.test(line)) port = chosen;
      const level = /\[(warn|error|fatal)\]/.test(line) ? 'warn' : 'debug';
      options.log[level]({ part: 'node-red' }, line);
    });
    child.once('exit', (code, signal) => {
      port = undefined;
      child = undefined;
      if (stopping) return;
      wait = Date.now() - startedAt > CALM_MS ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      options.log.warn(
        { part: 'node-red', code, signal, retry_ms: wait },
        'Node-RED ended; it is started again',
      );
      timer = setTimeout(start, wait);
    });
  };
  const start = () => {
    run().catch((error: unknown) =>
      options.log.warn({ part: 'node-red', err: error }, 'Node-RED could not be started'),
    );
  };
  return {
    begin: start,
    port: () => port,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === undefined || running.exitCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const hard = setTimeout(() => running.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

function launch(options: NodeRedOptions, userDir: string, port: number): ChildProcess {
  const red = createRequire(import.meta.url).resolve('node-red/red.js');
  const watch = fileURLToPath(new URL('./with-parent.mjs', import.meta.url));
  return spawn(
    process.execPath,
    ['-C', 'qoida-src', '--import', watch, red, '-s', SETTINGS, '-u', userDir],
    {
      // A child gets what it needs and none of the platform's secrets.
      env: {
        PATH: process.env.PATH,
        HOME: userDir,
        TZ: process.env.TZ,
        QOIDA_RED_PORT: String(port),
        QOIDA_RED_SECRET: options.secret,
        QOIDA_URL: options.apiUrl(),
        QOIDA_TOKEN: options.token,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
}

function readLines(child: ChildProcess, take: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(-2_000);
      for (const line of lines) if (line.trim() !== '') take(line.trimEnd().slice(0, 2_000));
    });
  }
}

function placeSampleFlows(userDir: string, sample: URL | undefined): void {
  const target = join(userDir, 'flows.json');
  if (sample === undefined || existsSync(target) || !existsSync(sample)) return;
  writeFileSync(target, readFileSync(sample));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
