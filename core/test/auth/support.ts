import assert from 'node:assert/strict';
import { user } from '../../src/api/core-records.ts';
import {
  type Auth,
  authRecords,
  createAuth,
  createRegistration,
  createUser,
  type NewUser,
  platformRoles,
} from '../../src/auth/index.ts';
import { authRoutes, type RouteDef, userRoutes } from '../../src/http/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { type Platform, startPlatform } from '../http/support.ts';

export const JWT_SECRET = 'a-secret-of-the-tests-that-is-long-enough';
export const PASSWORD = 'correct horse 7';
const ROLES = {
  ...platformRoles,
  operator: { uz: 'Operator', ru: 'Оператор', en: 'Operator' },
  otk: 'OTK',
  direktor: { uz: 'Direktor' },
};

export interface World {
  readonly test: TestDatabase;
  readonly auth: Auth;
  readonly platform: Platform;
  /** Moves the clock of sign-in on by milliseconds. */
  pass(ms: number): void;
  add(given: Partial<NewUser> & { username: string }): Promise<string>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, access?: string, headers?: Record<string, string>): Promise<Response>;
  end(): Promise<void>;
}

/** A real database, the real server, and a clock that can be moved. */
export async function startWorld(more: readonly RouteDef[] = []): Promise<World> {
  const test = await testDatabase({ records: [user, ...authRecords] });
  let offset = 0;
  const auth = createAuth({
    db: test.db,
    settings: { JWT_SECRET },
    now: () => new Date(Date.now() + offset),
  });
  await auth.keepRoles(test.organizationId, ROLES);
  const registration = createRegistration({
    auth,
    run: async () => assert.fail('nobody registers here'),
    settings: { REGISTRATION_ROLE: null, REGISTRATION_WAITS: false },
    organizationId: test.organizationId,
  });
  const platform = await startPlatform({
    auth,
    routes: [
      ...authRoutes(auth, registration, test.organizationId),
      ...userRoutes({
        db: test.db,
        roles: ROLES,
        permissions: () => [
          { code: 'package.create', name: { uz: 'Paket' }, roles: ['operator'] },
          { code: 'gate.read', name: 'Gates', roles: '*' },
        ],
      }),
      ...more,
    ],
  });
  const send = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
    fetch(`${platform.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    test,
    auth,
    platform,
    pass: (ms) => {
      offset += ms;
    },
    async add(given) {
      const made = await test.db.transaction(test.organizationId, (tx) =>
        createUser(tx, {
          full_name: given.username,
          position: 'operator',
          password: PASSWORD,
          ...given,
        }),
      );
      return made.id;
    },
    post: (path, body, headers = {}) => send('POST', path, body, headers),
    get: (path, access, headers = {}) =>
      send('GET', path, undefined, {
        ...(access ? { Authorization: `Bearer ${access}` } : {}),
        ...headers,
      }),
    async end() {
      await platform.end();
      await test.close();
    },
  };
}

export interface Session {
  readonly access: string;
  readonly refresh: string;
  readonly expires_in: number;
  readonly user: { id: string; role: string; roles: string[] };
}

export async function signIn(
  world: World,
  username: string,
  password = PASSWORD,
): Promise<Session> {
  const response = await world.post('/auth/login', { username, password });
  if (response.status !== 200) throw new Error(`sign-in of ${username}: ${response.status}`);
  return (await response.json()) as Session;
}
