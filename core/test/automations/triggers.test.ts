import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/triggers.qoida', import.meta.url);
const MINUTE = 60_000;

/*
 * Every trigger over HTTP, with a clock that is moved by hand and a restart of the platform between
 * what leads to a firing and the firing.
 */
describe('triggers over a restart', () => {
  let plant: Plant;
  const clock = { at: new Date('2026-03-10T10:00:00Z') };
  const later = (ms: number) => {
    clock.at = new Date(clock.at.getTime() + ms);
  };
  before(async () => {
    plant = await startPlant({ plugins: [bellsWith(RULES)], now: () => clock.at });
  });
  after(() => plant.stop());

  const pull = async (bell: string, more: object = {}) =>
    assert.equal((await plant.node.admin.post(`/bells/${bell}/pull`, more)).status, 201);
  const letGo = (bell: string) => plant.node.admin.post(`/bells/${bell}/let-go`);
  const rings = async (bell: string) =>
    (await plant.node.admin.get(`/rings?bell=${bell}&page_size=200`)).body.items.map(
      ({ word }: { word: string }) => word,
    ) as string[];
  /** All that was begun has ended. */
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
  const misses = async (rule: string) =>
    (await plant.node.admin.get(`/automations/traces?rule=bells.triggers.${rule}&page_size=200`))
      .body.items as { outcome: string; event: { bell?: string } | null }[];

  it('an event, its `if`, and a cooldown that outlives a restart (S-M3-06)', async () => {
    await pull('minster', { force: 9 });
    await pull('chapel', { force: 9 });
    await quiet();
    assert.deepEqual(await rings('minster'), ['hard']);
    assert.deepEqual(await rings('chapel'), []);
    await plant.restart();
    later(9 * MINUTE);
    await pull('minster', { force: 10 });
    await quiet();
    const hard = async () => (await rings('minster')).filter((word) => word === 'hard').length;
    assert.equal(await hard(), 1);
    later(MINUTE);
    await pull('minster', { force: 10 });
    await quiet();
    assert.equal(await hard(), 2);
    const told = (await misses('hard_pull')).map(({ outcome }) => outcome);
    assert.deepEqual(told.toSorted(), ['cooldown', 'if']);
  });

  it('a silence counts over a restart, and fires once', async () => {
    await pull('quiet');
    await quiet();
    await plant.restart(() => later(MINUTE));
    await quiet();
    assert.deepEqual(await rings('quiet'), []);
    await plant.restart(() => later(MINUTE));
    await quiet();
    assert.deepEqual(await rings('quiet'), ['silence']);
    await plant.restart(() => later(10 * MINUTE));
    await quiet();
    assert.deepEqual(await rings('quiet'), ['silence']);
  });

  it('no silence is seen while the event that breaks it is on its way', async () => {
    await pull('awaited');
    await quiet();
    later(MINUTE);
    await plant.restart(async () => {
      // As a crash leaves it: recorded and committed, not delivered.
      await plant.asOwner(
        `insert into outbox (organization_id, lane, stream, name, payload, actor, occurred_at)
         select organization_id, lane, stream, name, payload, actor, $1 from outbox
         where name = 'bell.pulled' and payload->>'bell' = 'awaited'`,
        [clock.at],
      );
      later(90_000);
    });
    await quiet();
    assert.deepEqual(await rings('awaited'), []);
    later(MINUTE);
    await quiet();
    assert.deepEqual(await rings('awaited'), ['silence']);
  });

  it('a silence that had lasted fires though the next event is delivered first', async () => {
    await pull('tardy');
    await quiet();
    const stop = clock.at;
    await plant.restart(async () => {
      later(3 * MINUTE);
      await plant.asOwner(
        `insert into outbox (organization_id, lane, stream, name, payload, actor, occurred_at)
         select organization_id, lane, stream, name, payload, actor, $1 from outbox
         where name = 'bell.pulled' and payload->>'bell' = 'tardy'`,
        [clock.at],
      );
    });
    await quiet();
    assert.deepEqual(await rings('tardy'), ['silence']);
    const [run] = await plant.asOwner<{ at: Date }>(
      `select at from rule_runs where rule = 'bells.triggers.silent' and key = 'tardy'`,
    );
    assert.equal(run?.at.getTime(), stop.getTime() + 2 * MINUTE);
  });

  it('a count in a window goes by the time of the events, late ones too', async () => {
    const at = (seconds: number) => new Date(clock.at.getTime() + seconds * 1000).toISOString();
    await pull('counted', { pulled_at: at(-50) });
    await plant.restart();
    await pull('counted', { pulled_at: at(-5) });
    await quiet();
    assert.deepEqual(await rings('counted'), []);
    // Told last, it happened between the two.
    await pull('counted', { pulled_at: at(-30) });
    await quiet();
    assert.deepEqual(await rings('counted'), ['thrice']);
    const spread = [-300, -200, -100];
    for (const seconds of spread) await pull('sparse', { pulled_at: at(seconds) });
    await quiet();
    // What is told so late may well be a silence by now; thrice within the window it never was.
    assert.equal((await rings('sparse')).includes('thrice'), false);
  });

  it('a clock that runs ahead is not believed', async () => {
    await pull('ahead', { pulled_at: '2031-01-01T00:00:00Z' });
    const [event] = await plant.asOwner<{ occurred_at: Date }>(
      `select occurred_at from outbox where payload->>'bell' = 'ahead'`,
    );
    assert.equal(event?.occurred_at.getTime(), clock.at.getTime());
    await quiet();
  });

  it('a sequence is completed after a restart, in its order and time only', async () => {
    await pull('pair', { force: 2 });
    await quiet();
    await plant.restart(() => later(29_000));
    await letGo('pair');
    await letGo('pair');
    await quiet();
    assert.deepEqual(await rings('pair'), ['quick']);
    await pull('apart', { force: 2 });
    await plant.restart(() => later(31_000));
    await letGo('apart');
    await quiet();
    assert.equal((await rings('apart')).includes('quick'), false);
  });

  it('`once per` remembers over a restart', async () => {
    await pull('school');
    await plant.restart();
    await pull('school');
    await quiet();
    assert.equal((await rings('school')).filter((word) => word === 'first').length, 1);
    const told = (await misses('first_of_day')).filter(({ outcome }) => outcome === 'once');
    assert.equal(told.length, 1);
  });

  it('what stands becomes true once, and has stayed true after its time, over restarts', async () => {
    await pull('storm');
    await quiet();
    later(20_000);
    await plant.restart();
    await pull('storm');
    await quiet();
    later(20_000);
    await until(async () => (await rings('tower')).includes('storm'), 'the storm to be seen');
    later(20 * MINUTE);
    await plant.restart();
    await quiet();
    assert.deepEqual(await rings('tower'), ['storm']);
    await plant.restart(() => later(11 * MINUTE));
    await until(async () => (await rings('tower')).length === 2, 'the long storm');
    await plant.restart(() => later(60 * MINUTE));
    await quiet();
    assert.deepEqual((await rings('tower')).toSorted(), ['long storm', 'storm']);
    const [run] = await plant.asOwner<{ facts: object }>(
      `select facts from rule_runs where rule = 'bells.triggers.storm'`,
    );
    assert.deepEqual(run?.facts, { storms: 2 });
  });

  it('what was over when the platform came back has not stayed true while it was away', async () => {
    const clear = () => plant.asOwner(`delete from rings where bell = 'storm'`);
    const held = (value: boolean) =>
      until(
        async () => {
          later(11_000);
          const [row] = await plant.asOwner<{ held: boolean }>(
            `select (state->'held')::boolean as held from rule_states where rule = 'bells.triggers.long_storm'`,
          );
          return row?.held === value;
        },
        `the storm to be ${value ? 'on' : 'over'}`,
      );
    const long = async () => (await rings('tower')).filter((word) => word === 'long storm').length;
    const before = await long();
    await clear();
    await held(false);
    await pull('storm');
    await pull('storm');
    await held(true);
    await plant.restart(async () => {
      later(120 * MINUTE);
      await clear();
    });
    await held(false);
    await quiet();
    assert.equal(await long(), before);
  });

  it('an event without what it is grouped by, or with an id that was seen, sets nothing off', async () => {
    await pull('twice', { force: 2 });
    await quiet();
    await plant.restart(() =>
      plant
        .asOwner(
          `update outbox set delivered_at = null where name = 'bell.pulled' and payload->>'bell' = 'twice'`,
        )
        .then(() => undefined),
    );
    await quiet();
    await letGo('twice');
    await quiet();
    assert.deepEqual(await rings('twice'), ['quick']);
    const [row] = await plant.asOwner<{ waiting: number }>(
      `select jsonb_array_length(state->'waiting') as waiting from rule_states
       where rule = 'bells.triggers.thrice' and key = 'twice'`,
    );
    assert.equal(row?.waiting, 1);
  });
});
