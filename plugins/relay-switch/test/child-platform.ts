import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  APP_PASSWORD,
  clientOf,
  type TestClient,
  type TestDatabase,
  testDatabase,
  until,
} from '@qoida/core/testing';
import relaySwitch from '../src/index.ts';

const MAIN = fileURLToPath(new URL('../../../core/src/main.ts', import.meta.url));

/** A platform in a process of its own, on a database that outlives it. */
export interface ChildPlatform {
  readonly url: string;
  readonly database: TestDatabase;
  /** The last that it has printed. */
  readonly said: string;
  /** Starts the process and waits until it answers. @returns an administrator */
  start(): Promise<TestClient>;
  /** `kill -9`. */
  kill(): Promise<void>;
  end(): Promise<void>;
}

export async function childPlatform(
  settings: Readonly<Record<string, string>>,
): Promise<ChildPlatform> {
  const database = await testDatabase({
    migrations: [{ owner: relaySwitch.name, folder: relaySwitch.migrations as URL }],
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-kills-'));
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD }), {
    mode: 0o600,
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> | undefined;
  let said = '';
  const kill = async () => {
    child?.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  return {
    url,
    database,
    kill,
    get said() {
      return said;
    },
    async start() {
      said = '';
      const starting = spawn(process.execPath, ['-C', 'qoida-src', MAIN, 'start'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
          PLUGINS: '@qoida/plugin-relay-switch',
          DB_DSN: database.ownerDsn,
          QOIDA_DATA: dataDir,
          QOIDA_PORT: String(port),
          NODE_RED: 'false',
          LOG_LEVEL: 'warn',
          API_RATE_LIMIT_RPM: '100000',
          ...settings,
        },
      });
      child = starting;
      ended = once(starting, 'close');
      for (const stream of [starting.stdout, starting.stderr])
        stream.on('data', (chunk) => {
          said = (said + String(chunk)).slice(-4000);
        });
      await until(
        async () => {
          if (starting.exitCode !== null) throw new Error(`the platform ended:\n${said}`);
          return said.includes('ready after');
        },
        'the platform',
        120_000,
      );
      const { token } = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));
      return clientOf(url, token);
    },
    async end() {
      await kill();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
