import assert from 'node:assert/strict';
import { type TestClient, until } from '../../src/testing/index.ts';
import { BURN } from './kilns.ts';
import { found, openWorks, today, type Works } from './works.ts';

/** The month of a payslip is a day of the period. */
const MONTH = today();
/** A moment after another one: what was written before it is older. */
const laterThan = (moment: Date) =>
  until(async () => {
    const now = new Date();
    return now.getTime() > moment.getTime() ? now.toISOString() : null;
  }, 'the clock to go on');
const BETTER = BURN.replace('1_000 UZS/h', '1_500 UZS/h');

describe('rehearsal of figures and pay', () => {
  let works: Works;
  let direktor: TestClient;
  const people: Record<string, string> = {};
  let from: string;
  /** Before the rows were changed. */
  let then: string;
  before(async () => {
    works = await openWorks();
    const { plant, admin } = works;
    direktor = await plant.as('direktor');
    for (const name of ['aziz', 'botir', 'komil']) {
      await plant.as('worker', { username: name });
      const [row] = await plant.asOwner<{ id: string }>(
        'select id from users where username = $1',
        [name],
      );
      people[name] = row?.id ?? '';
    }
    const slip = async (name: string, hours: number, base: number) => {
      const input = { user_id: people[name], month: MONTH, hours, base };
      const { status, body } = await admin.post('/payslips', input);
      assert.equal(status, 201, JSON.stringify(body));
      return body.id as string;
    };
    from = new Date(Date.now() - 3_600_000).toISOString();
    const mine = await slip('aziz', 100, 1_000_000);
    const gone = await slip('botir', 10, 500_000);
    const load = await works.stack(100, 25);
    assert.equal((await works.fire(await works.stack(80))).status, 200);
    then = await laterThan(new Date());
    await laterThan(new Date(then));
    const change = (path: string, body: object) => admin.post(path, body);
    assert.equal((await change(`/payslips/${mine}`, { hours: 300 })).status, 200);
    assert.equal((await change(`/payslips/${gone}/drop`, {})).status, 200);
    await slip('komil', 7, 0);
    assert.equal((await change(`/loads/${load}/correct`, { mass_kg: 1 })).status, 200);
  });
  after(() => works.plant.stop());

  it('pay that would change, by person and in all', async () => {
    const { result, names } = await works.rehearse(BETTER, { from }, direktor);
    const wages = result.kpis.find(({ kpi }) => kpi === 'kilns.burn.wages');
    assert.deepEqual(
      [wages?.pay, wages?.as, wages?.rows, wages?.before, wages?.after],
      [true, 'sum', 2, 1_307_000, 1_460_500],
    );
    const own = result.people
      .filter(({ kpi }) => kpi === 'kilns.burn.wages')
      .map(({ person, before, after }) => [names[person], before, after]);
    assert.deepEqual(own.sort(), [
      ['aziz', 1_300_000, 1_450_000],
      ['komil', 7_000, 10_500],
    ]);
    assert.equal(result.by_draft.kpi_changed, 2);
  });

  it('rows are as they stood when the period ended: changed, deleted and new ones are put back', async () => {
    const { result, names } = await works.rehearse(BETTER, { from, to: then }, direktor);
    const own = result.people
      .filter(({ kpi }) => kpi === 'kilns.burn.wages')
      .map(({ person, before, after }) => [names[person], before, after]);
    assert.deepEqual(own.sort(), [
      ['aziz', 1_100_000, 1_150_000],
      ['botir', 510_000, 515_000],
    ]);
  });

  it('shares have a mean and what is not computed counts in neither figure', async () => {
    const text = BURN.replace('where load.fired', 'where load.mass_kg >= 0 kg').replace(
      'if whole > 0 kg then',
      'if whole > 60 kg then',
    );
    const { result } = await works.rehearse(text, { from, to: then });
    const share = result.kpis.find(({ result: name }) => name === 'share');
    // 80 of 80 kg then; with the draft also 100 of 125 kg.
    assert.deepEqual(
      [share?.as, share?.rows, share?.before, share?.after, share?.not_computed],
      ['mean', 2, 100, 90, { before: 0, after: 0 }],
    );
    const late = await works.rehearse(text, { from });
    const now = late.result.kpis.find(({ result: name }) => name === 'share');
    assert.deepEqual([now?.after, now?.not_computed], [100, { before: 0, after: 1 }]);
  });

  it('amounts in other units are not held against each other', async () => {
    const text = BURN.replace('result good: kg = load', 'result good: t = load');
    const { result } = await works.rehearse(text, { from, to: then });
    const good = result.kpis.filter(({ result: name }) => name === 'good');
    assert.deepEqual(
      good.map(({ unit, before, after }) => [unit, before, after]),
      [
        ['kg', 80, null],
        ['t', null, 0.08],
      ],
    );
  });

  it('a KPI that is of other rows now tells those that went and those that came', async () => {
    const [before] = BURN.split('kpi yield_of_load per load');
    const text = `${before}kpi yield_of_load per payslip
  over payslip.month
  result good: kg = payslip.hours / 1 h * 1 kg
`;
    const { result } = await works.rehearse(text, { from }, direktor);
    const good = result.kpis.filter(({ result: name }) => name === 'good');
    assert.deepEqual(
      good.map(({ rows, before, after, not_computed }) => [rows, before, after, not_computed]),
      [
        [1, 80, null, { before: 0, after: 0 }],
        [2, null, 307, { before: 0, after: 0 }],
      ],
    );
  });

  it('who may not read payslips sees no row, no person and no amount of them, but that there is a difference', async () => {
    const { id } = await works.rehearse(BETTER, { from });
    for (const [role, sees] of [
      ['texnolog', false],
      ['direktor', true],
    ] as const) {
      const reader = await works.plant.as(role);
      const { body } = await reader.get(`/rules/rehearsals/${id}`);
      assert.equal(body.result.figures.kpi_changed, 2);
      assert.equal(body.result.people.length > 0, sees, role);
      assert.equal(body.result.by_person.length > 0, sees, role);
      assert.deepEqual(body.hidden, sees ? [] : ['kilns.burn.wages']);
      const { body: list } = await reader.get(`/rules/rehearsals/${id}/items?kind=kpi_changed`);
      assert.deepEqual([list.total, list.items.length], [2, 2]);
      const shown = JSON.stringify([list, body.result.people, body.names]);
      assert.equal(shown.includes(people.aziz ?? '?'), sees, role);
      assert.equal(/1300000|1450000|10500/.test(shown), sees, role);
      const opened = await reader.get(`/rules/rehearsals/${id}/items/${list.items[0].no}`);
      assert.equal(opened.status, sees ? 200 : 403, role);
      if (!sees) {
        assert.equal(opened.body.error.reason, 'role_required');
        assert.doesNotMatch(JSON.stringify(opened.body), /1300000|hours|aziz/);
      }
      const taken = await reader.post(`/rules/rehearsals/${id}/export`, {});
      assert.equal(taken.status, 201, JSON.stringify(taken.body));
      assert.equal(JSON.stringify(taken.body).includes(people.aziz ?? '?'), sees, role);
    }
  });

  it('who takes differences along stands in the audit (F-SEC-07)', async () => {
    const { id } = await works.rehearse(BETTER, { from });
    const { body } = await works.admin.post(`/rules/rehearsals/${id}/export`, {
      kind: 'kpi_changed',
    });
    assert.equal(body.items.length, 2);
    assert.equal(typeof body.exported_by, 'string');
    const rows = await works.plant.asOwner<{ diff: { new: Record<string, unknown> } }>(
      `select old_new_diff_json as diff from audit_log
       where action = 'rehearsals.export' and old_new_diff_json -> 'new' ->> 'rehearsal_id' = $1`,
      [id],
    );
    assert.deepEqual(
      rows.map(({ diff }) => diff.new.entries),
      [2],
    );
  });

  it('an empty period has no rows and no figures', async () => {
    const { result } = await works.rehearse(BETTER, {
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-02T00:00:00Z',
    });
    assert.deepEqual([found(result.figures), result.kpis, result.asked.rows], [{}, [], 0]);
  });
});
