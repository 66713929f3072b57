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

approval mended
  on lamp.break
  when not input.broken
  steps operator then admin
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
    const asked = await plant.admin.post(`/lamps/${lamp.id}/break`, { broken: false });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
  });
  after(() => plant.stop());

  const verify = (...more: string[]) => verifySince('2020-01-01', ...more);
  const verifySince = (since: string, ...more: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const args = ['-C', 'qoida-src', MAIN, 'decisions', 'verify', '--since', since, ...more];
      const env = { ...process.env, QOIDA_DATA: plant.dataDir, TZ: 'America/New_York' };
      execFile(process.execPath, args, { env }, (error: ExecFileException | null, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('what was decided and done comes out the same', async () => {
    const { code, out, err } = await verify();
    assert.match(
      out,
      /^5 decision\(s\), [4-9] run\(s\), [1-9]\d* near miss\(es\) and 1 request\(s\) taken again, 0 differ/m,
      out + err,
    );
    assert.doesNotMatch(out, /not taken again/);
    assert.equal(code, 0);
  });

  it('near misses of before it was kept what they were asked on are counted in a line', async () => {
    const [kept] = await plant.asOwner<{ id: string; asked_on: unknown }>(
      'select id, asked_on from rule_traces limit 1',
    );
    const set = (value: string | null) =>
      plant.asOwner('update rule_traces set asked_on = $2::jsonb where id = $1', [kept?.id, value]);
    await set(null);
    const { code, out } = await verify();
    assert.match(out, /^1 near miss\(es\) not taken again: they are of before/m, out);
    assert.equal(code, 0);
    await set(JSON.stringify(kept?.asked_on));
  });

  it('a day is the plant’s, whatever the clocks of this machine say', async () => {
    const [kept] = await plant.asOwner<{ id: string; decided_at: Date }>(
      'select id, decided_at from decisions limit 1',
    );
    const set = (at: Date) =>
      plant.asOwner('update decisions set decided_at = $2 where id = $1', [kept?.id, at]);
    // Half past one in the night of the plant, which is in Tashkent.
    await set(new Date('2025-03-31T20:30:00Z'));
    const that = await verifySince('2025-04-01', '--until', '2025-04-02');
    assert.match(that.out, /^1 decision\(s\)/m, that.out + that.err);
    const before = await verifySince('2025-03-31', '--until', '2025-04-01');
    assert.match(before.out, /^0 decision\(s\)/m, before.out + before.err);
    await set(kept?.decided_at ?? new Date());
    assert.equal((await verifySince('2025-09-31')).code, 2);
  });

  it('a decision of which not enough was kept is named, and the exit code is 4', async () => {
    const [kept] = await plant.asOwner<{ id: string; seal: string }>(
      `select id, seal from decisions where verdict = 'refused'`,
    );
    const set = (seal: string | null, cut: string, broken: string) =>
      plant.asOwner(
        `update decisions set seal = $2, cut = $3::text[], facts = jsonb_set(facts, '{lamp,broken}', $4)
         where id = $1`,
        [kept?.id, seal, cut, broken],
      );
    await set(null, '{lamp}', 'false');
    const { code, out } = await verify();
    assert.match(out, new RegExp(`^decision ${kept?.id}: can't be told`, 'm'), out);
    assert.match(out, /0 differ, 1 can't be told/, out);
    assert.equal(code, 4);
    await set(kept?.seal ?? null, '{}', 'true');
  });

  it('an altered decision and an altered run are named, and the exit code is 1', async () => {
    const [decision] = await plant.asOwner<{ id: string }>(
      `update decisions set verdict = 'allowed' where verdict = 'refused' returning id`,
    );
    const [run] = await plant.asOwner<{ run_id: string }>(
      `update rule_actions set args = jsonb_set(args, '{lit}', 'false')
       where args @> '{"lit": true}' returning run_id`,
    );
    const [miss] = await plant.asOwner<{ id: string }>(
      `update rule_traces set conditions = '[]'
       where id = (select id from rule_traces where conditions <> '[]' limit 1) returning id`,
    );
    const [request] = await plant.asOwner<{ id: string }>(
      `update approval_requests set stages = '[{"kind":"role","role":"operator"}]' returning id`,
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
        ['near_miss', miss?.id, 'differs'],
        ['request', request?.id, 'differs'],
      ],
    );
    const { differing, untold, not_taken } = lines.at(-1);
    assert.deepEqual([differing, untold, not_taken], [4, 0, {}]);
    assert.equal(code, 1);
  });

  it('a moment that is none is wrong usage', async () => {
    const { code, err } = await verify('--until', 'someday');
    assert.equal(code, 2);
    assert.match(err, /someday/);
  });
});
