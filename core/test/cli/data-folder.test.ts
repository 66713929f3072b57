import assert from 'node:assert/strict';
import { type ExecFileException, execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('a data folder where nothing can be kept stops the start in a sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-data-'));
  chmodSync(folder, 0o755);
  after(() => rmSync(folder, { recursive: true, force: true }));

  const refused = (dataDir: string, expected: RegExp, command = 'start') =>
    new Promise<void>((resolve, reject) => {
      const env = { ...process.env, QOIDA_DATA: dataDir, QOIDA_PORT: '0', DB_DSN: '' };
      const args = ['-C', 'qoida-src', MAIN, command];
      // A start that hangs takes no notice of SIGTERM.
      const limits = { timeout: 30_000, killSignal: 'SIGKILL' as const };
      const options = { env, ...limits };
      execFile(process.execPath, args, options, (error: ExecFileException | null, _out, said) => {
        try {
          assert.match(said, expected);
          assert.equal(error?.code, 3, said);
          assert.doesNotMatch(said, /^\s+at /m, 'a stack trace is for faults of ours');
          resolve();
        } catch (fault) {
          reject(fault);
        }
      });
    });

  it('the system lets no folder be made there', async function () {
    if (process.platform !== 'linux') this.skip();
    const expected =
      /^The data folder \/proc\/qoida\/data can't be made: \/proc takes no new folder \(ENOENT\)\. Give another folder in QOIDA_DATA\.$/m;
    await refused('/proc/qoida/data', expected);
    await refused('/proc/qoida/data', expected, 'migrate');
  });

  it('it is a file, or one above it is', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await refused(file, /^QOIDA_DATA names the folder \S+, but \S+file is a file\. Give another/m);
    await refused(
      join(file, 'in', 'it'),
      /^QOIDA_DATA names the folder \S+file\/in\/it, but \S+file is a/m,
    );
  });

  it('it may only be read', async function () {
    // Root may write what others may not, but not what the system keeps for itself.
    const readOnly = process.getuid?.() === 0 ? '/proc/self' : join(folder, 'read-only');
    if (process.getuid?.() === 0 && process.platform !== 'linux') this.skip();
    if (process.getuid?.() !== 0) {
      mkdirSync(readOnly);
      chmodSync(readOnly, 0o555);
    }
    await refused(
      readOnly,
      /^The data folder \S+ can't be written \((ENOENT|EACCES)\)\. Give another folder in QOIDA_DATA/m,
    );
  });

  it('its disk is full, or has no room for a new database', async function () {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      this.skip(); // only root, and not in every container, makes a small disk
    }
    try {
      await refused(
        join(disk, 'data'),
        /^The disk of the folder \S+ is full: 1 MB are free, and a new database takes 64 MB\. Free some/m,
      );
      // What is too large for the disk fills it to its last byte.
      assert.throws(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(2_000_000)), /ENOSPC/);
      await refused(join(disk, 'data'), /^The disk of the folder \S+ is full: 0 MB are free/m);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
