import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locale } from '../api/locale.ts';
import type { Plugin } from '../api/plugin.ts';
import { createLog } from '../http/log.ts';
import { configure } from '../platform/configuration.ts';
import { type Platform, startPlatform } from '../platform/start.ts';
import { APP_PASSWORD, testDatabase } from './database.ts';

/** An answer as a caller sees it. */
export interface Answer {
  readonly status: number;
  /** Tests look into answers of every shape. */
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: Headers;
}

/** Calls of the REST API as one person. */
export interface TestClient {
  readonly token: string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface TestPlatform {
  readonly url: string;
  readonly platform: Platform;
  readonly dataDir: string;
  /** An administrator. */
  readonly admin: TestClient;
  /** A person of this position, made at the first call and signed in. */
  as(
    position: string,
    options?: { grade?: string; username?: string; locale?: Locale },
  ): Promise<TestClient>;
  /** Past row level security, to look behind the scenes. */
  asOwner<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface TestPlatformOptions {
  /** Instead of the configured ones. */
  readonly plugins?: readonly Plugin[];
  readonly demo?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
}

/** The whole platform in this process on a database of its own and a free port: what a test of a plugin needs. */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-test-'));
  const env = {
    QOIDA_PORT: '0',
    QOIDA_DATA: dataDir,
    NODE_RED: 'false',
    API_RATE_LIMIT_RPM: '100000',
    ...options.settings,
  };
  const first = await configure(env, options.plugins);
  const migrations = first.plugins.flatMap((plugin) =>
    plugin.migrations === undefined ? [] : [{ owner: plugin.name, folder: plugin.migrations }],
  );
  const database = await testDatabase({ migrations });
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD }), {
    mode: 0o600,
  });
  const configuration = await configure({ ...env, DB_DSN: database.ownerDsn }, options.plugins);
  const platform = await startPlatform({
    configuration,
    version: 'test',
    demo: options.demo ?? false,
    log: createLog({ level: 'silent', readable: true }),
    progress: () => undefined,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const admin = clientOf(platform.url, platform.localToken);
  const people = new Map<string, Promise<TestClient>>();
  return {
    url: platform.url,
    platform,
    dataDir,
    admin,
    as(position, person = {}) {
      const username = person.username ?? `test_${position}`;
      const known =
        people.get(username) ?? newPerson(platform.url, admin, { ...person, position, username });
      people.set(username, known);
      return known;
    },
    asOwner: (text, values) => database.asOwner(text, values),
    async stop() {
      await platform.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const PASSWORD = 'Correct-Horse-42';

async function newPerson(
  url: string,
  admin: TestClient,
  person: { position: string; username: string; grade?: string; locale?: string },
): Promise<TestClient> {
  const made = await admin.post('/users', {
    username: person.username,
    full_name: person.username,
    position: person.position,
    password: PASSWORD,
    ...(person.grade === undefined ? {} : { grade: person.grade }),
    ...(person.locale === undefined ? {} : { locale: person.locale }),
  });
  if (made.status !== 201)
    throw new Error(`can't make ${person.username}: ${JSON.stringify(made.body)}`);
  return signIn(url, person.username, PASSWORD);
}

/** Signs a person in over HTTP. @throws Error when the platform refuses */
export async function signIn(url: string, username: string, password: string): Promise<TestClient> {
  const answer = await request(url, '', 'POST', '/auth/login', { username, password });
  if (answer.status !== 200)
    throw new Error(`can't sign ${username} in: ${JSON.stringify(answer.body)}`);
  return clientOf(url, answer.body.access);
}

export function clientOf(url: string, token: string): TestClient {
  return {
    token,
    get: (path) => request(url, token, 'GET', path),
    post: (path, body, headers) => request(url, token, 'POST', path, body ?? {}, headers),
    patch: (path, body) => request(url, token, 'PATCH', path, body ?? {}),
    put: (path, body) => request(url, token, 'PUT', path, body ?? {}),
    delete: (path, headers) => request(url, token, 'DELETE', path, undefined, headers),
  };
}

async function request(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'accept-language': 'en',
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}
