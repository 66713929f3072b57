import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';
import { PASSWORD } from './support.ts';

/** An answer as it came, read. */
export interface Told {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: Headers;
  /** Its specific reason, where it is a refusal. */
  readonly reason: string | undefined;
}

export interface House {
  readonly plant: TestPlatform;
  /** A call of somebody who is not signed in, from an address of their own unless one is given. */
  ask(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** Registers with a good name and password unless others are given. */
  register(given: object, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** How many people there are whose username begins so. */
  people(username: string): Promise<number>;
}

/** A platform with an administrator, behind a proxy so that people come from many addresses. */
export async function openHouse(settings: Readonly<Record<string, string>>): Promise<House> {
  const plant = await startTestPlatform({
    plugins: [lamps],
    settings: { TRUSTED_PROXIES: '127.0.0.1', ...settings },
  });
  await plant.as('admin');
  let calls = 0;
  const ask: House['ask'] = async (path, body, headers = {}) => {
    calls += 1;
    const response = await fetch(`${plant.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': 'en',
        'x-forwarded-for': `10.0.${Math.floor(calls / 200)}.${calls % 200}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const read = text === '' ? undefined : JSON.parse(text);
    return {
      status: response.status,
      body: read,
      headers: response.headers,
      reason: read?.error?.reason,
    };
  };
  return {
    plant,
    ask,
    register: (given, headers) =>
      ask('/auth/register', { full_name: 'Ali Valiyev', password: PASSWORD, ...given }, headers),
    async people(username) {
      const [row] = await plant.asOwner<{ found: number }>(
        "select count(*)::integer as found from users where username like $1 || '%'",
        [username],
      );
      return row?.found ?? 0;
    },
  };
}
