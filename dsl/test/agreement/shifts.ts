import { check } from '../../src/check/check.ts';
import { createCompiler } from '../../src/compile/js/compile.ts';
import type { ColumnKind, SqlField, SqlSchema, SqlTable } from '../../src/compile/sql/schema.ts';
import { parseFile } from '../../src/language/parse.ts';
import { type CompiledKpi, compileKpi } from '../../src/program/figures/kpi.ts';
import { unitsCalled } from '../../src/program/units-called.ts';
import { type Catalog, indexCatalog } from '../../src/types/catalog.ts';
import { NO_NATIVES } from '../../src/values/environment.ts';

const kg = { type: 'kg?', resolution: 0.001 } as const;

/** Shift reports with their packages and their crew. */
const CATALOG: Catalog = {
  records: {
    shift_report: {
      fields: {
        date: { type: 'date' },
        closed: { type: 'bool' },
        plan_24h: { type: 'kg', resolution: 0.001 },
        shift_hours: { type: 'h' },
        actual_crew: { type: 'number' },
        norm_crew: { type: 'number' },
        bonus_100: { type: 'UZS', resolution: 0.01 },
        master: { type: 'worker?' },
        packages: { type: 'list of package' },
        crew: { type: 'list of worker' },
      },
    },
    package: {
      fields: {
        weight_kg: kg,
        made_by: { type: 'text' },
        status: { type: 'oneof(ok, rejected)' },
        weight_trusted: { type: 'bool' },
        overridden_by: { type: 'text?' },
        packed_at: { type: 'instant' },
      },
    },
    worker: { fields: { name: { type: 'text' }, grade: { type: 'oneof(junior, senior)?' } } },
  },
  points: {},
  settings: { least: { type: 'kg', resolution: 0.001 } },
};

const TEXT = `module bonus
kpi worker_share per shift_report, worker in shift_report.crew
  let made = count(for p in packages where p.made_by = worker.name)
  let all_made = count(for p in packages where p.weight_trusted)
  result of_all: number = if all_made > 0 then count(for p in packages where p.made_by = worker.name and made > 0) / all_made else 0

kpi shift_bonus per shift_report, worker in shift_report.crew
  over shift_report.date
  where closed
  let fact = sum((p.weight_kg ?? 0 kg) for p in packages where p.weight_trusted or p.overridden_by is present)
  let plan = plan_24h * (shift_hours / 24 h) * (actual_crew / norm_crew ?? 0)
  let achieved = if plan > 0 kg then min(100%, percent(fact / plan)) else missing
  result bonus: UZS? = bonus_100 * achieved
  result fed: kg? = sum(p.weight_kg for p in packages)
  result heaviest: kg? = max(p.weight_kg for p in packages where p.status = ok)
  result mean: kg? = avg(p.weight_kg ?? 0 kg for p in packages)
  result own: number? = count(for p in packages where p.made_by = worker.name)
  result trusted: bool? = all(p.weight_trusted for p in packages)
  result heavy: bool? = any(p.weight_kg > settings.least for p in packages)
  result early: number? = count(for p in packages where time_of(p.packed_at) < 12:00)
  result led: bool? = master.grade = senior
  result shares: number? = sum(achieved * (p.weight_kg / plan) for p in packages)
  result above: number? = count(for p in packages where p.weight_kg > mean_of_all)
  let mean_of_all = avg(p.weight_kg ?? 0 kg for p in packages) ?? 0 kg
  result crews: number? = sum(worker_share(shift_report, w).of_all for w in crew)
`;

/** The KPI, compiled. @throws Error when its text has an error */
export function shiftBonus(): CompiledKpi {
  const { file, diagnostics } = parseFile('bonus.qoida', TEXT);
  const checked = check([{ name: 'bonus.qoida', file }], indexCatalog(CATALOG));
  const error = [...diagnostics, ...checked.diagnostics].find((d) => d.severity === 'error');
  const kpi = checked.kpis.find(({ signature }) => signature.name === 'shift_bonus');
  if (error !== undefined || kpi === undefined) throw new Error(error?.message ?? 'no KPI');
  const units = unitsCalled(checked);
  const compiler = createCompiler(units);
  const { index } = checked;
  return compileKpi(kpi, { units, compiler, natives: NO_NATIVES, index, source: () => TEXT });
}

type Columns = Readonly<Record<string, ColumnKind>>;
const table = (
  name: string,
  columns: Columns,
  more: Readonly<Record<string, SqlField>> = {},
): SqlTable => ({
  table: [name],
  key: 'id',
  field(field) {
    const type = columns[field];
    return type === undefined ? more[field] : { kind: 'column', column: field, type };
  },
});

const REPORT: Columns = {
  date: 'date',
  closed: 'bool',
  plan_24h: 'numeric',
  shift_hours: 'float8',
  actual_crew: 'integer',
  norm_crew: 'integer',
  bonus_100: 'numeric',
};
const PACKAGE: Columns = {
  weight_kg: 'numeric',
  made_by: 'text',
  status: 'text',
  weight_trusted: 'bool',
  overridden_by: 'text',
  packed_at: 'timestamptz',
};
const WORKER: Columns = { name: 'text', grade: 'text' };

const workers = table('kpi_workers', WORKER);
const belongs = [{ column: 'report_id', outer: 'id' }];
const TABLES: Readonly<Record<string, SqlTable>> = {
  shift_report: table('kpi_reports', REPORT, {
    master: { kind: 'reference', column: 'master_id', to: workers },
    packages: { kind: 'list', list: { of: table('kpi_packages', PACKAGE), join: belongs } },
    crew: { kind: 'list', list: { of: workers, join: belongs } },
  }),
};

export const SCHEMA: SqlSchema = {
  record: (name) => TABLES[name] ?? (name === 'worker' ? workers : undefined),
};

const ddl = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
export const CREATE_SHIFTS = [
  `CREATE TABLE kpi_reports (id integer PRIMARY KEY, master_id integer, ${ddl(REPORT)})`,
  `CREATE TABLE kpi_packages (id integer PRIMARY KEY, report_id integer, ${ddl(PACKAGE)})`,
  `CREATE TABLE kpi_workers (id integer PRIMARY KEY, report_id integer, ${ddl(WORKER)})`,
];
export const insertInto = (name: string): string =>
  `INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1)`;
