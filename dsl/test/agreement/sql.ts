import { type SqlResult, sqlStatement } from '../../src/compile/sql/compile.ts';
import type { SqlTable } from '../../src/compile/sql/schema.ts';
import { bindSql, inputJson, type SqlValue } from '../../src/compile/sql/values.ts';
import { environmentOf } from '../../src/program/runtime.ts';
import { formatTime, parseTime } from '../../src/values/calendar.ts';
import { type Answer, CLOCK, type Facts, type Made, UNITS } from './units.ts';
import { TYPES } from './vars.ts';

const NAMES = [...TYPES.keys()];
const column = (name: string): string => `"${name}"`;

/** A table with the facts of many cases: a column of JSON for each name, `n` counts them from 0. */
export const CREATE_FACTS = `CREATE TABLE facts (n integer PRIMARY KEY, ${NAMES.map((name) => `${column(name)} jsonb`).join(', ')})`;
export const INSERT_FACTS = `INSERT INTO facts SELECT * FROM jsonb_to_recordset($1) AS f (n integer, ${NAMES.map((name) => `${column(name)} jsonb`).join(', ')})`;

/** The rows `INSERT_FACTS` takes, as one JSON. */
export function factRows(pool: readonly Facts[]): string {
  const rows = pool.map((facts, n) => {
    const cells = NAMES.map(
      (name) => `${JSON.stringify(name)}:${inputJson(facts[name], TYPES.get(name)) ?? 'null'}`,
    );
    return `{"n":${n},${cells.join(',')}}`;
  });
  return `[${rows.join(',')}]`;
}

const FACTS: SqlTable = {
  table: ['facts'],
  key: 'n',
  field: (name) => (TYPES.has(name) ? { kind: 'column', column: name, type: 'jsonb' } : undefined),
};

/** An expression over some of the facts. */
export function statementOf({ unit }: Made, first: number, count: number): SqlResult {
  const where = ([facts]: readonly string[]): string =>
    `${facts}.n >= ${first} AND ${facts}.n < ${first + count}`;
  const grain = [{ name: 'n', of: FACTS }];
  return sqlStatement({ grain, where }, [{ name: 'value', unit }], UNITS);
}

/** What the statement's parameters are. */
export function valuesOf(statement: SqlResult): readonly SqlValue[] {
  const { now, zone } = environmentOf({}, CLOCK);
  const run = { values: {}, types: TYPES, now, zone };
  return 'params' in statement ? bindSql(statement.params, run) : [];
}

/** A row of the result, as the other back ends answer. */
export function answerOfRow(row: {
  readonly value: unknown;
  readonly fault: string | null;
}): Answer {
  if (row.fault !== null) return { fault: row.fault };
  return { value: plainOf(row.value) };
}

function plainOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return value + 0;
  if (typeof value !== 'string') return value;
  // PostgreSQL writes a time of day with its seconds.
  const time = /^\d\d:\d\d:\d\d/.test(value) ? parseTime(value) : undefined;
  return time === undefined ? value : formatTime(time);
}
