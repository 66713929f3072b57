import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { type TestDatabase, testDatabase } from '@qoida/core/testing';
import { CREATE_SHIFTS, insertInto, SCHEMA, shiftBonus } from '../dsl/test/agreement/shifts.ts';
import { Random } from './support/random.ts';

const REPORTS = 400;
const PACKAGES = 6_000;
const seed = Number(process.env.QOIDA_TEST_SEED ?? randomInt(2 ** 31));
const PERIOD = { from: '2025-08-05', to: '2025-08-20' };
const ENV = { now: new Date('2025-08-28T05:00:00Z'), settings: { least: 4.5 } };

type Row = Record<string, unknown>;

describe(`a KPI over a period (QOIDA_TEST_SEED=${seed} plays it again)`, () => {
  const random = new Random(seed);
  const kpi = shiftBonus();
  const { reports, packages, workers } = makeShifts(random);
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
    for (const statement of CREATE_SHIFTS) await database.asOwner(statement);
    const tables = { kpi_reports: reports, kpi_packages: packages, kpi_workers: workers };
    for (const [name, rows] of Object.entries(tables))
      await database.asOwner(insertInto(name), [JSON.stringify(rows)]);
  });
  after(() => database.close());

  it('is the same in one statement as row by row in memory', async () => {
    const statement = kpi.sql(SCHEMA, ENV, { period: PERIOD });
    assert.ok('text' in statement, JSON.stringify(statement));
    const found = await database.asOwner<Row>(statement.text, statement.values);
    const wanted = inMemory();
    const key = (row: Row): string => `${row.shift_report}/${row.worker}`;
    const byKey = new Map(found.map((row) => [key(row), row]));
    assert.equal(found.length, byKey.size);
    assert.deepEqual([...byKey.keys()].sort(), [...wanted.keys()].sort());
    const seen = new Set<string>();
    for (const [at, answers] of wanted) {
      for (const [name, answer] of Object.entries(answers)) {
        const row = byKey.get(at) ?? {};
        const value = row[name];
        const fault = row[`${name}_fault`];
        seen.add(`${name} ${String(fault ?? (value === null ? 'missing' : 'value'))}`);
        assert.ok(
          alike({ value, fault }, answer),
          `${at} ${name}: ${JSON.stringify([value, fault, answer])}`,
        );
      }
    }
    // Each of these would be lost if the data had become too good.
    const cases = [
      'bonus value',

      'bonus Q9001',
      'fed value',
      'fed Q9001',
      'heaviest missing',
    ];
    for (const kind of [
      ...cases,
      'heaviest Q9004',
      'own value',
      'trusted value',
      'led Q9001',
      'led value',
    ])
      assert.ok(seen.has(kind), `no ${kind} in ${[...seen].join(', ')}`);
  });

  it('takes the rows of the caller only, and says what it has no table for', async () => {
    const where = ([report]: readonly string[]): string => `${report}.id < 10`;
    const statement = kpi.sql(SCHEMA, ENV, { where });
    assert.ok('text' in statement);
    const rows = await database.asOwner<Row>(statement.text, statement.values);
    assert.ok(rows.length > 0 && rows.every((row) => Number(row.shift_report) < 10));
    const none = kpi.sql({ record: () => undefined }, ENV);
    assert.deepEqual(none, { notSupported: 'shift_report is in no table' });
  });

  /** The same rows as the language makes them of plain data. */
  function inMemory(): Map<string, Record<string, { value: unknown } | { fault: string }>> {
    const wanted = new Map<string, Record<string, { value: unknown } | { fault: string }>>();
    const of = (rows: readonly Row[], id: unknown): Row[] =>
      rows.filter((row) => row.report_id === id);
    for (const report of reports) {
      const master = workers.find(({ id }) => id === report.master_id);
      const record = {
        ...report,
        master,
        packages: of(packages, report.id),
        crew: of(workers, report.id),
      };
      const made = kpi.rows(record);
      assert.ok('rows' in made);
      for (const row of made.rows) {
        const moment = kpi.inPeriod(row, PERIOD, ENV);
        const { included, results } = kpi.compute(row, ENV);
        if ('value' in moment && moment.value !== true) continue;
        if ('value' in included && included.value !== true) continue;
        const worker = row.worker as Row;
        const fault =
          'fault' in moment ? moment.fault : 'fault' in included ? included.fault : undefined;
        const outcomes = kpi.results.map(({ name }) => {
          if (fault !== undefined) return [name, { fault: fault.code }] as const;
          const outcome = results[name] ?? { value: undefined };
          return [
            name,
            'fault' in outcome ? { fault: outcome.fault.code } : { value: outcome.value },
          ] as const;
        });
        wanted.set(`${report.id}/${worker.id}`, Object.fromEntries(outcomes));
      }
    }
    return wanted;
  }
});

/** Sums over rows are exact in decimals, so the last bits may differ from those of doubles. */
function alike(
  found: { value: unknown; fault: unknown },
  wanted: { value: unknown } | { fault: string },
): boolean {
  if ('fault' in wanted) return found.fault === wanted.fault;
  if (found.fault !== null) return false;
  const [a, b] = [found.value, wanted.value];
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));
}

/** Reports, some of them badly kept. */
function makeShifts(random: Random): { reports: Row[]; packages: Row[]; workers: Row[] } {
  const oneIn = (n: number): boolean => random.whole(1, n) === 1;
  const maybe = <T>(value: T, otherwise: T | null = null): T | null =>
    oneIn(20) ? otherwise : value;
  const count = (n: number): number[] => Array.from({ length: n }, (_, id) => id);
  const reports = count(REPORTS).map((id) => ({
    id,
    master_id: maybe(id * 2),
    date: maybe(`2025-08-${String(random.whole(1, 28)).padStart(2, '0')}`),
    closed: maybe(!oneIn(10)),
    plan_24h: maybe(random.whole(0, 3) * 1000.125),
    shift_hours: maybe(12),
    actual_crew: random.whole(0, 4),
    norm_crew: random.whole(0, 4),
    bonus_100: random.whole(100, 500) * 1000,
  }));
  const packages = count(PACKAGES).map((id) => {
    // The last reports have none.
    const report_id = random.whole(0, REPORTS - 40);
    // Of several kinds of fault in one list of rows, which have no order, either may be told.
    const [missing, lost] = [report_id % 2 === 0, report_id % 2 === 1];
    return {
      id,
      report_id,
      weight_kg: missing && oneIn(100) ? null : random.whole(1, 40_000) / 1000,
      made_by: `worker ${random.whole(0, 3)}`,
      status: lost && oneIn(100) ? 'lost' : oneIn(2) ? 'ok' : 'rejected',
      weight_trusted: !oneIn(10),
      overridden_by: oneIn(2) ? 'Jasur' : null,
      packed_at: new Date(Date.UTC(2025, 7, 10) + random.whole(0, 86_400_000)).toISOString(),
    };
  });
  const workers = count(REPORTS * 2).map((id) => ({
    id,
    report_id: Math.floor(id / 2),
    name: `worker ${id % 3}`,
    grade: maybe(oneIn(2) ? 'junior' : 'senior'),
  }));
  return { reports, packages, workers };
}
