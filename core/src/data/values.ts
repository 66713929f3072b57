import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const NUMERIC = 1700;

/** A bigint as a number. @throws RangeError beyond 2^53, where it would silently change */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`bigint ${text} is outside the safe range`);
  return value;
}

const parseInt8Array = pg.types.getTypeParser(INT8_ARRAY as number) as (text: string) => string[];
const OURS = new Map<number, (text: string) => unknown>([
  [NUMERIC, Number],
  [INT8, safeInteger],
  [INT8_ARRAY, (text) => parseInt8Array(text).map(safeInteger)],
  [DATE, (text) => text],
]);

/** How values come back: numeric and bigint as numbers, date as 'YYYY-MM-DD', timestamptz as Date. */
export const typeParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : OURS.get(oid);
    return own ?? pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/** An identifier for SQL text. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A text literal for SQL text (DDL only; values of statements are parameters). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
