import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRunFile } from '../../src/cli/run-file.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('a command that the platform refuses', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
  });
  after(() => plant.stop());

  const qoida = (...words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, QOIDA_DATA: plant.dataDir };
      const args = ['-C', 'qoida-src', MAIN, ...words];
      execFile(process.execPath, args, { env }, (error: ExecFileException | null, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  const run = (url: string) =>
    writeRunFile(plant.dataDir, { pid: process.pid, url, token: plant.platform.localToken });

  it('says so in the language of the command line, with the reason for scripts', async () => {
    run(plant.url);
    const anvar = ['user', 'add', 'anvar', '--name', 'Anvar', '--position', 'operator'];
    assert.equal((await qoida(...anvar)).code, 0);
    const { code, err } = await qoida(...anvar);
    assert.equal(code, 1);
    assert.match(err, /^[\x20-\x7e‘’“”]+ \([a-z_]+\)\n/);
    assert.match(err, /already/i);
  });

  it('says that no platform runs here, or that it answers no more, and what to do', async () => {
    run('http://127.0.0.1:9');
    const silent = await qoida('user', 'list');
    assert.equal(silent.code, 3);
    assert.match(silent.err, /^http:\/\/127\.0\.0\.1:9 doesn't answer.*npm start/);
    rmSync(join(plant.dataDir, 'run.json'));
    const none = await qoida('user', 'list');
    assert.equal(none.code, 3);
    assert.match(none.err, /^No platform runs on .*npm start/);
  });
});
