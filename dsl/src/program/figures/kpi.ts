import { type CheckedKpi, INCLUDED } from '../../check/blocks/kpis.ts';
import type { SqlSchema } from '../../compile/sql/schema.ts';
import type { ExplainNode } from '../../explain/explain.ts';
import { costOf } from '../../ir/analyse.ts';
import type { Unit } from '../../ir/ir.ts';
import { typeText } from '../../types/type.ts';
import type { TypeText } from '../../types/type-text.ts';
import { callOf } from '../called.ts';
import type { Facts, GateEnvironment } from '../gate/gate.ts';
import type { Outcome, Runtime } from '../runtime.ts';
import { callsOfFigures, figureTexts, unitOfPart } from './figures.ts';
import { momentUnit, type Period, periodOf } from './kpi-period.ts';
import { type KpiGrain, type KpiRows, rowsOf } from './kpi-rows.ts';
import { type KpiSqlOptions, type KpiStatement, kpiSql } from './kpi-sql.ts';

/** What a KPI says of one row. */
export interface KpiAnswer {
  /** Does the row count? A condition that can't be decided is a fault. */
  readonly included: Outcome;
  /**
   * By name; empty for a row that does not count. A result is not computed where it is a fault, or
   * `null` for one that is declared `T?`: never 0, never 100 %.
   */
  readonly results: Readonly<Record<string, Outcome>>;
}

export interface CompiledKpi {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  readonly grain: readonly KpiGrain[];
  /** What puts a row into a period. */
  readonly over: { readonly path: string; readonly type: 'date' | 'instant' } | undefined;
  readonly results: readonly { readonly name: string; readonly type: TypeText }[];
  /** `shift_report.plan_24h`, `settings.x`; also what `where` and `over` read. */
  readonly reads: readonly string[];
  /** An upper bound of the steps for one row, with lists of 1000. */
  readonly cost: number;
  /** The rows a first record makes: one, or one for each combination of what is found from it. */
  rows(first: object): KpiRows;
  /** @param row the records of the row by name */
  compute(row: Facts, env: GateEnvironment): KpiAnswer;
  /**
   * Is the row of the period? A KPI without `over` has no periods, all its rows are of any.
   * A moment that can't be told is a fault: the row is then listed as not computed.
   */
  inPeriod(row: Facts, period: Period, env: GateEnvironment): Outcome;
  /** @throws RangeError when there is no such result */
  explain(row: Facts, result: string, env: GateEnvironment, language: string): ExplainNode;
  /**
   * The KPI over a period as one statement of PostgreSQL, see `kpiSql`.
   * @throws RangeError when the period's dates do not exist
   */
  sql(schema: SqlSchema, env: GateEnvironment, options?: KpiSqlOptions): KpiStatement;
  /** The KPI's `message` for a row, or undefined when it has none. */
  message(row: Facts, env: GateEnvironment, language: string): string | undefined;
}

/** Compiles a checked KPI whose units are in the runtime. */
export function compileKpi(kpi: CheckedKpi, runtime: Runtime): CompiledKpi {
  const { block, signature, results, over } = kpi;
  const calls = callsOfFigures(kpi, runtime);
  const texts = figureTexts(kpi, runtime);
  const moment = momentUnit(kpi);
  const asked = moment === undefined ? undefined : callOf(moment, runtime);
  const names = [INCLUDED, ...results];
  const reads = [...names.map((name) => calls(name).reads), asked?.reads ?? []].flat();
  const grain = kpi.grain.map(({ name, type, way }): KpiGrain => {
    if (way === undefined) return { name, type: typeText(type), way };
    return { name, type: typeText(type), way: { ...way, from: kpi.grain[way.from]?.name ?? '' } };
  });
  return {
    name: signature.name,
    module: kpi.module,
    file: kpi.reporter.file,
    doc: block.doc,
    grain,
    over: over && {
      path: runtime.source(kpi.reporter.file).slice(over.expr.span.start, over.expr.span.end),
      type: over.type.kind === 'date' ? 'date' : 'instant',
    },
    results: results.map((name) => ({
      name,
      type: typeText(unitOfPart(kpi, name, runtime).body.type),
    })),
    reads: [...new Set(reads)].sort(),
    cost: costOf(runtime.units.get(signature.name) as Unit, runtime.units),
    rows: (first) => rowsOf(grain, kpi, first),
    compute(row, env) {
      const included = calls(INCLUDED).outcome(row, env);
      if ('value' in included && included.value !== true) return { included, results: {} };
      const answer = (name: string): Outcome =>
        'fault' in included ? included : calls(name).outcome(row, env);
      return { included, results: Object.fromEntries(results.map((name) => [name, answer(name)])) };
    },
    inPeriod(row, period, env) {
      if (asked === undefined) return { value: true };
      const found = asked.outcome(row, env);
      return 'fault' in found ? found : { value: periodOf(period, env).holds(found.value) };
    },
    explain: (row, result, env, language) => calls(result).explain(row, env, language),
    sql: (schema, env, options) => kpiSql(kpi, runtime, schema, env, options),
    message: texts,
  };
}
