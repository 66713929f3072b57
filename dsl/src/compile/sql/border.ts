import type { Unit } from '../../types/units.ts';
import { type Border, borderName } from '../../values/border.ts';
import { DAY_MS } from '../../values/calendar.ts';
import { type Builder, double, type Expr, NotSupported, raw, sql } from './build.ts';
import { over, scale, times } from './guards.ts';
import { parseDate, parseInstant, parseTime } from './moments.ts';
import type { ColumnKind } from './schema.ts';
import { type Compiled, faultOf, formOf, type Scalar, scalar, type Walk } from './shape.ts';

const LAST_DOUBLE = '1.7976931348623158079e308';
const FIRST_DOUBLE = '2.4703282292062328e-324';

/** A decimal as the nearest double, as JavaScript reads it; NULL when it is none. */
export const doubleOf = (x: Expr): Expr =>
  sql`CASE WHEN abs(${x}) < ${LAST_DOUBLE} THEN CASE WHEN abs(${x}) > ${FIRST_DOUBLE} THEN ${x}::float8 ELSE 0 END END`;

/** A number in its unit as a value in the base unit. */
const toBase = (x: Expr, { mul, div }: Unit, b: Builder): Expr =>
  mul === 1 && div === 1 ? x : scale(x, mul, div, b);

/** A value in the base unit as a number in its unit. */
export function fromBase(x: Expr, { mul, div }: Unit, b: Builder): Expr {
  if (div !== 1) {
    const raised = b.ref(times(x, div));
    return mul === 1 ? raised : over(raised, mul);
  }
  return mul === 1 ? x : over(x, mul);
}

/** What is there and has not the declared form is wrong data; what is not there is missing. */
const read = (border: Border, source: Expr, value: Expr, absent: Expr, b: Builder): Scalar => {
  // What goes through as it is cannot be wrong.
  if (value.sql === source.sql) return scalar(formOf(border), value, absent);
  const wrong = sql`CASE WHEN ${source} IS NOT NULL THEN ${faultOf('data')} ELSE ${absent} END`;
  return scalar(formOf(border), b.ref(value), b.brief(wrong));
};

/**
 * A value out of JSON.
 * @param json an object's member, JSON's null being NULL
 * @param absent the fault where there is none: of the object it would be in
 */
export function enterJson(json: Expr, border: Border, absent: Expr, walk: Walk): Compiled {
  const { b } = walk;
  const typed = (type: string, text: string): Expr =>
    b.ref(sql`CASE WHEN jsonb_typeof(${json}) = '${type}' THEN ${json}${text} END`);
  const text = (): Expr => typed('string', " #>> '{}'");
  switch (border.kind) {
    case 'number': {
      const number = b.ref(doubleOf(typed('number', '::numeric')));
      return read(border, json, toBase(number, border.unit, b), absent, b);
    }
    case 'bool':
      return read(border, json, typed('boolean', '::bool'), absent, b);
    case 'record':
      return read(border, json, typed('object', ''), absent, b);
    case 'list': {
      const { value, fault } = read(border, json, typed('array', ''), absent, b);
      return { kind: 'json', value, fault, of: border.of, wrapped: false };
    }
    case 'dynamic':
      return read(border, json, json, absent, b);
    case 'none':
      return read(border, json, raw('NULL::text'), absent, b);
    default:
      return read(border, json, fromText(text(), border, walk), absent, b);
  }
}

function fromText(text: Expr, border: Border, { b, zone }: Walk): Expr {
  switch (border.kind) {
    case 'enum': {
      const values = b.constant(border.values, 'text[]');
      return sql`CASE WHEN ${text} COLLATE "C" = ANY (${values}) THEN ${text} END`;
    }
    case 'date':
      return parseDate(text, b);
    case 'time':
      return parseTime(text, b);
    case 'instant':
      return parseInstant(text, zone, b);
    default:
      return text;
  }
}

const TEXTS: ReadonlySet<Border['kind']> = new Set(['text', 'enum', 'date', 'time', 'instant']);

