import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeRed, startNodeRed } from '../../src/nodered/child.ts';
import { type Pass, signPass } from '../../src/nodered/pass.ts';

export const SECRET = 'node-red-secret-of-this-test';
export const TOKEN = 'service-token-of-this-test';
const SAMPLE = new URL('../../../node-red-nodes/examples/package-message.json', import.meta.url);

export interface RunningNodeRed {
  readonly nodeRed: NodeRed;
  readonly dataDir: string;
  /** A request of the child itself, past the platform's gateway. */
  request(
    path: string,
    options?: { pass?: string; method?: string; body?: unknown },
  ): Promise<Response>;
  stop(): Promise<void>;
}

export const passOf = (permissions: Pass['permissions'], seconds = 60) =>
  signPass(
    { user: 'tester', userId: 'x', permissions, exp: Math.floor(Date.now() / 1000) + seconds },
    SECRET,
  );

/** Starts Node-RED as the platform does. @param flows its flows; the sample that ships with the nodes unless given */
export async function runNodeRed(
  apiUrl: string,
  flows?: readonly object[],
): Promise<RunningNodeRed> {
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-red-'));
  if (flows !== undefined) {
    await mkdir(join(dataDir, 'node-red'));
    writeFileSync(join(dataDir, 'node-red', 'flows.json'), JSON.stringify(flows));
  }
  const told = watchLog();
  const nodeRed = startNodeRed({
    dataDir,
    secret: SECRET,
    token: TOKEN,
    apiUrl: () => apiUrl,
    sampleFlows: SAMPLE,
    log: told.log,
  });
  nodeRed.begin();
  await told.until(() => nodeRed.port() !== undefined);
  return {
    nodeRed,
    dataDir,
    request: async (path, { pass, method = 'GET', body } = {}) => {
      await told.until(() => nodeRed.port() !== undefined);
      return fetch(`http://127.0.0.1:${nodeRed.port()}${path}`, {
        method,
        headers: {
          ...(pass === undefined ? {} : { 'x-qoida-pass': pass }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
    },
    async stop() {
      await nodeRed.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Its log is how Node-RED tells that something happened: conditions are looked at after each line. */
function watchLog() {
  const looking = new Set<() => void>();
  const heard = () =>
    setImmediate(() => {
      for (const look of looking) look();
    });
  return {
    log: { debug: heard, warn: heard },
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!holds()) return;
          looking.delete(look);
          resolve();
        };
        looking.add(look);
        look();
      }),
  };
}

/** The Node-RED that works on this folder: its home is there (its command line it writes over). */
export function childOn(dataDir: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => environmentOf(pid).HOME === join(dataDir, 'node-red'));
}

/** The environment a process was started with. */
export const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readProc(pid, 'environ')
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended in the meantime
  }
}
