import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { BURN } from './kilns.ts';
import { found, MODULE, openWorks, type Works } from './works.ts';

describe('what a draft makes, and what has changed since', () => {
  let works: Works;
  before(async () => {
    works = await openWorks();
    assert.equal((await works.fire(await works.stack(120, 6))).status, 200);
    await works.runs('note_big', 1);
    await works.runs('spoiled_much', 1);
    // From here on other rules are in force.
    const text = BURN.replace('load.spoiled_kg > 10 kg', 'load.spoiled_kg > 4 kg').replace(
      'severity P3',
      'severity P2',
    );
    const published = await works.admin.post(`/rules/modules/${MODULE}/publish`, {
      text,
      base_version: 1,
      note: 'stricter',
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
  });
  after(() => works.plant.stop());

  it('the rules in force are told to differ from what happened, and no draft is blamed', async () => {
    const { result } = await works.rehearse();
    assert.deepEqual(found(result.figures), { newly_blocked: 1, alert_otherwise: 1 });
    assert.deepEqual(found(result.by_draft), {});
  });

  it('a draft is blamed for what it makes, and for nothing else', async () => {
    const standing = (await works.admin.get(`/rules/modules/${MODULE}`)).body.text as string;
    const more = `
automation note_all
  when load.fired as l
  do load.note(load_id: l.load_id, note: "all")
`;
    const { id, result } = await works.rehearse(standing + more);
    assert.deepEqual(found(result.figures), { newly_blocked: 1, alert_otherwise: 1, would_run: 1 });
    assert.deepEqual(found(result.by_draft), { would_run: 1 });
    const own = await works.items(id, 'by_draft=true');
    assert.deepEqual(
      own.map(({ kind }) => kind),
      ['would_run'],
    );
    const others = await works.items(id, 'by_draft=false');
    assert.deepEqual(others.map(({ kind }) => kind).sort(), ['alert_otherwise', 'newly_blocked']);
  });

  it('an alert of another severity or message opens with both', async () => {
    const text = BURN.replace('{l.spoiled_kg} spoiled', '{l.spoiled_kg} are lost');
    const { id, result } = await works.rehearse(text);
    assert.deepEqual(found(result.figures), { alert_otherwise: 1 });
    const [item] = await works.items(id, 'kind=alert_otherwise');
    const { detail } = await works.open(id, item.no);
    assert.deepEqual([detail.was.message, detail.now.message], ['6 kg spoiled', '6 kg are lost']);
  });

  it('a draft may be written in any of the languages', async () => {
    const text = `til uz
modul kilns.burn
talab kilns

to\u02bbsiq ozroq
  paytida load.fire
  blokla qachonki load.mass_kg > 100 kg
  xabar uz "Og‘ir"
  ochish aslo
`;
    const asked = await works.admin.post('/rules/rehearse', {
      from: works.from,
      modules: [{ module: MODULE, text }],
    });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    await until(async () => {
      const { body } = await works.admin.get(`/rules/rehearsals/${asked.body.id}`);
      return body.state === 'done' ? true : null;
    }, 'its end');
  });
});
