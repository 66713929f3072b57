import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../api/operations.ts';
import type { DemoContext, Plugin } from '../api/plugin.ts';
import { writePrivateJson } from '../config/index.ts';
import type { Road } from '../operations/index.ts';
import { rolesOf } from './catalog.ts';
import { modelsOf } from './declare.ts';
import type { Progress } from './progress.ts';

/** What `demo.json` holds, for people and scripts. */
export interface DemoFile {
  readonly users: Readonly<Record<string, { username: string; password: string }>>;
  readonly devices: Readonly<Record<string, { id: string; secret: string }>>;
}

/** People of the demo plant (F-UAT-10); the first of a position stands for it in `demo.json`. */
const PEOPLE: readonly (readonly [
  username: string,
  name: string,
  position: string,
  grade: string | null,
])[] = [
  ['admin', 'Administrator', 'admin', null],
  ['direktor', 'Anvar Karimov', 'direktor', null],
  ['texnolog', 'Dilshod Rahimov', 'texnolog', null],
  ['sex_boshligi', 'Bobur Toshmatov', 'sex_boshligi', null],
  ['operator', 'Jasur Aliyev', 'operator', 'katta'],
  ['operator2', 'Sardor Yusupov', 'operator', 'katta'],
  ['stajor', 'Otabek Nazarov', 'operator', 'stajor'],
  ['shop_op', 'Nodira Saidova', 'shop_op', null],
  ['main_ombor', 'Rustam Qodirov', 'main_ombor', null],
  ['fg_ombor', 'Malika Ergasheva', 'fg_ombor', null],
  ['otk', 'Gulnora Ismoilova', 'otk', null],
  ['drabilka_op', 'Shuhrat Mirzayev', 'drabilka_op', null],
  ['moliya', 'Zulfiya Hamidova', 'moliya', null],
  ['integrator', 'Farrux Islomov', 'integrator', null],
];

export interface DemoParts {
  readonly dataDir: string;
  readonly road: Road;
  readonly plugins: readonly Plugin[];
  readonly organizationId: string;
  readonly progress: Progress;
}

/** Fills an empty platform with the demo plant once; later starts only read what was written. */
export async function ensureDemo(parts: DemoParts): Promise<DemoFile> {
  const path = join(parts.dataDir, 'demo.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as DemoFile;
  parts.progress('filling the demo plant');
  const users: Record<string, { username: string; password: string }> = {};
  const devices: Record<string, { id: string; secret: string }> = {};
  const system = systemActor(parts.organizationId);
  const run = async (operation: string, input: unknown): Promise<unknown> => {
    const { body } = await parts.road.run({ operation, input, actor: system });
    noteDevice(body, devices);
    return body;
  };
  const roles = rolesOf(parts.plugins);
  for (const [username, full_name, position, grade] of PEOPLE) {
    if (!Object.hasOwn(roles, position)) continue;
    const password = randomBytes(9).toString('base64url');
    await run('user.create', {
      username,
      full_name,
      position,
      password,
      ...(grade === null ? {} : { grade }),
    });
    users[position] ??= { username, password };
    if (username !== users[position].username) users[username] = { username, password };
  }
  const context: DemoContext = {
    models: new Set(modelsOf(parts.plugins).map(({ model }) => model)),
    run,
    importCsv: async (entity, csv) => void (await run(`import.${entity}`, { csv })),
  };
  for (const plugin of parts.plugins) await plugin.demo?.(context);
  const file = { users, devices };
  writePrivateJson(path, file);
  return file;
}

/** A secret is shown once, when a device is made; the demo keeps it for scripts. */
function noteDevice(body: unknown, devices: Record<string, { id: string; secret: string }>): void {
  if (typeof body !== 'object' || body === null) return;
  const { id, code, secret } = body as Record<string, unknown>;
  if (typeof id === 'string' && typeof code === 'string' && typeof secret === 'string')
    devices[code] = { id, secret };
}

/** The platform itself: demo, shipped rules, background work. */
export function systemActor(organizationId: string): Actor {
  return {
    kind: 'system',
    id: null,
    name: 'system',
    roles: ['system'],
    locale: 'uz',
    organizationId,
  };
}
