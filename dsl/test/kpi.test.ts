import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileProgram } from '../src/index.ts';
import {
  BONUS,
  CATALOG,
  compile,
  ENV,
  type Given,
  kpiOf,
  near,
  plain,
  plainAll,
  row,
  TWO,
} from './support/kpis.ts';

describe('KPIs', () => {
  const program = compile(BONUS);
  const shift = kpiOf(program, 'shift_kpi');
  const person = kpiOf(program, 'bonus_of_person');
  const bonuses = (of: object): Record<string, unknown> => {
    const found = person.rows(of);
    assert.ok('rows' in found);
    return Object.fromEntries(
      found.rows.map((one) => {
        const { results } = person.compute(one, ENV);
        return [plain(results.code), plain(results.bonus)];
      }),
    );
  };

  const ROWS: readonly (readonly [
    string,
    Given,
    number,
    number,
    number,
    Record<string, number>,
  ])[] = [
    ['A', { fact: 2280, crew: TWO }, 2400, 2280, 95, { op1: 142_500, op2: 142_500 }],
    [
      'B',
      { fact: 1309.5, manual: 40.5, crew: [['op1', 12, 1]] },
      1200,
      1309.5,
      100,
      { op1: 150_000 },
    ],
    [
      'C',
      { fact: 1200, crew: [TWO[0], ['op2', 6, 1]] },
      1800,
      1200,
      (1200 / 1800) * 100,
      { op1: 100_000, op2: 50_000 },
    ],
    ['D', { fact: 570, crew: [['op1', 12, 2]], date: '2025-08-31' }, 600, 570, 95, { op1: 71_250 }],
    [
      'E',
      { plan_24h: 3600, fact: 405, crew: [['op1', 12, 2]], date: '2025-08-31' },
      450,
      405,
      90,
      { op1: 67_500 },
    ],
  ];
  for (const [title, given, plan, fact, achieved, each] of ROWS) {
    it(`F-EX-04 row ${title}`, () => {
      const { included, results } = shift.compute({ shift_row: row(given) }, ENV);
      assert.deepEqual(included, { value: true });
      near(plain(results.plan), plan);
      near(plain(results.fact), fact);
      near(plain(results.achieved), achieved);
      near(
        plain(results.bonus_amount),
        Object.values(each).reduce((a, b) => a + b),
      );
      assert.deepEqual(bonuses(row(given)), each);
    });
  }

  it('F-EX-04: the bonus of August, to the last tiyin', () => {
    const total: Record<string, number> = { op1: 0, op2: 0 };
    for (const [, given] of ROWS)
      for (const [code, bonus] of Object.entries(bonuses(row(given))))
        total[code] = (total[code] ?? 0) + (bonus as number);
    assert.deepEqual(total, { op1: 531_250, op2: 192_500 });
  });

  it('F-EX-03: a manual weight does not count, unless the chief lets it', () => {
    const given: Given = { plan_24h: 1200, fact: 462.6, manual: 24.9, crew: TWO };
    const compute = (of: Given, settings = ENV.settings) =>
      shift.compute({ shift_row: row(of) }, { ...ENV, settings }).results;
    near(plain(compute(given).plan), 600);
    near(plain(compute(given).achieved), 77.1);
    assert.equal(bonuses(row(given)).op1, 115_650);
    near(plain(compute({ ...given, override: true }).fact), 487.5);
    near(plain(compute({ ...given, override: true }).achieved), 81.25);
    assert.equal(bonuses(row({ ...given, override: true })).op1, 121_875);
    near(plain(compute(given, { allow_manual: true }).fact), 487.5);
  });

  it('F-UT-142: a plan that can’t be told is not computed, never 0 and never 100 %', () => {
    const cases: readonly (readonly [string, Given, unknown])[] = [
      ['no norm', { plan_24h: null, fact: 10, crew: TWO }, 'Q9001'],
      ['no crew in the norm', { fact: 10, crew: TWO, norm_crew: 0 }, 'Q9002'],
    ];
    for (const [title, given, code] of cases) {
      const { results } = shift.compute({ shift_row: row(given) }, ENV);
      assert.equal(plain(results.plan), code, title);
      assert.equal(plain(results.fact), 10);
      for (const name of ['achieved', 'bonus_amount'])
        assert.equal(plain(results[name]), code, title);
    }
    const nobody = shift.compute({ shift_row: row({ fact: 10, crew: [] }) }, ENV).results;
    assert.deepEqual(plainAll(nobody), { plan: 0, fact: 10, achieved: null, bonus_amount: 0 });
  });

  it('say why a result is not computed', () => {
    const { results } = shift.compute(
      { shift_row: row({ plan_24h: null, fact: 1, crew: TWO }) },
      ENV,
    );
    const { plan } = results;
    assert.ok(plan !== undefined && 'fault' in plan);
    assert.deepEqual(plan.fault.names, ['shift_row.plan_24h']);
    assert.equal(plan.fault.file, 'rule.qoida');
  });

  it('leave out the rows that do not count, and list those of which it can’t be told', () => {
    const open = { ...row({ fact: 1, crew: TWO }), closed: false };
    assert.deepEqual(shift.compute({ shift_row: open }, ENV), {
      included: { value: false },
      results: {},
    });
    const unknown = shift.compute({ shift_row: { ...open, closed: null } }, ENV);
    assert.ok('fault' in unknown.included);
    assert.deepEqual(plainAll(unknown.results), {
      plan: 'Q9001',
      fact: 'Q9001',
      achieved: 'Q9001',
      bonus_amount: 'Q9001',
    });
    const nothing = shift.compute({}, ENV);
    assert.equal(plain(nothing.included), 'Q9001');
  });

  it('F-ALG-15: the last day of a month is of the month, in the plant’s zone', () => {
    const august = { from: '2025-08-01', to: '2025-08-31' };
    const of = (date: string) => ({ shift_row: row({ fact: 1, crew: TWO, date }) });
    const dates = ['2025-07-31', '2025-08-01', '2025-08-31', '2025-09-01'];
    const expected = [false, true, true, false];
    assert.deepEqual(
      dates.map((date) => plain(shift.inPeriod(of(date), august, ENV))),
      expected,
    );
    // By instant: 20:00 in Tashkent, and the day has 24 hours.
    assert.deepEqual(
      dates.map((date) => plain(person.inPeriod(of(date), august, ENV))),
      expected,
    );
    const late = {
      shift_row: { ...row({ fact: 1, crew: TWO }), starts_at: '2025-08-31T18:59:59Z' },
    };
    const later = { shift_row: { ...late.shift_row, starts_at: '2025-08-31T19:00:00Z' } };
    assert.equal(plain(person.inPeriod(late, august, ENV)), true);
    assert.equal(plain(person.inPeriod(later, august, ENV)), false);
    assert.equal(plain(person.inPeriod({ shift_row: {} }, august, ENV)), 'Q9001');
    assert.throws(
      () => shift.inPeriod(of('2025-08-01'), { from: 'May', to: 'June' }, ENV),
      RangeError,
    );
  });

  it('are of every period without `over`', () => {
    const timeless = kpiOf(compile('kpi k per person\n  result one: number = 1\n'), 'k');
    assert.equal(timeless.over, undefined);
    assert.deepEqual(timeless.inPeriod({}, { from: '2025-08-01', to: '2025-08-01' }, {}), {
      value: true,
    });
  });

  it('describe themselves', () => {
    assert.deepEqual(shift.over, { path: 'shift_row.date', type: 'date' });
    assert.deepEqual(person.over, { path: 'shift_row.starts_at', type: 'instant' });
    assert.deepEqual(shift.results, [
      { name: 'plan', type: 'kg?' },
      { name: 'fact', type: 'kg' },
      { name: 'achieved', type: '%?' },
      { name: 'bonus_amount', type: 'UZS?' },
    ]);
    assert.deepEqual(
      person.grain.map(({ name, way }) => [name, way?.from, way?.path, way?.list]),
      [
        ['shift_row', undefined, undefined, undefined],
        ['attendance', 'shift_row', ['crew'], true],
        ['person', 'attendance', ['person'], false],
      ],
    );
    assert.ok(shift.reads.includes('settings.allow_manual'));
    assert.ok(shift.reads.includes('shift_row.packages.weight_kg'));
    assert.ok(person.reads.includes('person.code'));
    assert.ok(shift.cost > 1000);
    const of = { shift_row: row({ fact: 2280, crew: TWO }) };
    assert.equal(shift.message(of, ENV, 'en'), '2025-08-04: 2280 kg of 2400 kg, 95%');
    assert.equal(person.message(of, ENV, 'en'), undefined);
  });

  it('explain a result step by step', () => {
    const tree = shift.explain(
      { shift_row: row({ fact: 2280, crew: TWO }) },
      'achieved',
      ENV,
      'en',
    );
    assert.equal(`${tree.text}: ${tree.value}`, 'ratio: 95%');
    const [condition] = tree.children;
    assert.ok(condition?.text.startsWith('if plan is present'));
    const texts = JSON.stringify(tree);
    for (const step of ['"plan"', '"fact"', '"plan_hours"', '"actual_crew"'])
      assert.ok(texts.includes(`"text":${step}`), step);
    assert.throws(() => shift.explain({}, 'ratio', ENV, 'en'), RangeError);
  });

  it('walk lists to their rows, and lose none silently', () => {
    const of = row({ fact: 1, crew: TWO });
    const found = person.rows(of);
    assert.ok('rows' in found);
    assert.equal(found.rows.length, 2);
    assert.deepEqual(Object.keys(found.rows[0] ?? {}), ['shift_row', 'attendance', 'person']);
    for (const [crew, code] of [
      [undefined, 'Q9001'],
      ['everybody', 'Q9004'],
      [[null], 'Q9004'],
      [[{ person: null }], 'Q9001'],
    ] as const) {
      const broken = person.rows({ ...of, crew });
      assert.ok('fault' in broken);
      assert.equal(broken.fault.code, code);
    }
    const text = 'kpi k per attendance, person in attendance.deputy\n  result one: number = 1\n';
    const { diagnostics, kpis } = compileProgram([{ name: 'r', text }], CATALOG);
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['Q4006'],
    );
    assert.deepEqual(kpis[0]?.rows({ deputy: null }), { rows: [] });
  });

  const share = fc.double({ min: 0, max: 2, noNaN: true });
  const weights = fc.integer({ min: 0, max: 5_000_000 }).map((g) => g / 1000);
  const crews = fc.array(
    fc.tuple(fc.constant('op'), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 })),
    { maxLength: 4 },
  );
  it('generated code, closures and arithmetic by hand agree', () => {
    const closures = kpiOf(compile(BONUS, CATALOG, { generate: false }), 'shift_kpi');
    const given = fc.record({
      fact: weights,
      manual: weights,
      plan_24h: fc.option(weights),
      norm_crew: fc.integer({ min: 0, max: 3 }),
      crew: crews,
      share,
    });
    fc.assert(
      fc.property(given, (random) => {
        const of = { shift_row: { ...row(random), run_share: random.share } };
        const found = shift.compute(of, ENV);
        assert.deepEqual(plainAll(found.results), plainAll(closures.compute(of, ENV).results));
        const { plan_24h, norm_crew } = random;
        if (plan_24h === null || norm_crew === 0) {
          for (const name of ['plan', 'achieved'])
            assert.ok('fault' in (found.results[name] ?? {}), name);
          return;
        }
        const fte = (hours: number, lines: number) =>
          lines > 0 ? Math.min(1, hours / 12) / lines : 0;
        const crew = random.crew.reduce((sum, [, hours, lines]) => sum + fte(hours, lines), 0);
        const plan = plan_24h * ((12 * random.share) / 24) * (crew / norm_crew);
        near(plain(found.results.plan), plan);
        const achieved = plain(found.results.achieved);
        if (plan > 1e-9) near(achieved, Math.min(100, (random.fact / plan) * 100));
        else if (plan === 0) assert.equal(achieved, null);
      }),
      { numRuns: 1_000 },
    );
  });
});
