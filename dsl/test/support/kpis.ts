import assert from 'node:assert/strict';
import {
  type Catalog,
  type CompiledKpi,
  compileProgram,
  type Outcome,
  type Program,
  type ProgramOptions,
} from '../../src/index.ts';

const kg = { type: 'kg', resolution: 0.001 } as const;
const money = { type: 'UZS', resolution: 0.01 } as const;

/** What F-ALG-11 asks of a plant. */
export const CATALOG: Catalog = {
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
export const BONUS = `
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

export function compile(text: string, catalog = CATALOG, options: ProgramOptions = {}): Program {
  const program = compileProgram([{ name: 'rule.qoida', text }], catalog, options);
  assert.deepEqual(program.diagnostics, []);
  return program;
}

export const codesOf = (text: string, catalog = CATALOG): readonly string[] =>
  compileProgram([{ name: 'rule.qoida', text }], catalog).diagnostics.map((d) => d.code);

export function kpiOf(program: Program, name: string): CompiledKpi {
  const found = program.kpis.find((kpi) => kpi.name === name);
  assert.ok(found, name);
  return found;
}

export interface Given {
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

export const row = ({ plan_24h = 4800, fact, manual = 0, crew, ...more }: Given) => ({
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

export const ENV = { settings: { allow_manual: false }, zone: 'Asia/Tashkent' };

/** A result's value, or the code of its fault. */
export const plain = (outcome: Outcome | undefined): unknown =>
  outcome !== undefined && 'value' in outcome ? outcome.value : outcome?.fault.code;
export const plainAll = (results: Readonly<Record<string, Outcome>>) =>
  Object.fromEntries(Object.entries(results).map(([name, outcome]) => [name, plain(outcome)]));

export function near(actual: unknown, expected: number): void {
  assert.equal(typeof actual, 'number', String(actual));
  const slack = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs((actual as number) - expected) <= slack, `${actual} for ${expected}`);
}

/** The two operators of F-EX-04, a whole shift on one line. */
export const TWO = [
  ['op1', 12, 1],
  ['op2', 12, 1],
] as const;
