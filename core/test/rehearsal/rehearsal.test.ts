import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { workModule } from './batches.ts';
import { openShop, type Shop } from './support.ts';

const WORK = 'batches.work';

describe('rehearsal of rules', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    assert.equal(await shop.finish(100, 3), 201);
    assert.equal(await shop.finish(50, 6), 409);
    assert.equal(await shop.finish(200, 4.5, 'botir'), 201);
    await until(async () => {
      const rows = await shop.plant.asOwner(`select 1 from rule_runs where status = 'done'`);
      return rows.length === 2 ? rows : null;
    }, 'both runs');
  });
  after(() => shop.plant.stop());

  it('rules that stand come out as it happened', async () => {
    const { state, error, result } = await shop.rehearse([]);
    assert.equal(state, 'done', String(error));
    assert.deepEqual(
      Object.entries(result.figures).filter(([, count]) => count > 0),
      [],
    );
    assert.deepEqual(result.asked, { decisions: 3, events: 2, runs: 2, rows: 3 });
  });

  it('a stricter limit tells what it would have blocked, and opens with both explanations', async () => {
    const text = workModule({ scrap: '4 kg' });
    const { id, result } = await shop.rehearse([{ module: WORK, text }]);
    assert.equal(result.figures.newly_blocked, 1);
    assert.equal(result.figures.newly_allowed, 0);
    assert.deepEqual(result.by, [
      { kind: 'newly_blocked', of: 'batch.finish', gate: 'too_much_scrap', count: 1, by_draft: 1 },
    ]);
    const [item] = await shop.items(id, 'kind=newly_blocked');
    assert.deepEqual(item.gates_now, ['too_much_scrap']);
    const { body } = await shop.admin.get(`/rules/rehearsals/${id}/items/${item.no}?lang=ru`);
    assert.equal(body.decision.verdict, 'allowed');
    assert.equal(body.decision.was[0].verdict, 'pass');
    assert.equal(body.decision.now[0].verdict, 'fail');
    assert.match(body.decision.now[0].failures[0].message, /has 4\.5/);
    assert.notEqual(body.decision.now[0].failures[0].explanation, null);
  });

  it('a looser limit tells what it would have let through', async () => {
    const { result } = await shop.rehearse([{ module: WORK, text: workModule({ scrap: '9 kg' }) }]);
    assert.equal(result.figures.newly_allowed, 1);
    assert.equal(result.figures.newly_blocked, 0);
  });

  it('automations that would run, and those that would not', async () => {
    const less = await shop.rehearse([{ module: WORK, text: workModule({ big: '150 kg' }) }]);
    assert.equal(less.result.figures.would_not_run, 1);
    const more = `
automation note_all
  when batch.finished as b
  do batch.note(batch_id: b.batch_id, note: "seen")
`;
    const { id, result } = await shop.rehearse([{ module: WORK, text: workModule({ more }) }]);
    assert.equal(result.figures.would_run, 2);
    const [item] = await shop.items(id, 'kind=would_run');
    const { body } = await shop.admin.get(`/rules/rehearsals/${id}/items/${item.no}`);
    assert.equal(body.run.actions[0][0].action, 'batch.note');
    const notes = await shop.plant.asOwner(
      `select 1 from rule_actions where args ->> 'note' = 'seen'`,
    );
    assert.equal(notes.length, 0, 'nothing may leave');
  });

  it('an automation that would do something else', async () => {
    const text = workModule().replace('note: "big"', 'note: "huge"');
    const { result } = await shop.rehearse([{ module: WORK, text }]);
    assert.equal(result.figures.acts_otherwise, 2);
  });

  it('alerts that would have fired', async () => {
    const more = `
alert much_made
  severity P2
  when batch.finished as b where b.made_kg > 150 kg
  message "much"
  notify worker
`;
    const { result, id } = await shop.rehearse([{ module: WORK, text: workModule({ more }) }]);
    assert.equal(result.figures.alert_would_fire, 1);
    const [item] = await shop.items(id, 'kind=alert_would_fire');
    assert.equal(item.change, 'opened');
  });

  it('pay that would change, by person', async () => {
    const { id, result, names } = await shop.rehearse([
      { module: WORK, text: workModule({ rate: '150' }) },
    ]);
    assert.deepEqual(
      result.kpis.map(({ kpi, pay, before, after }) => [kpi, pay, before, after]),
      [['batches.work.bonus', true, 30_000, 45_000]],
    );
    const people = result.people.map(({ person, before, after }) => [names[person], before, after]);
    assert.deepEqual(people.sort(), [
      ['aziz', 10_000, 15_000],
      ['botir', 20_000, 30_000],
    ]);
    const botir = await shop.worker('botir');
    const [item] = await shop.items(id, `kind=kpi_changed&person=${botir}`);
    assert.deepEqual([item.before, item.after], [{ value: 20_000 }, { value: 30_000 }]);
    const { body } = await shop.admin.get(`/rules/rehearsals/${id}/items/${item.no}`);
    assert.notEqual(body.kpi.was, null);
    assert.notEqual(body.kpi.now, null);
    // What no rule reads is nobody's to see here.
    const kept = ['day', 'finished', 'id', 'made_kg', 'worker_id'];
    assert.deepEqual(Object.keys(body.detail.row).sort(), kept);
  });

  it('what was not recorded is told with its name and never guessed', async () => {
    const more = `
gate too_wasteful
  on batch.finish
  block when batch.waste_pct > 1%
  message "wasteful"
  release never

gate no_notes
  on batch.create
  block when input.made_kg > 1000 kg
  message "too much"
  release never
`;
    const { result, id } = await shop.rehearse([{ module: WORK, text: workModule({ more }) }]);
    // The refused one stays refused, whatever the new gate would say.
    assert.equal(result.figures.undecidable, 2);
    assert.equal(result.figures.newly_blocked, 0);
    assert.deepEqual(
      result.undecidable.map(({ of, reason, names, count }) => [of, reason, names, count]),
      [
        ['batch.create', 'point_not_recorded', ['input.made_kg'], 3],
        ['batch.finish', 'fact_not_recorded', ['batch.waste_pct'], 2],
      ],
    );
    const [item] = await shop.items(id, 'kind=undecidable');
    const { body } = await shop.admin.get(`/rules/rehearsals/${id}/items/${item.no}`);
    const gate = body.decision.now.find((one: { gate: string }) => one.gate === 'too_wasteful');
    assert.deepEqual([gate.verdict, gate.untold], ['untold', ['batch.waste_pct']]);
  });

  it('the same records and rules give the same bytes', async () => {
    const modules = [
      { module: WORK, text: workModule({ scrap: '4 kg', rate: '150', big: '150 kg' }) },
    ];
    const first = await shop.rehearse(modules);
    const again = await shop.rehearse(modules);
    // Each is asked at another moment: what came later is in neither of them.
    const { period: _, ...one } = first.result as Record<string, unknown> & typeof first.result;
    const { period: __, ...two } = again.result as Record<string, unknown> & typeof again.result;
    assert.equal(JSON.stringify(one), JSON.stringify(two));
    assert.equal(one.items.sha256, two.items.sha256);
  });

  it('a saved draft is taken where no text is given', async () => {
    const url = `/rules/modules/${WORK}`;
    const saved = await shop.admin.put(`${url}/draft`, {
      text: workModule({ scrap: '4 kg' }),
      base_version: 1,
    });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    const { result } = await shop.rehearse([{ module: WORK }]);
    assert.equal(result.figures.newly_blocked, 1);
    await shop.admin.delete(`${url}/draft`);
  });

  it('what is asked wrongly is refused with what to do', async () => {
    const ask = async (input: object) => {
      const { status, body } = await shop.admin.post('/rules/rehearse', input);
      return [status, body.error?.reason];
    };
    const { from } = shop;
    const later = new Date(Date.now() + 86_400_000).toISOString();
    assert.deepEqual(await ask({ from: later }), [422, 'rehearsal_period_invalid']);
    assert.deepEqual(await ask({ from: '2019-01-01T00:00:00Z' }), [
      422,
      'rehearsal_period_too_long',
    ]);
    const broken = [{ module: WORK, text: `module ${WORK}\ngate` }];
    assert.deepEqual(await ask({ from, modules: broken }), [422, 'rules_have_errors']);
    assert.deepEqual(await ask({ from, modules: [{ module: WORK }] }), [409, 'rehearsal_no_draft']);
    const other = [{ module: WORK, text: 'module another\n' }];
    assert.deepEqual(await ask({ from, modules: other }), [422, 'module_renamed']);
    const twice = [
      { module: WORK, text: workModule() },
      { module: WORK, text: workModule() },
    ];
    assert.deepEqual(await ask({ from, modules: twice }), [422, 'rehearsal_module_twice']);
  });

  it('only who may see what people are paid may rehearse', async () => {
    const operator = await shop.plant.as('worker');
    assert.equal((await operator.post('/rules/rehearse', { from: shop.from })).status, 403);
    assert.equal((await operator.get('/rules/rehearsals')).status, 403);
  });
});
