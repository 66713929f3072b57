import assert from 'node:assert/strict';
import pg from 'pg';
import { platformStanding } from '../../src/alerts/index.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { type TestClient, until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Node, type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/hours.qoida', import.meta.url);
const HOURS = 3_600_000;

describe('schedules', function () {
  this.timeout(120_000);
  let plant: Plant;
  const clock = { at: new Date('2026-03-27T20:00:00Z') };
  const goTo = (at: string) => {
    clock.at = new Date(at);
  };
  before(async () => {
    plant = await startPlant({
      plugins: [bellsWith(RULES)],
      now: () => clock.at,
      settings: { AUTOMATION_RUN_DAYS: '3650' },
    });
  });
  after(() => plant.stop());

  const runs = (rule: string) =>
    plant.asOwner<{ at: Date; status: string }>(
      `select at, status from rule_runs where rule = 'bells.hours.${rule}' order by at`,
    );
  const moments = async (rule: string) => (await runs(rule)).map(({ at }) => at.toISOString());
  const ranTimes = (rule: string, count: number) =>
    until(
      async () => (await runs(rule)).filter(({ status }) => status === 'done').length === count,
      `${count} runs of ${rule}`,
    );
  /** The node has looked at its schedules at this moment. */
  const looked = () =>
    until(async () => {
      const [row] = await plant.asOwner<{ up: string }>(
        `select min((state->>'upTo')::bigint) as up from rule_states where rule like 'bells.hours.%'`,
      );
      return Number(row?.up) >= clock.at.getTime();
    }, 'a look');
  const missed = async (rule: string) =>
    (await plant.node.admin.get(`/automations/traces?outcome=missed&rule=bells.hours.${rule}`)).body
      .total as number;

  it('local times keep over both changes of the clocks, each day once (S-TST-11)', async () => {
    await looked();
    for (const at of [
      '2026-03-28T01:30:05Z',
      // 02:30 does not exist: it runs at the change.
      '2026-03-29T01:00:05Z',
      '2026-03-29T01:30:05Z',
      '2026-03-30T00:30:05Z',
    ]) {
      await plant.restart(() => goTo(at));
      await looked();
    }
    await ranTimes('night', 3);
    assert.deepEqual(await moments('night'), [
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    // In autumn 02:30 comes twice, at 00:30Z and 01:30Z.
    await plant.restart(() => goTo('2026-10-24T12:00:00Z'));
    await looked();
    const before = (await runs('night')).length;
    for (const at of ['2026-10-25T00:30:05Z', '2026-10-25T01:30:05Z', '2026-10-26T01:30:05Z']) {
      await plant.restart(() => goTo(at));
      await looked();
    }
    await ranTimes('night', before + 2);
    assert.deepEqual((await moments('night')).slice(before), [
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('a run that was missed is skipped or made up for once, as the schedule says (S-OP-12, S-TST-04, S-M3-09)', async () => {
    await plant.restart(() => goTo('2026-11-02T08:00:00Z'));
    await looked();
    await until(
      async () => (await runs('made_up')).every(({ status }) => status === 'done'),
      'what was missed in October to be made up for',
    );
    const [made, skipped] = [(await runs('made_up')).length, (await runs('skipped')).length];
    const were = await missed('skipped');
    await plant.restart(() => goTo('2026-11-05T08:00:00Z'));
    await looked();
    await ranTimes('made_up', made + 1);
    assert.equal((await runs('skipped')).length, skipped);
    assert.equal(await missed('skipped'), were + 3);
    assert.equal((await moments('made_up')).at(-1), '2026-11-05T07:00:00.000Z');
  });

  it('a schedule asks a device once more, and passes over one that is away (S-OP-10, S-OP-22)', async () => {
    const actions = () =>
      plant.asOwner<{ bell: string; status: string; reason: string; attempts: string }>(
        `select args->>'bell' as bell, status, reason, attempts from rule_actions
         where action = 'bell.toll' order by seq`,
      );
    await plant.restart(() => goTo('2026-11-05T10:00:05Z'));
    const tried = async (attempts: number) =>
      until(async () => {
        const [deaf] = await actions();
        return Number(deaf?.attempts) === attempts && deaf?.status !== 'running';
      }, `attempt ${attempts}`);
    await tried(1);
    goTo('2026-11-05T10:00:11Z');
    await tried(2);
    assert.deepEqual(
      (await actions()).map(({ bell, status, reason }) => [bell, status, reason]),
      [
        ['deaf', 'dead', 'ack_timeout'],
        ['away', 'skipped', 'skipped_offline'],
      ],
    );
  });

  it('within the grace a run is late, not missed (S-TST-04)', async () => {
    const before = (await runs('skipped')).length;
    await plant.restart(() => goTo('2026-11-06T07:00:55Z'));
    await ranTimes('skipped', before + 1);
  });

  it('two nodes at the same moment run it once, and the other takes over (S-TST-03)', async () => {
    const before = (await runs('skipped')).length;
    const second: Node = await plant.another();
    goTo('2026-11-07T07:00:01Z');
    await ranTimes('skipped', before + 1);
    await plant.node.stop();
    goTo('2026-11-08T07:00:01Z');
    await ranTimes('skipped', before + 2);
    assert.equal(
      (await plant.asOwner(`select 1 from rings where bell = 'noon' and word = 'skipped'`)).length,
      before + 2,
    );
    plant.node = second;
  });

  it('the coming 30 days are told with their moments', async () => {
    const admin: TestClient = plant.node.admin;
    const { body } = await admin.get('/schedules/upcoming?days=30&rule=bells.hours.night');
    assert.equal(body.items.length, 30);
    assert.equal(body.items[0].at, '2026-11-09T01:30:00.000Z');
    const gaps = body.items
      .slice(1)
      .map(
        ({ at }: { at: string }, index: number) =>
          Date.parse(at) - Date.parse(body.items[index].at),
      );
    assert.deepEqual(new Set(gaps), new Set([24 * HOURS]));
    assert.equal((await admin.get('/schedules/upcoming?rule=no.such')).status, 404);
    const far = await admin.get('/schedules/upcoming?days=1000');
    assert.equal(far.status, 422);
  });

  it('days off are passed over, or run on alone, as the schedule says; the calendar is kept by people', async () => {
    const admin: TestClient = plant.node.admin;
    const day = '/calendar/days-off/2026-11-10';
    const set = await admin.put(day, { name: 'Constitution of the bells' });
    assert.deepEqual([set.status, set.body.date], [200, '2026-11-10']);
    assert.equal((await admin.put(day, { name: 'Day of bells' })).status, 200);
    assert.equal((await admin.put('/calendar/days-off/2026-11-12', { name: 'x' })).status, 200);
    assert.equal((await admin.delete('/calendar/days-off/2026-11-12')).status, 200);
    assert.equal((await admin.delete('/calendar/days-off/2026-11-12')).status, 404);
    assert.equal((await admin.put('/calendar/days-off/2026-02-30', { name: 'x' })).status, 422);
    assert.equal((await admin.put(day, { name: ' ' })).status, 422);
    const feast = await admin.put('/calendar/days-off/2026-12-30', {
      name: 'New Year',
      to: '2027-01-02',
    });
    assert.deepEqual([feast.status, feast.body.days], [200, 4]);
    const newYear = async () =>
      (await admin.get('/calendar/days-off?from=2026-12-01')).body.items.map(
        ({ date }: { date: string }) => date,
      );
    assert.deepEqual(await newYear(), ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02']);
    const back = { date: '2026-12-31', to: '2027-01-01' };
    const cleared = await admin.post('/operations/calendar.clear_day_off', back);
    assert.deepEqual([cleared.status, cleared.body.days], [200, 2]);
    assert.deepEqual(await newYear(), ['2026-12-30', '2027-01-02']);
    for (const to of ['2026-12-29', '2028-01-01']) {
      const { status, body } = await admin.put('/calendar/days-off/2026-12-30', { name: 'x', to });
      assert.deepEqual([status, body.error.reason], [422, 'day_off_range']);
    }
    const listed = await admin.get('/calendar/days-off?from=2026-11-01&to=2026-11-30');
    assert.deepEqual(listed.body.items, [{ date: '2026-11-10', name: 'Day of bells' }]);
    const coming = async (rule: string) =>
      (await admin.get(`/schedules/upcoming?days=5&rule=bells.hours.${rule}`)).body.items.map(
        ({ at }: { at: string }) => at,
      );
    assert.deepEqual(await coming('feast'), ['2026-11-10T04:00:00.000Z']);
    assert.equal((await coming('working')).length, 4);
    const { body } = await admin.get('/automations/rules/bells.hours.feast');
    assert.deepEqual([body.holidays, body.next_run_at], ['only', '2026-11-10T04:00:00.000Z']);
    const were = await missed('working');
    for (const at of ['2026-11-09T04:00:01Z', '2026-11-10T04:00:01Z', '2026-11-11T04:00:01Z']) {
      await plant.restart(() => goTo(at));
      await looked();
    }
    await ranTimes('feast', 1);
    assert.deepEqual(await moments('feast'), ['2026-11-10T04:00:00.000Z']);
    assert.deepEqual((await moments('working')).slice(-2), [
      '2026-11-09T04:00:00.000Z',
      '2026-11-11T04:00:00.000Z',
    ]);
    assert.equal(await missed('working'), were);
  });

  it('how late they are is told, also of one that is due and does not begin (S-MET-04)', async () => {
    const fact = platformStanding.find(({ name }) => name === 'schedule_lag');
    const lag = () =>
      plant.node.platform.db.transaction(ORGANIZATION, async (tx) =>
        fact?.read({ db: tx, now: clock.at, zone: 'Asia/Tashkent', settings: {} }),
      );
    await looked();
    const away = new pg.Client(plant.dsn);
    await away.connect();
    try {
      // Nobody gets at the schedules: what is due waits.
      await away.query('begin');
      await away.query(`select 1 from rule_states where rule like 'bells.hours.%' for update`);
      goTo('2026-11-11T07:00:40Z');
      assert.equal(await lag(), 40);
    } finally {
      await away.query('rollback');
      await away.end();
    }
    await until(
      async () => (await moments('skipped')).at(-1) === '2026-11-11T07:00:00.000Z',
      'the run',
    );
    assert.equal(await lag(), 40, 'so late the latest began');
    goTo('2026-11-11T07:11:00Z');
    assert.equal(await lag(), 0);
  });
});
