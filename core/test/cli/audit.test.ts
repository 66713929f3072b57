import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRunFile } from '../../src/cli/run-file.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('qoida audit', () => {
  let plant: TestPlatform;
  let lamp: string;
  beforeEach(async () => {
    plant = await startTestPlatform({
      plugins: [lamps],
      settings: { AUDIT_CHECKPOINT_MINUTES: '0', AUDIT_CHECK_HOURS: '0' },
    });
    writeRunFile(plant.dataDir, {
      pid: process.pid,
      url: plant.url,
      token: plant.platform.localToken,
    });
    const { body } = await plant.admin.post('/lamps', { code: 'L-1' });
    lamp = body.id;
    await plant.admin.post(`/lamps/${lamp}/break`, { broken: true });
    await plant.admin.post(`/lamps/${lamp}/break`, { broken: false });
  });
  afterEach(() => plant.stop());

  const qoida = (...words: string[]) => qoidaIn(plant.dataDir, ...words);
  const qoidaIn = (dataDir: string, ...words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const args = ['-C', 'qoida-src', MAIN, 'audit', ...words];
      const env = { ...process.env, QOIDA_DATA: dataDir };
      execFile(process.execPath, args, { env }, (error: ExecFileException | null, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  const file = (name: string) => join(plant.dataDir, name);
  const rows = async () => {
    const found = await plant.asOwner<{ id: string }>(
      'select id from audit_log where object_id = $1 order by position',
      [lamp],
    );
    return found.map(({ id }) => id);
  };

  it('an honest log is whole, and a copy proves itself without the platform', async () => {
    const made = await qoida('checkpoint', '--out', file('one.json'));
    assert.equal(made.code, 0, made.err);
    assert.match(made.err, /^checkpoint 1 of .*: \d+ entries of \d+ objects, key [0-9a-f]{32}/);
    const key = /key ([0-9a-f]{32})/.exec(made.err)?.[1] ?? '';
    const again = await qoida('verify', '--checkpoint', file('one.json'), '--key', key);
    assert.match(
      again.out,
      /^\d+ row\(s\) of \d+ object\(s\) and 1 checkpoint\(s\) checked, 1 copy held against them: 0 fault\(s\)/,
      again.err,
    );
    assert.equal(again.code, 0);
    const alone = await qoida('check-file', file('one.json'), '--key', key);
    assert.match(alone.out, /^checkpoint 1 of/);
    assert.equal(alone.code, 0);
    const other = await qoida('check-file', file('one.json'), '--key', 'feed');
    assert.match(other.err, /key_not_trusted/);
    assert.equal(other.code, 1);
  });

  it('names what was edited, deleted, inserted, reordered and cut off', async () => {
    const [first, second, third] = await rows();
    await plant.asOwner("update audit_log set action = 'x' where id = $1", [second]);
    const edited = await qoida('verify');
    assert.match(edited.out, new RegExp(`row ${second} of lamp ${lamp}: edited`));
    assert.equal(edited.code, 1);
    await plant.asOwner('delete from audit_log where id = $1', [second]);
    const deleted = await qoida('verify', '--json');
    assert.deepEqual(JSON.parse(deleted.out.split('\n')[0] ?? ''), {
      id: third,
      object_type: 'lamp',
      object_id: lamp,
      kind: 'deleted',
    });
    await plant.asOwner('delete from audit_log where id = $1', [third]);
    const cut = await qoida('verify', '--since', '2020-01-01');
    assert.equal((await qoida('verify', '--since', '2025-09-31')).code, 2);
    assert.match(cut.out, new RegExp(`^lamp ${lamp}: truncated`));
    await plant.asOwner('delete from audit_log where id = $1', [first]);
  });

  it('a copy names what the log and its own checkpoints hide', async () => {
    await qoida('checkpoint');
    await plant.admin.post(`/lamps/${lamp}/break`, { broken: true });
    await qoida('checkpoint');
    assert.equal((await qoida('export', '--out', file('all.json'))).code, 0);
    assert.equal(readFileSync(file('all.json'), 'utf8').trim().split('\n').length, 2);
    for (const table of ['audit_log', 'audit_heads', 'audit_checkpoint_objects'])
      await plant.asOwner(`delete from ${table} where object_id = $1`, [lamp]);
    await plant.asOwner('delete from audit_checkpoint_objects');
    await plant.asOwner('delete from audit_checkpoints');
    const blind = await qoida('verify');
    assert.equal(blind.code, 0, blind.out);
    const { code, out } = await qoida('verify', '--checkpoint', file('all.json'));
    assert.match(out, /checkpoint 1: deleted/);
    assert.match(out, /checkpoint 2: deleted/);
    assert.match(out, new RegExp(`lamp ${lamp}: deleted, nothing of it is left \\(shown by`));
    assert.equal(code, 1);
  });

  it('checkpoints made anew are not those of the copies', async () => {
    await qoida('checkpoint', '--out', file('one.json'));
    await plant.asOwner('delete from audit_checkpoint_objects');
    await plant.asOwner('delete from audit_checkpoints');
    await qoida('checkpoint');
    const { code, out } = await qoida('verify', '--checkpoint', file('one.json'));
    assert.match(out, /checkpoint 1: rewritten/);
    assert.equal(code, 1);
  });

  it('a changed copy, a file that is none and wrong words are refused with a sentence', async () => {
    await qoida('checkpoint', '--out', file('one.json'));
    const copy = JSON.parse(readFileSync(file('one.json'), 'utf8'));
    writeFileSync(file('changed.json'), JSON.stringify({ ...copy, entries: 1 }));
    writeFileSync(file('none.json'), 'no');
    const changed = await qoida('verify', '--checkpoint', file('changed.json'));
    assert.match(changed.err, /signature does not fit: the copy was changed/);
    assert.equal(changed.code, 1);
    assert.equal((await qoida('check-file', file('none.json'))).code, 2);
    assert.equal((await qoida('check-file', file('nowhere.json'))).code, 2);
    assert.equal((await qoida('verify', '--since', 'someday')).code, 2);
    assert.equal((await qoida('export', '--since', 'x', '--out', '-')).code, 2);
  });

  it('an exported log is proved with nothing but the public key; one that was changed is not', async () => {
    const { err } = await qoida('checkpoint');
    const key = /key ([0-9a-f]{32})/.exec(err)?.[1] ?? '';
    const log = file('log.jsonl');
    assert.match((await qoida('export', '--log', '--out', log)).err, /the log is written: \d+/);
    // No platform anywhere.
    const alone = (...words: string[]) => qoidaIn('/nowhere', 'verify', '--file', log, ...words);
    const honest = await alone('--key', key);
    assert.match(honest.out, /^\d+ row\(s\).* and 1 checkpoint\(s\).*: 0 fault\(s\)/, honest.err);
    assert.match(honest.err, /exported by local-commands at .*\nproved up to checkpoint 1 of/);
    assert.equal(honest.code, 0);
    writeFileSync(log, readFileSync(log, 'utf8').replaceAll('"lamp.break"', '"lamp.steal"'));
    // Without a key it tells with which one it was signed.
    const forged = await alone();
    const named = `one of the entries 1 to 3 of lamp ${lamp}: edited since checkpoint 1 was signed`;
    assert.match(forged.out, new RegExp(`^${named}`));
    assert.match(forged.err, new RegExp(`signed with key ${key}: hold this against`));
    assert.equal(forged.code, 1);
  });

  it('a new key goes on from the old one', async () => {
    const first = await qoida('checkpoint', '--out', file('one.json'));
    const key = /key ([0-9a-f]{32})/.exec(first.err)?.[1] ?? '';
    assert.match((await qoida('rotate-key')).out, /signed with key [0-9a-f]{32}/);
    const second = await qoida('checkpoint', '--out', file('two.json'));
    assert.doesNotMatch(second.err, new RegExp(key));
    const both = ['--checkpoint', file('one.json'), file('two.json')];
    const { code, err } = await qoida('verify', ...both, '--key', key);
    assert.equal(code, 0, err);
  });
});
