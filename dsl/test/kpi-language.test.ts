import assert from 'node:assert/strict';
import { type Catalog, runTests } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';
import { BONUS, codesOf, compile, ENV, kpiOf, row, TWO } from './support/kpis.ts';

describe('the language of KPIs', () => {
  it('are formulas of their records', () => {
    const text = `${BONUS}
formula fair(r: shift_row): bool = (shift_kpi(r).achieved ?? 0%) >= 50% and shift_kpi(r).included
`;
    const fair = compile(text).formulas.find((f) => f.name === 'fair');
    assert.equal(fair?.evaluate({ r: row({ fact: 2280, crew: TWO }) }, ENV), true);
    assert.equal(fair?.evaluate({ r: row({ fact: 10, crew: TWO }) }, ENV), false);
    assert.ok(fair?.reads.includes('r.closed'));
  });

  describe('scope', () => {
    const K = 'kpi k per shift_row\n';
    it('steps stand in any order, and end', () => {
      assert.deepEqual(codesOf(`${K}  result a: number = b\n  let b = c + 1\n  let c = 1\n`), []);
      assert.deepEqual(codesOf(`${K}  result a: number = b\n  let b = c\n  let c = b\n`), [
        'Q2009',
      ]);
      assert.deepEqual(codesOf(`${K}  result a: number = a\n`), ['Q2001']);
      assert.deepEqual(
        codesOf(`${K}  result closed: bool = closed\n  let open = not closed\n`),
        [],
      );
      assert.deepEqual(codesOf(`${K}  result a: number = k(shift_row).a\n`), ['Q2009']);
    });
    it('a comprehension’s variable hides a step, a step hides a field', () => {
      const text = `${K}  let p = 2\n  let norm_crew = 3\n  result a: number = count(for p in packages where p.override) + norm_crew + p\n`;
      const kpi = kpiOf(compile(text), 'k');
      const of = { shift_row: row({ fact: 1, override: true, crew: TWO }) };
      assert.deepEqual(kpi.compute(of, ENV).results.a, { value: 6 });
    });
    it('a field is the same with and without its record', () => {
      const text = `${K}  result a: kg = if plan_24h is present then shift_row.plan_24h else 0 kg\n  result b: number = if shift_row.norm_crew > 0 then 1 / norm_crew else 0\n`;
      assert.deepEqual(codesOf(text), []);
    });
    it('a name of two records is written with its record', () => {
      const two = 'kpi k per shift_row, attendance, person in attendance.person\n';
      assert.deepEqual(codesOf(`${two}  result a: date = date\n`), ['Q2020']);
      assert.deepEqual(codesOf(`${two}  result a: date = person.date\n`), []);
      assert.deepEqual(codesOf(`${two}  let date = shift_row.date\n  result a: date = date\n`), []);
      assert.deepEqual(
        codesOf(`kpi k per attendance, other in person\n  over date\n  result a: number = 1\n`),
        [],
      );
    });
    it('ways are found, or named', () => {
      const one = '  result a: number = 1\n';
      assert.deepEqual(codesOf(`kpi k per attendance, person\n${one}`), ['Q5017']);
      assert.deepEqual(codesOf(`kpi k per shift_row, person\n${one}`), ['Q5017']);
      assert.deepEqual(
        codesOf(`kpi k per shift_row, p in packages, q in shift_row.crew\n${one}`),
        [],
      );
      assert.deepEqual(codesOf(`kpi k per shift_row, p in shift_row.pakages\n${one}`), ['Q2002']);
      assert.deepEqual(codesOf(`kpi k per shift_row, p in closed\n${one}`), ['Q3001']);
      assert.deepEqual(codesOf(`kpi k per shift_row, p in closed.x\n${one}`), ['Q3007']);
      assert.deepEqual(codesOf(`kpi k per shift_row, p in nothing\n${one}`), ['Q2001']);
      assert.deepEqual(codesOf(`kpi k per shift_row, shift_row in crew\n${one}`), ['Q2005']);
      assert.deepEqual(codesOf(`kpi k per shift_rows\n${one}`), ['Q2019']);
    });
    it('what may be missing is declared so', () => {
      assert.deepEqual(codesOf(`${K}  result a: kg = plan_24h\n`), ['Q4005']);
      assert.deepEqual(codesOf(`${K}  result a: kg? = plan_24h\n`), []);
      assert.deepEqual(codesOf(`${K}  result a: kg = plan_24h + 1 kg\n`), ['Q4001']);
      assert.deepEqual(codesOf(`${K}  result a: kg? = plan_24h + 1 kg\n`), []);
      assert.deepEqual(codesOf(`${K}  result a: number = 1 / norm_crew\n`), ['Q4002']);
      assert.deepEqual(codesOf(`${K}  result a: number? = 1 / norm_crew\n`), []);
      assert.deepEqual(codesOf(`${K}  let a = 1 / norm_crew\n  result b: number? = a\n`), [
        'Q4002',
      ]);
    });
    it('a row’s moment is there, or `where` asks for it', () => {
      const catalog: Catalog = {
        points: {},
        records: { r: { fields: { at: { type: 'date?' }, n: { type: 'number' } } } },
      };
      const k = 'kpi k per r\n  result a: number = n\n';
      assert.deepEqual(codesOf(`${k}  over at\n`, catalog), ['Q1003']);
      assert.deepEqual(codesOf(`${k}  over r.at\n`, catalog), ['Q4001']);
      assert.deepEqual(codesOf(`${k}  over r.at\n  where r.at is present\n`, catalog), []);
      assert.deepEqual(codesOf(`${k}  over n\n`, catalog), ['Q3001']);
    });
  });

  it('are bounded', () => {
    const steps = Array.from({ length: 14 }, (_, i) => `  let s${i + 1} = s${i} + s${i}\n`).join(
      '',
    );
    const text = `kpi k per person\n  let s0 = 1\n${steps}  result a: number = s14\n`;
    assert.deepEqual(codesOf(text), ['Q5005']);
    // Parts in a row are calls in a row, also through one KPI after another.
    const chain = (n: number) =>
      Array.from({ length: n }, (_, i) => `  let s${i + 1} = s${i} + 1\n`).join('');
    const long = (n: number, from = '1', name = 'k') =>
      `kpi ${name} per person\n  let s0 = ${from}\n${chain(n)}  result a: number = s${n}\n`;
    assert.deepEqual(codesOf(long(90)), []);
    assert.deepEqual(codesOf(long(200)), ['Q2022']);
    assert.deepEqual(codesOf(`${long(60)}${long(60, 'k(person).a', 'l')}`), ['Q2022']);
  });

  it('are tested in the language', () => {
    const report = runTests(
      compile(
        `
kpi shift_bonus per shift_report
  over shift_report.date
  where closed
  let fact = sum(p.weight_kg for p in packages where p.weight_trusted or p.overridden_by is present)
  let plan = plan_24h * (shift_hours / 24 h) * (actual_crew / norm_crew ?? 0)
  let achieved = if plan > 0 kg then min(100%, fact / plan) else missing
  result bonus: UZS? = bonus_100 * achieved

test "F-EX-03: what was weighed by hand does not count"
  given shift_report = {
    closed: true, plan_24h: 1200 kg, shift_hours: 12 h, actual_crew: 2, norm_crew: 2, bonus_100: 150000 UZS,
    packages: [
      { weight_kg: 462.6 kg, weight_trusted: true },
      { weight_kg: 24.9 kg }
    ]
  }
  expect shift_bonus(shift_report).bonus = 115650 UZS
  expect shift_bonus(shift_report).included

test "F-UT-142: with nobody in the norm there is no bonus, not even 0"
  given shift_report = { plan_24h: 1200 kg, shift_hours: 12 h, actual_crew: 2, bonus_100: 150000 UZS }
  expect shift_bonus(shift_report).bonus ?? -1 UZS = -1 UZS
  expect not shift_bonus(shift_report).included
`,
        PLANT,
      ),
    );
    assert.deepEqual(
      report.tests.flatMap(({ reasons }) => reasons),
      [],
    );
    assert.equal(report.passed, 2);
  });
});
