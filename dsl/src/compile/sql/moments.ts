/** Dates, times of day, instants and zones, as `values/calendar` has them. Operands are simple. */
import { DAY_MS } from '../../values/calendar.ts';
import { type Builder, double, type Expr, raw, sql } from './build.ts';

/** Before the first year a zone's offset is that of its beginning. */
const FIRST_MS = double(-62_135_510_400_000);
const QUARTER = double(900_000);
/** The days of 400 years, after which the calendar repeats. */
const CYCLE_DAYS = double(146_097);
const LAST_DAYS = double(1e8);

/** Milliseconds by which the zone is ahead of UTC at an instant. */
function offset(ms: Expr, zone: Expr, b: Builder): Expr {
  const quarter = b.ref(sql`floor(greatest(${ms}, ${FIRST_MS}) / ${QUARTER}) * ${QUARTER}`);
  return b.ref(
    sql`(extract(epoch FROM to_timestamp(${quarter} / 1000) AT TIME ZONE ${zone}) * 1000)::float8 - ${quarter}`,
  );
}

/** PostgreSQL's rule for times shown twice or skipped is the language's. */
export const fromLocal = (local: Expr, zone: Expr): Expr =>
  sql`(extract(epoch FROM (to_timestamp(${local} / 1000) AT TIME ZONE 'UTC') AT TIME ZONE ${zone}) * 1000)::float8`;

/** The instants a `Date` can hold, less a margin for zones, in milliseconds. */
const LAST_MS = 8.64e15 - 1e9;
const inCalendar = (ms: Expr): Expr =>
  sql`CASE WHEN abs(${ms}) <= ${double(LAST_MS)} THEN ${ms} END`;

const localOf = (ms: Expr, zone: Expr, b: Builder): Expr =>
  b.ref(sql`${ms} + ${offset(ms, zone, b)}`);

export const dateOf = (instant: Expr, zone: Expr, b: Builder): Expr =>
  sql`floor(${localOf(b.ref(inCalendar(instant)), zone, b)} / ${double(DAY_MS)})`;

export function timeOf(instant: Expr, zone: Expr, b: Builder): Expr {
  const local = localOf(b.ref(inCalendar(instant)), zone, b);
  return sql`${local} - floor(${local} / ${double(DAY_MS)}) * ${double(DAY_MS)}`;
}

export function atMidnight(days: Expr, zone: Expr, b: Builder): Expr {
  const held = sql`CASE WHEN abs(${days}) <= ${double(LAST_MS / DAY_MS)} THEN ${days} * ${double(DAY_MS)} END`;
  return fromLocal(b.ref(held), zone);
}

export const weekday = (days: Expr): Expr =>
  sql`(ARRAY['monday','tuesday','wednesday','thursday','friday','saturday','sunday'])[(${days} + 3 - floor((${days} + 3) / 7) * 7)::int + 1]`;

/** Some months later; a day the month doesn't have becomes its last. NULL beyond the calendar. */
export function addMonths(days: Expr, months: Expr, b: Builder): Expr {
  // The calendar repeats after 400 years, so both are brought near 1970 and moved back after.
  const cycles = b.ref(sql`floor(${days} / ${CYCLE_DAYS})`);
  const wide = b.ref(sql`floor(${months} / 4800)`);
  const start = sql`date '1970-01-01' + (${days} - ${cycles} * ${CYCLE_DAYS})::int`;
  const added = sql`make_interval(months => (${months} - ${wide} * 4800)::int)`;
  const moved = sql`((${start} + ${added})::date - date '1970-01-01')::float8`;
  const total = b.ref(
    sql`CASE WHEN abs(${days}) <= ${LAST_DAYS} THEN ${moved} + (${cycles} + ${wide}) * ${CYCLE_DAYS} END`,
  );
  return sql`CASE WHEN abs(${total}) <= ${LAST_DAYS} THEN ${total} END`;
}

