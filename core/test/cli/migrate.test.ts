import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = promisify(execFile);

describe('qoida migrate draft', function () {
  this.timeout(60_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-migrate-'));
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  it('knows the records of the platform that a plugin refers to', async () => {
    const { stdout } = await run(
      process.execPath,
      ['-C', 'qoida-src', MAIN, 'migrate', 'draft', 'factory'],
      { env: { ...process.env, QOIDA_DATA: dataDir } },
    );
    assert.equal(stdout.trim().split('\n').at(-1), '-- nothing to do');
  });
});
