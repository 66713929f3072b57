import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRunFile } from '../../src/cli/run-file.ts';
import { workModule } from '../rehearsal/batches.ts';
import { openShop, type Shop } from '../rehearsal/support.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('qoida rehearse', () => {
  let shop: Shop;
  let folder: string;
  let file: string;
  before(async () => {
    shop = await openShop();
    folder = mkdtempSync(join(tmpdir(), 'qoida-rehearse-'));
    file = join(folder, 'work.qoida');
    writeFileSync(file, workModule({ scrap: '2 kg', rate: '200' }));
    writeRunFile(shop.plant.dataDir, {
      pid: process.pid,
      url: shop.plant.url,
      token: shop.plant.platform.localToken,
    });
    assert.equal(await shop.finish(10, 3), 201);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await shop.plant.stop();
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const all = ['-C', 'qoida-src', MAIN, 'rehearse', ...args];
      const around = { ...process.env, ...env, QOIDA_DATA: shop.plant.dataDir };
      execFile(process.execPath, all, { env: around }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('tells the figures, by gate and by person', async () => {
    const { code, out, err } = await run(['--from', shop.from, '--module', `batches.work=${file}`]);
    assert.equal(code, 0, out + err);
    assert.match(out, /newly_blocked: 1\n {2}batch\.finish by too_much_scrap: 1/);
    assert.match(out, /batches\.work\.bonus\.pay, aziz: 1000 → 2000 UZS in 1 row/);
  });

  it('the same bytes on machines of another zone and language; --strict is for scripts', async () => {
    const args = ['--from', shop.from, '--to', new Date().toISOString(), '--json', '--items'];
    const draft = ['--module', `batches.work=${file}`, '--strict'];
    const here = await run([...args, ...draft], { TZ: 'Asia/Tashkent', LC_ALL: 'uz_UZ.UTF-8' });
    const there = await run([...args, ...draft], { TZ: 'America/New_York', LC_ALL: 'tr_TR.UTF-8' });
    assert.equal(here.code, 1, here.err);
    assert.equal(here.out, there.out);
    assert.equal(JSON.parse(here.out.split('\n')[0] ?? '').figures.newly_blocked, 1);
  });

  it('a day is the plant’s, whatever the clocks of this machine say', async () => {
    const period = async (env: Readonly<Record<string, string>>) => {
      const { out, err } = await run(
        ['--from', '2025-03-01', '--to', '2025-03-02T06:30', '--json'],
        env,
      );
      return JSON.parse(out === '' ? err : out).period;
    };
    const expected = {
      from: '2025-02-28T19:00:00.000Z',
      to: '2025-03-02T01:30:00.000Z',
      zone: 'Asia/Tashkent',
    };
    assert.deepEqual(await period({ TZ: 'America/New_York' }), expected);
    assert.deepEqual(await period({ TZ: 'Pacific/Auckland' }), expected);
    assert.equal((await run(['--from', '2025-09-31'])).code, 2);
  });

  it('differences as CSV, with who took them along', async () => {
    const csv = join(folder, 'differences.csv');
    const { code, err } = await run([
      ...['--from', shop.from, '--module', `batches.work=${file}`, '--csv', csv],
    ]);
    assert.equal(code, 0, err);
    const [head, ...lines] = readFileSync(csv, 'utf8').trim().split('\r\n');
    assert.match(head ?? '', /^no,kind,of,at,who,.*exported_by,exported_at$/);
    const pay = lines.find((line) => line.includes('kpi_changed'));
    assert.match(pay ?? '', /batches\.work\.bonus,,aziz,,,pay,1000,2000,UZS,true,[^,]+,\d{4}-/);
  });

  it('wrong words are wrong usage, a refusal is told with its reason', async () => {
    assert.equal((await run(['--from', 'someday'])).code, 2);
    assert.equal((await run(['--from', shop.from, '--module', 'nothing'])).code, 2);
    const none = await run(['--from', shop.from, '--draft', 'batches.work']);
    assert.equal(none.code, 1);
    assert.match(none.err, /rehearsal_no_draft/);
  });
});
