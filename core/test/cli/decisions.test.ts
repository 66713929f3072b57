import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { writeRunFile } from '../../src/cli/run-file.ts';
import { startTestPlatform, type TestPlatform, until } from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const GATE = `
gate broken_stays_dark
  on lamp.switch
  block when lamp.broken and input.lit
  message "{lamp.code} is broken"
  release never
`;

describe('qoida decisions verify', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    writeRunFile(plant.dataDir, {
      pid: process.pid,
      url: plant.url,
      token: plant.platform.localToken,
    });
    const module = 'lamps.lights';
    const { body } = await plant.admin.get(`/rules/modules/${module}`);
    const published = await plant.admin.post(`/rules/modules/${module}/publish`, {
      text: body.text + GATE,
      base_version: body.version,
      note: 'a gate',
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    const { body: lamp } = await plant.admin.post('/lamps', { code: 'L-1' });
    await plant.admin.post(`/lamps/${lamp.id}/press`, { kind: 'click' });
    await until(async () => {
      const runs = await plant.asOwner<{ rule: string; status: string }>(
        'select rule, status from rule_runs',
      );
      const silent = runs.some(({ rule }) => rule === 'lamps.lights.off_after_quiet');
      return silent && runs.every(({ status }) => status !== 'running') ? runs : null;
    }, 'the runs of a click, and the silence after it');
    await plant.admin.post(`/lamps/${lamp.id}/break`, { broken: true });
    const refused = await plant.admin.post(`/lamps/${lamp.id}/switch`, { lit: true });
    assert.equal(refused.status, 409);
  });
  after(() => plant.stop());

  const verify = (...more: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const args = [
        '-C',
        'qoida-src',
        MAIN,
        'decisions',
        'verify',
        '--since',
        '2020-01-01',
        ...more,
      ];
      const env = { ...process.env, QOIDA_DATA: plant.dataDir };
      execFile(process.execPath, args, { env }, (error: ExecFileException | null, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('what was decided and done comes out the same', async () => {
    const { code, out, err } = await verify();
    assert.match(out, /^3 decision\(s\) and [4-9] run\(s\) taken again, 0 differ/, out + err);
    assert.equal(code, 0);
  });

  it('an altered decision and an altered run are named, and the exit code is 1', async () => {
    const [decision] = await plant.asOwner<{ id: string }>(
      `update decisions set verdict = 'allowed' where verdict = 'refused' returning id`,
    );
    const [run] = await plant.asOwner<{ run_id: string }>(
      `update rule_actions set args = jsonb_set(args, '{lit}', 'false')
       where args @> '{"lit": true}' returning run_id`,
    );
    const { code, out } = await verify('--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.slice(0, -1).map(({ id, kind, reason }) => [kind, id, reason]),
      [
        ['decision', decision?.id, 'altered'],
        ['run', run?.run_id, 'differs'],
      ],
    );
    const { differing, untold } = lines.at(-1);
    assert.deepEqual([differing, untold], [2, 0]);
    assert.equal(code, 1);
  });

  it('a moment that is none is wrong usage', async () => {
    const { code, err } = await verify('--until', 'someday');
    assert.equal(code, 2);
    assert.match(err, /someday/);
  });
});
