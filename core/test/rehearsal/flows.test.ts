import assert from 'node:assert/strict';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { lamps } from '../automations/lamps.ts';
import type { Rehearsed } from './support.ts';

const MODULE = 'lamps.lights';
const DAY_MS = 86_400_000;

describe('rehearsal of automations', () => {
  let plant: TestPlatform;
  let admin: TestClient;
  let text: string;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    admin = plant.admin;
    text = (await admin.get(`/rules/modules/${MODULE}`)).body.text;
    const press = async (kind: string, held: number) => {
      const { body } = await admin.post('/lamps', { code: `${kind}-${held}` });
      await admin.post(`/lamps/${body.id}/press`, { kind, held });
    };
    await press('click', 0);
    await press('hold', 12);
    await press('hold', 11);
    await until(async () => {
      const runs = await plant.asOwner<{ rule: string; status: string }>(
        'select rule, status from rule_runs',
      );
      const silent = runs.filter(({ rule }) => rule === `${MODULE}.off_after_quiet`);
      const all = runs.every(({ status }) => status !== 'running');
      return silent.length === 3 && all ? runs : null;
    }, 'three silences');
  });
  after(() => plant.stop());

  async function rehearse(
    draft: string,
    from = new Date(Date.now() - 3_600_000).toISOString(),
  ): Promise<Rehearsed['result']> {
    const asked = await admin.post('/rules/rehearse', {
      from,
      modules: [{ module: MODULE, text: draft }],
    });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const ended = await until(async () => {
      const { body } = await admin.get(`/rules/rehearsals/${asked.body.id}`);
      return ['waiting', 'running'].includes(body.state) ? null : body;
    }, 'the end');
    assert.equal(ended.state, 'done', String(ended.error));
    return ended.result;
  }
  const found = ({ figures }: Rehearsed['result']) =>
    Object.fromEntries(Object.entries(figures).filter(([, count]) => count > 0));

  it('silences, cooldowns and chains of what stands come out as they happened', async () => {
    const result = await rehearse(text);
    assert.deepEqual(found(result), {});
    assert.ok((result.asked.runs ?? 0) >= 5, JSON.stringify(result.asked));
  });

  it('a longer silence, and no cooldown', async () => {
    const longer = await rehearse(text.replace('for 1 s per', 'for 1 h per'));
    assert.deepEqual(found(longer), { would_not_run: 3 });
    const eager = await rehearse(text.replace('  cooldown 30 s\n', ''));
    assert.deepEqual(found(eager), { would_run: 1 });
  });

  it('a schedule that there was not, since the plant has rules', async () => {
    await plant.asOwner(`update rule_sets set created_at = now() - interval '3 days'`);
    const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS).toISOString();
    const id = '00000000-0000-4000-8000-00000000000a';
    const more = `
schedule each_night
  every day at 03:00
  do lamp.note(lamp_id: "${id}")
`;
    const result = await rehearse(text + more, from);
    const { by } = result;
    // Three nights, or the fourth in part: the plant was there for no longer.
    const nights = by.find(({ of }) => of === `${MODULE}.each_night`);
    assert.ok([2, 3, 4].includes(nights?.count ?? 0), JSON.stringify(by));
  });

  it('a schedule of seconds is told to its end, however many there are', async () => {
    const hours = 15;
    await plant.asOwner(`update rule_sets set created_at = now() - interval '3 days'`);
    const from = new Date(Math.floor(Date.now() / 60_000) * 60_000 - hours * 3_600_000);
    const more = `
schedule each_five_seconds
  every 5 s
  do lamp.note(lamp_id: "00000000-0000-4000-8000-00000000000a")
`;
    const { by } = await rehearse(text + more, from.toISOString());
    const found = by.find(({ of }) => of === `${MODULE}.each_five_seconds`);
    const passed = (Date.now() - from.getTime()) / 5_000;
    const count = found?.count ?? 0;
    assert.ok(count >= hours * 720 && count <= passed + 1, `${count} of ${passed}`);
  });

  it('a silence that would be told much later is told as another moment', async () => {
    // All of it ten minutes ago, so that there is time enough for a longer silence.
    for (const [table, columns] of [
      ['outbox', ['created_at', 'occurred_at', 'delivered_at']],
      ['rule_runs', ['at', 'decided_at']],
      ['rule_sets', ['created_at']],
    ] as const)
      await plant.asOwner(
        `update ${table} set ${columns.map((name) => `${name} = ${name} - interval '10 minutes'`).join(', ')}`,
      );
    const result = await rehearse(text.replace('for 1 s per', 'for 3 min per'));
    assert.deepEqual(found(result), { acts_otherwise: 3 });
    assert.deepEqual(found(await rehearse(text)), {});
  });

  it('what a person has switched off is not said to run', async () => {
    const rule = `${MODULE}.light_on_press`;
    await plant.asOwner(
      `insert into rule_switches (organization_id, rule, off, reason, changed_at)
       select id, $1, true, 'noisy', now() from organizations`,
      [rule],
    );
    const result = await rehearse(text.replace('kind = `click`', 'kind != `click`'));
    assert.deepEqual(found(result), {});
    assert.deepEqual(result.undecidable, [
      { of: rule, reason: 'rule_switched_off', names: [], count: 1 },
    ]);
  });
});
