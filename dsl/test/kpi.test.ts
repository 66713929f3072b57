import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Catalog,
  type CompiledKpi,
  compileProgram,
  type Outcome,
  type Program,
  type ProgramOptions,
  runTests,
} from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const kg = { type: 'kg', resolution: 0.001 } as const;
const money = { type: 'UZS', resolution: 0.01 } as const;

/** What F-ALG-11 asks of a plant. */
const CATALOG: Catalog = {
  points: {},
  records: {
    shift_row: {
      fields: {
        date: { type: 'date' },
        starts_at: { type: 'instant' },
        closed: { type: 'bool' },
        shift_hours: { type: 'h' },
        run_share: { type: 'number' },
        plan_24h: { ...kg, optional: true },
        norm_crew: { type: 'number' },
        cap: { type: '%' },
        bonus_100: money,
        packages: { type: 'list of package' },
        crew: { type: 'list of attendance' },
      },
    },
    package: {
      fields: {
        weight_kg: kg,
        weight_trusted: { type: 'bool' },
        override: { type: 'bool' },
      },
    },
    attendance: {
      fields: {
        person: { type: 'person' },
        hours: { type: 'h' },
        workcenters: { type: 'number' },
        deputy: { type: 'person?' },
      },
    },
    person: { fields: { code: { type: 'text' }, date: { type: 'date' } } },
  },
  settings: { allow_manual: { type: 'bool' } },
};

/** F-ALG-11: the figures of a row, then of each of its people. */
const BONUS = `
## Full-time equivalents of one person on this line.
formula fte(a: attendance, shift_hours: h): number =
  if shift_hours > 0 h and a.workcenters > 0 then min(1, a.hours / shift_hours) / a.workcenters else 0

kpi shift_kpi per shift_row
  over shift_row.date
  where closed
  result plan: kg? = plan_24h * (plan_hours / 24 h) * (actual_crew / norm_crew)
  let plan_hours = shift_hours * run_share
  let actual_crew = sum(fte(a, shift_hours) for a in crew)
  result fact: kg = sum(p.weight_kg for p in packages where p.weight_trusted or p.override or settings.allow_manual)
  let ratio = if plan is present and plan > 0 kg then min(cap, percent(fact / plan)) else missing
  result achieved: %? = ratio
  result bonus_amount: UZS? = sum(round(ratio of bonus_100 * fte(a, shift_hours) * run_share, 0.01 UZS) for a in crew)
  message "{shift_row.date}: {fact} of {plan}, {achieved}"

kpi bonus_of_person per shift_row, attendance, person in attendance.person
  over shift_row.starts_at
  where shift_kpi(shift_row).included
  result bonus: UZS? = round(shift_kpi(shift_row).achieved of bonus_100 * fte(attendance, shift_hours) * run_share, 0.01 UZS)
  result code: text = code
`;

function compile(text: string, catalog = CATALOG, options: ProgramOptions = {}): Program {
  const program = compileProgram([{ name: 'rule.qoida', text }], catalog, options);
  assert.deepEqual(program.diagnostics, []);
  return program;
}

const codesOf = (text: string, catalog = CATALOG): readonly string[] =>
  compileProgram([{ name: 'rule.qoida', text }], catalog).diagnostics.map((d) => d.code);

function kpiOf(program: Program, name: string): CompiledKpi {
  const found = program.kpis.find((kpi) => kpi.name === name);
  assert.ok(found, name);
  return found;
}

interface Given {
  readonly plan_24h?: number | null;
  /** Trusted kilograms, and those that were weighed by hand. */
  readonly fact: number;
  readonly manual?: number;
  readonly override?: boolean;
  /** Person, hours, lines. */
  readonly crew: readonly (readonly [string, number, number])[];
  readonly date?: string;
  readonly norm_crew?: number;
}

const row = ({ plan_24h = 4800, fact, manual = 0, crew, ...more }: Given) => ({
  date: more.date ?? '2025-08-04',
  starts_at: new Date(`${more.date ?? '2025-08-04'}T20:00:00+05:00`),
  closed: true,
  shift_hours: 12,
  run_share: 1,
  plan_24h,
  norm_crew: more.norm_crew ?? 2,
  cap: 100,
  bonus_100: 150_000,
  packages: [
    { weight_kg: fact, weight_trusted: true, override: false },
    { weight_kg: manual, weight_trusted: false, override: more.override ?? false },
  ],
  crew: crew.map(([code, hours, workcenters]) => ({
    person: { code, date: '2025-01-01' },
    hours,
    workcenters,
    deputy: null,
  })),
});

const ENV = { settings: { allow_manual: false }, zone: 'Asia/Tashkent' };

/** A result's value, or the code of its fault. */
const plain = (outcome: Outcome | undefined): unknown =>
  outcome !== undefined && 'value' in outcome ? outcome.value : outcome?.fault.code;
const plainAll = (results: Readonly<Record<string, Outcome>>) =>
  Object.fromEntries(Object.entries(results).map(([name, outcome]) => [name, plain(outcome)]));

function near(actual: unknown, expected: number): void {
  assert.equal(typeof actual, 'number', String(actual));
  const slack = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs((actual as number) - expected) <= slack, `${actual} for ${expected}`);
}

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

  const TWO = [
    ['op1', 12, 1],
    ['op2', 12, 1],
  ] as const;
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
