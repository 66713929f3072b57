import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { BURN } from './kilns.ts';
import { found, MODULE, openWorks, type Works } from './works.ts';

const NEW_ALERT = `
alert few
  severity P1
  when waiting_loads > 1 becomes true
  notify sex_boshligi
  message "{waiting_loads} loads wait"
`;

describe('rehearsal of rules that ask how things stand', () => {
  let works: Works;
  before(async () => {
    works = await openWorks({ STANDING_RECORD_SEC: '1', ALERT_LOOK_SEC: '1' });
    const known = (waiting: number) =>
      until(async () => {
        const rows = await works.plant.asOwner(
          `select 1 from standing_samples where fact = 'waiting_loads' and value = $1`,
          [String(waiting)],
        );
        return rows.length > 0 ? true : null;
      }, `${waiting} waiting loads to be recorded`);
    await known(0);
    const loads = [await works.stack(10), await works.stack(10), await works.stack(10)];
    await known(3);
    await works.runs('heap', 1);
    assert.equal((await works.fire(loads[0] ?? '')).status, 200);
    await known(2);
  });
  after(() => works.plant.stop());

  it('what stands comes out as it happened, and nothing of it is undecidable', async () => {
    const { result } = await works.rehearse();
    assert.deepEqual(found(result.figures), {});
    assert.deepEqual(result.undecidable, []);
  });

  it('an alert with another limit would not have come', async () => {
    const { result } = await works.rehearse(BURN.replace('waiting_loads > 2', 'waiting_loads > 5'));
    assert.deepEqual(found(result.figures), { alert_would_not_fire: 1 });
    assert.equal(result.by_draft.alert_would_not_fire, 1);
  });

  it('a new alert would have come, and says why', async () => {
    const { id, result } = await works.rehearse(BURN + NEW_ALERT);
    assert.deepEqual(found(result.figures), { alert_would_fire: 1 });
    const [item] = await works.items(id, 'kind=alert_would_fire');
    assert.equal(item.change, 'opened');
    const { run } = await works.open(id, item.no);
    assert.equal(run.facts.waiting_loads, 3);
    assert.match(JSON.stringify(run.now.when), /waiting_loads/);
    assert.equal(run.message, '3 loads wait');
    assert.equal(run.severity, 'P1');
  });

  it('an automation that asks beside an event', async () => {
    const asking = (limit: number) => `
automation crowded
  when load.fired as l
  if waiting_loads > ${limit}
  do load.note(load_id: l.load_id, note: "crowded")
`;
    const more = await works.rehearse(BURN + asking(1));
    assert.deepEqual(found(more.result.figures), { would_run: 1 });
    const none = await works.rehearse(BURN + asking(9));
    assert.deepEqual(found(none.result.figures), {});
  });

  it('of a time when nobody looked it is told and never guessed', async () => {
    // The platform goes on looking: what it sees from here on is later than what is asked about.
    const to = new Date().toISOString();
    await works.plant.asOwner('delete from standing_looks where true');
    const { result } = await works.rehearse(BURN + NEW_ALERT, { to });
    assert.deepEqual(found(result.figures), {});
    assert.deepEqual(
      result.undecidable.map(({ of, reason, names }) => [of, reason, names]),
      [
        [`${MODULE}.few`, 'fact_of_the_moment', ['waiting_loads']],
        [`${MODULE}.heap`, 'fact_of_the_moment', ['waiting_loads']],
      ],
    );
  });
});
