import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRunFile } from '../../src/cli/run-file.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const MODULE = 'lamps.lights';
const gate = (condition: string) => `
gate broken_stays_dark
  on lamp.switch
  block when ${condition}
  message "{lamp.code} is broken"
  release never
`;

describe('qoida rule export and import', function () {
  this.timeout(240_000);
  let plant: TestPlatform;
  let folder: string;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    folder = mkdtempSync(join(tmpdir(), 'qoida-rules-'));
    writeRunFile(plant.dataDir, {
      pid: process.pid,
      url: plant.url,
      token: plant.platform.localToken,
    });
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await plant.stop();
  });

  const rule = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, QOIDA_DATA: plant.dataDir };
      execFile(
        process.execPath,
        ['-C', 'qoida-src', MAIN, 'rule', ...args],
        { env },
        (error: ExecFileException | null, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  const file = () => join(folder, 'lamps', 'lights.qoida');
  const inForce = async () => (await plant.admin.get(`/rules/modules/${MODULE}`)).body;

  it('writes a file a module, byte for byte, and what comes back changes nothing', async () => {
    const { code, out, err } = await rule('export', folder);
    assert.equal(code, 0, err);
    assert.match(out, /^\d+ module\(s\) written/);
    assert.equal(readFileSync(file(), 'utf8'), (await inForce()).text);
    const again = await rule('import', folder, '--publish', '--note', 'nothing new');
    assert.match(again.out, /, 0 differ from what is in force\n$/, again.err);
    assert.equal((await inForce()).version, 1);
    const second = mkdtempSync(join(tmpdir(), 'qoida-rules-'));
    await rule('export', second);
    assert.deepEqual(
      readdirSync(second, { recursive: true }),
      readdirSync(folder, { recursive: true }),
    );
    rmSync(second, { recursive: true });
  });

  it('tells what files would change before it does anything, then publishes them', async () => {
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text + gate('lamp.broken'));
    const dry = await rule('import', folder);
    assert.match(dry.out, /lamps\.lights\n {2}new: gate broken_stays_dark \[stricter\]/, dry.err);
    assert.equal((await inForce()).version, 1);
    const done = await rule('import', folder, '--publish', '--note', 'from git');
    assert.match(done.out, /lamps\.lights is at version 2/, done.err);
    assert.equal((await inForce()).text, text + gate('lamp.broken'));
  });

  it('a gate that is loosened has to be named; with --drafts nothing comes into force', async () => {
    const { text } = await inForce();
    writeFileSync(file(), text.replace('when lamp.broken', 'when lamp.broken and input.lit'));
    const refused = await rule('import', folder, '--publish', '--note', 'only lighting it');
    assert.equal(refused.code, 1);
    assert.match(refused.out, /needs --accept broken_stays_dark \(looser\)/);
    assert.match(refused.err, /guards_loosened/);
    assert.match((await rule('import', folder, '--drafts')).out, /kept as drafts/);
    assert.equal((await inForce()).version, 2);
    assert.match((await inForce()).draft.text, /and input\.lit/);
    const accepted = ['--accept', 'broken_stays_dark'];
    await rule('import', folder, '--publish', '--note', 'meant', ...accepted);
    assert.equal((await inForce()).version, 3);
  });

  it('a module that the plant has not got yet is made, and said to be new', async () => {
    const own = join(folder, 'own.qoida');
    const text = '\uFEFFmodule plant.own\r\n\r\nformula one(x: number): number = x\r\n';
    writeFileSync(own, text);
    const dry = await rule('import', folder);
    assert.match(dry.out, /plant\.own \(a new module\)/, dry.err);
    const done = await rule('import', folder, '--publish', '--note', 'ours');
    assert.match(done.out, /plant\.own is at version 2/, done.err);
    rmSync(own);
    await rule('export', folder);
    assert.equal(readFileSync(join(folder, 'plant', 'own.qoida'), 'utf8'), text);
  });

  it('a file that is no text in UTF-8 is named, and nothing is sent', async () => {
    const odd = join(folder, 'odd.qoida');
    writeFileSync(odd, Buffer.from('module plant.odd\n# \xff\n', 'latin1'));
    const { code, err } = await rule('import', folder, '--publish', '--note', 'odd');
    rmSync(odd);
    assert.equal(code, 2);
    assert.match(err, /odd\.qoida is not written in UTF-8/);
  });

  it('faulty files change nothing, and the exit code says so', async () => {
    writeFileSync(
      file(),
      (await inForce()).text + gate('lamp.code > 5 kg').replace('broken_stays_dark', 'wrong'),
    );
    const { code, out } = await rule('import', folder, '--publish', '--note', 'wrong');
    assert.equal(code, 1);
    assert.match(out, /error Q\d+ lamps\.lights\.qoida/);
    assert.equal((await inForce()).version, 3);
    assert.equal((await rule('import', folder, '--publish')).code, 2);
    assert.equal((await rule('import', join(folder, 'nowhere'))).code, 2);
  });
});
