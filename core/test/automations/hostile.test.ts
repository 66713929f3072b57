import assert from 'node:assert/strict';
import { forgetOld } from '../../src/automations/retention.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/hostile.qoida', import.meta.url);
const MINUTE = 60_000;
const DAY = 86_400_000;

describe('automations under odd keys, clocks and floods', () => {
  let plant: Plant;
  const clock = { at: new Date('2026-03-10T10:00:00Z') };
  const later = (ms: number) => {
    clock.at = new Date(clock.at.getTime() + ms);
  };
  beforeEach(async () => {
    clock.at = new Date('2026-03-10T10:00:00Z');
    plant = await startPlant({ plugins: [bellsWith(RULES)], now: () => clock.at });
  });
  afterEach(() => plant.stop());

  const pull = async (bell: string, force: number) =>
    assert.equal((await plant.node.admin.post(`/bells/${bell}/pull`, { force })).status, 201);
  const rings = async (word: string) => {
    const { body } = await plant.node.admin.get(`/rings?word=${word}&page_size=1`);
    return body.total as number;
  };
  const heard = (word: string, count: number) =>
    until(async () => (await rings(word)) === count, `${count} times ${word}`);
  const quiet = () =>
    until(async () => {
      const [row] = await plant.asOwner<{ left: number }>(
        `select (select count(*) from outbox where delivered_at is null)
           + (select count(*) from rule_actions where status in ('ready', 'running', 'waiting'))
           + (select count(*) from rule_states where timer_at <= $1) as left`,
        [clock.at],
      );
      return Number(row?.left) === 0;
    }, 'quiet');

  it('takes keys of any text, and none for another', async () => {
    const long = `${'ш'.repeat(4_000)}${'0123456789abcdef'.repeat(300)}`;
    const stories = [' ', 'a', 'а', 'e\u0301', '\u00e9', 'a\nb', '__proto__', long, `${long}!`];
    for (const story of [...stories, ...stories, ...stories])
      assert.equal((await plant.node.admin.post('/bells/tell', { story })).status, 201);
    await heard('once', stories.length);
    await heard('thrice', stories.length);
    later(MINUTE + 1);
    await heard('untold', stories.length);
  });

  it('forgets keys of which nothing is left to remember, and what waits or counts never', async () => {
    const limits = { runDays: 90, traceDays: 14, tracesOfRule: 500 };
    for (const bell of ['a', 'b', 'c']) await pull(bell, 2);
    await pull('w', 3);
    await plant.node.admin.post('/bells/tell', { story: 'kept' });
    await quiet();
    const keys = async () =>
      (
        await plant.asOwner<{ rule: string; key: string }>(
          `select rule, key from rule_states where rule not like '%often' order by 1, 2`,
        )
      ).map(({ rule, key }) => `${rule.split('.')[2]} ${key}`);
    const all = await keys();
    assert.ok(all.includes('flood a') && all.includes('window ') && all.includes('untold kept'));
    const { db } = plant.node.platform;
    const forget = () =>
      forgetOld(db, ORGANIZATION, limits, {
        now: clock.at,
        mayGoOn: () => true,
        memories: ['flood', 'thrice_told', 'untold', 'silent'].map((name) => ({
          rule: `bells.hostile.${name}`,
          keptMs: DAY,
        })),
      });
    await forget();
    assert.deepEqual(await keys(), all);
    await plant.asOwner(`update rule_states set updated_at = now() - interval '2 days'`);
    await forget();
    assert.deepEqual(
      await keys(),
      all.filter((name) => !name.startsWith('flood') && name !== 'thrice_told kept'),
    );
  });

  it('a clock that ran ahead and is put back stops no rule', async () => {
    await quiet();
    // A schedule counts from when it was first looked at.
    await until(async () => {
      const rows = await plant.asOwner(`select 1 from rule_states where rule like '%often'`);
      return rows.length > 0;
    }, 'the schedule to be looked at');
    const right = clock.at;
    later(400 * DAY);
    for (const force of [5, 4, 3]) await pull('ahead', force);
    await heard('cooling', 1);
    await until(async () => (await rings('often')) > 0, 'the schedule of that moment');
    const before = await rings('often');
    clock.at = right;
    await until(async () => {
      const [row] = await plant.asOwner<{ quiet: string }>(
        `select state->>'quietUntil' as quiet from rule_states where rule = 'bells.hostile.cooling'`,
      );
      return Number(row?.quiet) === right.getTime() + MINUTE;
    }, 'what the clock dated ahead to be brought back');
    for (const force of [4, 3, 3]) await pull('ahead', force);
    await heard('window', 1);
    later(MINUTE + 5_000);
    await heard('silent', 1);
    await until(async () => (await rings('often')) > before, 'the schedule to go on');
    await pull('ahead', 5);
    await heard('cooling', 2);
  });

  it('a silence that waits is brought back though nothing happens, also over a restart', async () => {
    await quiet();
    // A schedule counts from when it was first looked at.
    await until(async () => {
      const rows = await plant.asOwner(`select 1 from rule_states where rule like '%often'`);
      return rows.length > 0;
    }, 'the schedule to be looked at');
    const right = clock.at;
    later(400 * DAY);
    await pull('lost', 4);
    await until(async () => {
      const rows = await plant.asOwner(`select 1 from rule_states where key = 'lost'`);
      return rows.length === 1;
    }, 'its timer');
    await plant.restart(() => {
      clock.at = right;
    });
    await until(async () => {
      const rows = await plant.asOwner(
        `select 1 from rule_states where key = 'lost' and timer_at <= $1`,
        [new Date(right.getTime() + MINUTE)],
      );
      return rows.length === 1;
    }, 'its timer to be brought back');
    later(MINUTE + 1);
    await heard('silent', 1);
  });

  it('after a long stop a schedule runs what is fresh, else makes up for the latest that was missed', async () => {
    await quiet();
    await plant.restart(() => later(20 * DAY));
    const latest = () =>
      plant.asOwner<{ at: Date }>(
        `select at from rule_runs where rule = 'bells.hostile.often' order by at`,
      );
    await until(async () => {
      const [row] = await plant.asOwner<{ up: string }>(
        `select state->>'upTo' as up from rule_states where rule = 'bells.hostile.often'`,
      );
      return Number(row?.up) === clock.at.getTime();
    }, 'a look');
    const runs = await latest();
    // Within the grace of a minute, both ends.
    assert.deepEqual(
      runs.slice(-7).map(({ at }) => clock.at.getTime() - at.getTime()),
      [60, 50, 40, 30, 20, 10, 0].map((s) => s * 1000),
    );
    const missed = await plant.node.admin.get(
      '/automations/traces?outcome=missed&rule=bells.hostile.often&page_size=1',
    );
    assert.equal(missed.body.total, 100);
    const [last] = missed.body.items as { at: string }[];
    assert.ok(clock.at.getTime() - Date.parse(last?.at ?? '') < 20 * MINUTE);
  });
});
