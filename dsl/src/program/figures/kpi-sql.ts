import { bindSql, sqlStatement } from '#sql';
import { type CheckedKpi, INCLUDED } from '../../check/blocks/kpis.ts';
import type { SqlPeriod } from '../../compile/sql/compile.ts';
import type { SqlGrain, SqlSchema, SqlSource } from '../../compile/sql/schema.ts';
import type { SqlValue } from '../../compile/sql/values.ts';
import { type GateEnvironment, inputsOf } from '../gate/gate.ts';
import { environmentOf, type Runtime, settingsOf } from '../runtime.ts';
import { unitOfPart } from './figures.ts';
import { momentUnit, type Period, periodOf } from './kpi-period.ts';

/** A statement with the values of its `$1`, `$2` … */
export type KpiStatement =
  | { readonly text: string; readonly values: readonly SqlValue[] }
  | { readonly notSupported: string };

export interface KpiSqlOptions {
  /** The days of the period; without it, or where the KPI has no `over`, all rows. */
  readonly period?: Period;
  /** A condition on the rows besides: of the organisation, of what is published. */
  readonly where?: SqlSource['where'];
}

/**
 * A KPI over a period as one statement of PostgreSQL. For each row that counts: the key of each
 * record under its name, and each result under its name with `NAME_fault` beside it: a code where
 * it is not computed, else NULL.
 * @throws RangeError when the period's dates do not exist
 */
export function kpiSql(
  kpi: CheckedKpi,
  runtime: Runtime,
  schema: SqlSchema,
  env: GateEnvironment,
  { period, where }: KpiSqlOptions = {},
): KpiStatement {
  const grain: SqlGrain[] = [];
  for (const { name, type, way } of kpi.grain) {
    const of = schema.record(type.name ?? name);
    if (of === undefined) return { notSupported: `${type.name ?? name} is in no table` };
    grain.push({ name, of, way });
  }
  const columns = kpi.results.map((name) => ({ name, unit: unitOfPart(kpi, name, runtime) }));
  const statement = sqlStatement(
    where === undefined ? { grain } : { grain, where },
    columns,
    runtime.units,
    {
      period: period && rowsOfPeriod(kpi, period, env),
      included: unitOfPart(kpi, INCLUDED, runtime),
      given: new Set(['settings']),
    },
  );
  if ('notSupported' in statement) return statement;
  const values = inputsOf({}, settingsOf(env));
  const { now, zone } = environmentOf(values, env);
  const types = new Map<string, never>();
  return { text: statement.text, values: bindSql(statement.params, { values, types, now, zone }) };
}

function rowsOfPeriod(
  kpi: CheckedKpi,
  period: Period,
  env: GateEnvironment,
): SqlPeriod | undefined {
  const moment = momentUnit(kpi);
  if (moment === undefined) return undefined;
  const { first, last, start, end } = periodOf(period, env);
  const days = kpi.over?.type.kind === 'date';
  return { moment, from: days ? first : start, to: days ? last + 1 : end };
}
