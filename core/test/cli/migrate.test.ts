import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { APP_PASSWORD, type TestDatabase, testDatabase } from '../../src/testing/index.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = promisify(execFile);

describe('qoida migrate draft', () => {
  let database: TestDatabase;
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-migrate-'));
  before(async () => {
    database = await testDatabase();
    // The role is the whole server's: its password has to stay the one that the other tests know.
    const secrets = JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD });
    writeFileSync(join(dataDir, 'secrets.json'), secrets, { mode: 0o600 });
  });
  after(async () => {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('knows the records of the platform that a plugin refers to; nothing but the draft is on stdout', async () => {
    const { stdout } = await run(
      process.execPath,
      ['-C', 'qoida-src', MAIN, 'migrate', 'draft', 'factory'],
      { env: { ...process.env, QOIDA_DATA: dataDir, DB_DSN: database.ownerDsn } },
    );
    assert.equal(stdout, '-- nothing to do\n');
  });
});
