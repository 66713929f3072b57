import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zoneAtNoon } from '../../core/src/testing/zone.ts';

const EDITOR = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(EDITOR, '..');
const START_MS = 240_000;
const STOP_MS = 60_000;
/** A reading is bound for so long: a busy machine takes its time between a weighing and a click. */
export const ACCEPT_WINDOW_SEC = 30;
/** Where it is past noon, so that no day or shift ends while a test runs, and no schedule comes due. */
export const ZONE = zoneAtNoon();

interface DemoFile {
  readonly users: Readonly<Record<string, { username: string; password: string }>>;
  readonly devices: Readonly<Record<string, { id: string; secret: string }>>;
}

/** A platform of its own with the demo plant, on a free port and an empty data folder. */
export interface Platform {
  readonly url: string;
  readonly demo: DemoFile;
  /** One call as a user of the demo. @throws Error with the answer when it isn't a success */
  call<T = unknown>(role: string, method: string, path: string, body?: unknown): Promise<T>;
  /** A scale that nobody simulates: the test speaks for it. */
  addScale(code: string): Promise<void>;
  /** One signed event of a device, as its gateway would send it. */
  ingest(
    device: string,
    value: { gross_kg: number } | { length_m: number },
    at?: Date,
  ): Promise<void>;
  stop(): Promise<void>;
}

/** Looks again until `look` gives something; the time-out names what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  ms = 200_000,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: nothing within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Starts the platform with the demo, and settings of one's own, and waits until it is ready. */
export async function startPlatform(
  settings: Readonly<Record<string, string>> = {},
): Promise<Platform> {
  if (!existsSync(join(EDITOR, 'dist', 'index.html'))) {
    throw new Error('the web app is not built; `npm run test:browser` does it');
  }
  const data = await mkdtemp(join(tmpdir(), 'qoida-e2e-'));
  const child = spawn(
    process.execPath,
    ['-C', 'qoida-src', 'core/src/main.ts', 'start', '--demo'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        QOIDA_PORT: '0',
        QOIDA_DATA: data,
        PLANT_TZ: ZONE,
        IOT_ACCEPT_WINDOW_SEC: String(ACCEPT_WINDOW_SEC),
        CHANNELS_LOCAL: 'true',
        // A test clicks faster than a person does.
        API_RATE_LIMIT_RPM: '1200',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += String(chunk)));
  try {
    const url = await until(
      'the platform',
      async () => {
        if (child.exitCode !== null) return '';
        return /ready after .*: (http:\S+)\n/.exec(output)?.[1];
      },
      START_MS,
    );
    if (url === '') throw new Error(`ended with ${child.exitCode}`);
    const demo = JSON.parse(await readFile(join(data, 'demo.json'), 'utf8')) as DemoFile;
    return { url, demo, ...clientOf(url, demo), stop: () => stop(child, data) };
  } catch (error) {
    await stop(child, data);
    throw new Error(`${String(error)}\n${output}`);
  }
}

async function stop(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(force);
  }
  await rm(data, { recursive: true, force: true });
}

function clientOf(url: string, demo: DemoFile): Pick<Platform, 'call' | 'addScale' | 'ingest'> {
  const tokens = new Map<string, string>();
  const secrets = new Map(
    Object.entries(demo.devices).map(([code, device]) => [code, device.secret]),
  );
  let seq = Math.floor(Date.now() / 1000);

  async function post(
    path: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<unknown> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async function tokenOf(role: string): Promise<string> {
    const known = tokens.get(role);
    if (known !== undefined) return known;
    const answer = (await post('/auth/login', JSON.stringify(demo.users[role]), {})) as {
      access: string;
    };
    tokens.set(role, answer.access);
    return answer.access;
  }

  async function call<T>(role: string, method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf(role)}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  return {
    call,
    async addScale(code) {
      const { secret } = await call<{ secret: string }>('integrator', 'POST', '/devices', {
        code,
        device_type: 'scale',
      });
      secrets.set(code, secret);
      const day = 86_400_000;
      await call('integrator', 'PATCH', `/devices/${code}/calibration`, {
        performed_at: new Date(Date.now() - day).toISOString(),
        valid_until: new Date(Date.now() + 365 * day).toISOString(),
      });
    },
    async ingest(device, value, at = new Date()) {
      const secret = secrets.get(device);
      if (secret === undefined) throw new Error(`no device ${device}`);
      const event = { seq: seq++, ts_device: at.toISOString(), stable: true, ...value };
      const body = JSON.stringify({ events: [event] });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      await post('/ingest/scale-events', body, { 'x-device-id': device, 'x-signature': signature });
    },
  };
}