/** The day number of `YYYY-MM-DD`; NULL when there is no such day. */
export function parseDate(text: Expr, b: Builder): Expr {
  const first = b.ref(
    sql`CASE WHEN ${text} ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$' AND ${text} > '0001' THEN make_date(left(${text}, 4)::int, substr(${text}, 6, 2)::int, 1) END`,
  );
  const day = b.ref(sql`CASE WHEN ${first} IS NOT NULL THEN right(${text}, 2)::int END`);
  const last = sql`extract(day FROM ${first} + interval '1 month' - interval '1 day')`;
  return sql`CASE WHEN ${day} BETWEEN 1 AND ${last} THEN (${first} + ${day} - 1 - date '1970-01-01')::float8 END`;
}

/** Milliseconds since midnight of `HH:MM[:SS[.mmm]]`; NULL when it is no time of day. */
export function parseTime(text: Expr, b: Builder): Expr {
  const parts = b.ref(
    sql`regexp_match(${text}, '^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,3}))?)?$')`,
  );
  const seconds = sql`coalesce(${parts}[3], '0')::int`;
  return sql`CASE WHEN ${parts}[1]::int < 24 AND ${parts}[2]::int < 60 AND ${seconds} < 60 THEN (${parts}[1]::int * 3600000 + ${parts}[2]::int * 60000 + ${seconds} * 1000 + rpad(coalesce(${parts}[4], '0'), 3, '0')::int)::float8 END`;
}

/** An ISO instant; without `Z` or offset it is local. NULL when it is none. */
export function parseInstant(text: Expr, zone: () => Expr, b: Builder): Expr {
  const parts = b.ref(
    sql`regexp_match(${text}, '^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?)(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?$')`,
  );
  const date = b.ref(parseDate(b.ref(sql`${parts}[1]`), b));
  // HH:MM:SS.mmm: what is finer is dropped.
  const time = b.ref(parseTime(b.ref(sql`left(${parts}[2], 12)`), b));
  const local = b.ref(sql`${date} * ${double(DAY_MS)} + ${time}`);
  const zoned = b.ref(sql`${parts}[3]`);
  const ahead = sql`(substr(${zoned}, 2, 2)::int * 60 + coalesce(nullif(substr(replace(${zoned}, ':', ''), 4, 2), ''), '0')::int) * ${double(60_000)}`;
  return sql`CASE WHEN ${zoned} IS NULL THEN ${fromLocal(local, zone())} WHEN ${zoned} = 'Z' THEN ${local} WHEN ${zoned} LIKE '-%' THEN ${local} + ${ahead} ELSE ${local} - ${ahead} END`;
}

/**
 * The shift an instant falls in: the last one that has begun by then.
 * @returns a reader of its columns `day` (a date), `kind`, `start` and `next`
 */
export function shiftAt(
  instant: Expr,
  day: Expr,
  night: Expr,
  zone: Expr,
  b: Builder,
): (column: 'day' | 'kind' | 'start' | 'next') => Expr {
  const today = b.ref(dateOf(instant, zone, b));
  const begins = [-1, 0, 1].flatMap((offset) =>
    [
      ['day', day],
      ['night', night],
    ].map(([kind, clock]) => {
      const date = sql`${today} + ${double(offset)}`;
      const start = fromLocal(sql`${date} * ${double(DAY_MS)} + ${clock as Expr}`, zone);
      return sql`(${date}, ${`'${kind as string}'`}, ${start})`;
    }),
  );
  const rows = begins.reduce(
    (all, row) => ({ ...sql`${all}, ${{ ...row, simple: true }}`, simple: true }),
    raw('(NULL::float8, NULL::text, NULL::float8)'),
  );
  const shifts = sql`SELECT v.*, lead(start) OVER (ORDER BY start) AS next FROM (VALUES ${rows}) v (day, kind, start) WHERE start IS NOT NULL`;
  const found = sql`SELECT v.* FROM ${shifts} v WHERE start <= ${instant} AND next IS NOT NULL AND ${day} <> ${night} ORDER BY start DESC LIMIT 1`;
  const { alias, level } = b.attach({ ...sql`LATERAL ${found}`, simple: true }, () => raw('true'));
  return (column) => b.column(b.block, level, `${alias}.${column}`);
}