/** A value out of a column of a table. */
export function enterColumn(
  column: Expr,
  type: ColumnKind,
  border: Border,
  absent: Expr,
  walk: Walk,
): Compiled {
  const { b } = walk;
  const { kind } = border;
  const made = (value: Expr): Scalar => read(border, column, value, absent, b);
  if (type === 'jsonb')
    return enterJson(b.ref(sql`nullif(${column}, 'null'::jsonb)`), border, absent, walk);
  if (type === 'text[]' && kind === 'list')
    return {
      kind: 'json',
      value: b.ref(sql`to_jsonb(${column})`),
      fault: absent,
      of: border.of,
      wrapped: false,
    };
  if (type === 'uuid' && kind === 'text') return made(sql`${column}::text`);
  if (type === 'text' && TEXTS.has(kind)) return made(fromText(column, border, walk));
  if (type === 'bool' && kind === 'bool') return made(column);
  if (kind === 'number') return numberColumn(column, type, border.unit, made, b);
  if (type === 'date' && kind === 'date')
    return made(
      sql`CASE WHEN ${column} BETWEEN '0001-01-01' AND '9999-12-31' THEN (${column} - date '1970-01-01')::float8 END`,
    );
  if (type === 'time' && kind === 'time')
    return made(
      sql`CASE WHEN date_trunc('milliseconds', ${column}::interval) = ${column}::interval THEN (extract(epoch FROM ${column}) * 1000)::float8 END`,
    );
  if (type === 'timestamptz' && kind === 'instant')
    return made(
      sql`CASE WHEN isfinite(${column}) THEN floor(extract(epoch FROM ${column}) * 1000)::float8 END`,
    );
  throw new NotSupported(`a column of ${type} as ${borderName(border)}`);
}

function numberColumn(
  column: Expr,
  type: ColumnKind,
  unit: Unit,
  made: (value: Expr) => Scalar,
  b: Builder,
): Scalar {
  const plain = unit.mul === 1 && unit.div === 1;
  switch (type) {
    case 'numeric': {
      const held = b.ref(sql`CASE WHEN ${column} <> 'NaN' THEN ${column} END`);
      const value = made(toBase(b.ref(sql`${held}::float8`), unit, b));
      return plain ? { ...value, exact: held } : value;
    }
    case 'integer': {
      const value = made(toBase(b.ref(sql`${column}::float8`), unit, b));
      return plain ? { ...value, exact: column } : value;
    }
    case 'float8': {
      const held = sql`CASE WHEN abs(${column}) < 'Infinity' THEN ${column} END`;
      return made(toBase(b.ref(held), unit, b));
    }
    default:
      throw new NotSupported(`a column of ${type} as a number`);
  }
}

const EPOCH_LOW = double(-2.1e14);
const EPOCH_HIGH = double(8.64e15);

/** A value as the statement's result: in its unit, moments as PostgreSQL's own. */
export function leave(x: Scalar, border: Border, b: Builder): Scalar {
  const out = (value: Expr): Scalar => ({
    ...x,
    value: b.ref(value),
    fault: sql`CASE WHEN ${x.value} IS NOT NULL THEN ${faultOf('range')} ELSE ${x.fault} END`,
  });
  switch (border.kind) {
    case 'number':
      return x.form === 'float8' ? out(fromBase(x.value, border.unit, b)) : x;
    case 'date':
      return out(
        sql`CASE WHEN ${x.value} BETWEEN ${double(-719_162)} AND ${double(2_932_896)} THEN date '1970-01-01' + ${x.value}::int END`,
      );
    case 'time':
      return out(
        sql`CASE WHEN ${x.value} >= 0 AND ${x.value} < ${double(DAY_MS)} THEN time '00:00' + ${x.value} * interval '1 millisecond' END`,
      );
    case 'instant':
      return out(
        sql`CASE WHEN ${x.value} BETWEEN ${EPOCH_LOW} AND ${EPOCH_HIGH} THEN to_timestamp(trunc(${x.value}) / 1000) END`,
      );
    default:
      return x;
  }
}

/** A value inside a record or list that is made in the statement, as JSON. */
export function toJson(x: Scalar, border: Border, { b }: Walk): Expr {
  const { value } = leave(x, border, b);
  const json = x.form === 'jsonb' ? value : sql`to_jsonb(${textOf(value, border)})`;
  // What came out of range is no number of JSON, so it is wrong data to whoever reads it.
  return sql`CASE WHEN ${value} IS NOT NULL THEN ${json} WHEN ${x.value} IS NOT NULL THEN '[]'::jsonb END`;
}

/** Moments as JSON has them. */
function textOf(value: Expr, border: Border): Expr {
  switch (border.kind) {
    case 'date':
      return sql`to_char(${value}, 'YYYY-MM-DD')`;
    case 'time':
      return sql`to_char(${value}, 'HH24:MI:SS.MS')`;
    case 'instant':
      return sql`to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    default:
      return value;
  }
}
