import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../src/http/log.ts';
import { configure } from '../../src/platform/configuration.ts';
import { type Platform, startPlatform } from '../../src/platform/start.ts';
import { APP_PASSWORD } from '../../src/testing/database.ts';
import {
  clientOf,
  type TestClient,
  type TestDatabase,
  testDatabase,
  until,
} from '../../src/testing/index.ts';
import { BURN, kilns } from './kilns.ts';
import { found, MODULE, today } from './works.ts';

describe('rehearsal across restarts', () => {
  let database: TestDatabase;
  let dataDir: string;
  let platform: Platform | undefined;
  let admin: TestClient;
  const from = new Date(Date.now() - 3_600_000).toISOString();

  before(async () => {
    const folder = kilns.migrations as URL;
    database = await testDatabase({ migrations: [{ owner: kilns.name, folder }] });
    dataDir = mkdtempSync(join(tmpdir(), 'qoida-restart-'));
    const secrets = JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD });
    writeFileSync(join(dataDir, 'secrets.json'), secrets, { mode: 0o600 });
  });
  after(async () => {
    await platform?.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Starts the platform, after it was stopped where it ran. */
  async function start(settings: Readonly<Record<string, string>>): Promise<void> {
    await platform?.stop();
    const env = {
      QOIDA_PORT: '0',
      QOIDA_DATA: dataDir,
      NODE_RED: 'false',
      DB_DSN: database.ownerDsn,
      ...settings,
    };
    platform = await startPlatform({
      configuration: await configure(env, [kilns]),
      version: 'test',
      demo: false,
      log: createLog({ level: 'silent', readable: true }),
      progress: () => undefined,
    });
    admin = clientOf(platform.url, platform.localToken);
  }

  async function fire(code: string, mass_kg: number): Promise<void> {
    const { body } = await admin.post('/loads', { code, day: today(), mass_kg });
    assert.equal((await admin.post(`/loads/${body.id}/fire`)).status, 200);
    await until(async () => {
      const rows = await database.asOwner(
        `select 1 from outbox where delivered_at is null
         union all select 1 from rule_runs where status = 'running'`,
      );
      return rows.length === 0 ? true : null;
    }, 'everything to be delivered');
  }

  async function rehearse(to: string, text?: string) {
    const modules = text === undefined ? [] : [{ module: MODULE, text }];
    const asked = await admin.post('/rules/rehearse', { from, to, modules });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    return until(async () => {
      const { body } = await admin.get(`/rules/rehearsals/${asked.body.id}`);
      return body.state === 'done' ? body : null;
    }, 'the end of a rehearsal');
  }

  it('what was recorded is asked with the settings of its time, and gives the same bytes', async () => {
    await start({ KILN_BIG_KG: '50' });
    await fire('A', 70);
    await start({ KILN_BIG_KG: '100' });
    await fire('B', 70);
    await fire('C', 150);
    const runs = await database.asOwner(`select 1 from rule_runs where rule like '%.note_big'`);
    assert.equal(runs.length, 2);
    const to = new Date().toISOString();

    const asItStands = await rehearse(to);
    assert.deepEqual(found(asItStands.result.figures), {});
    // Twice as much: of what was 50 kg then, and 100 kg later.
    const draft = BURN.replace('settings.kiln_big_kg', 'settings.kiln_big_kg * 2');
    const stricter = await rehearse(to, draft);
    assert.deepEqual(found(stricter.result.figures), { would_not_run: 2 });

    await start({ KILN_BIG_KG: '100' });
    const again = await rehearse(to, draft);
    assert.equal(again.result_sha256, stricter.result_sha256);
    assert.deepEqual(again.result, stricter.result);
  });
});
