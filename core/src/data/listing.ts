import { invalid } from '../api/errors.ts';
import type { FieldSpec } from '../api/fields.ts';
import { decimalOf } from '../api/from-text.ts';
import type { RecordDef } from '../api/records.ts';
import type { StoredRow } from './changes.ts';
import { type Page, pageOf } from './paging.ts';
import { type RecordTable, tableOf } from './table.ts';
import type { Transaction } from './transaction.ts';
import { isUuid } from './values.ts';

/** A query string: `page`, `page_size`, `sort` (`field`, `-field`, `field desc`); everything else is a filter. */
export type ListQuery = Readonly<Record<string, string | undefined>>;

/**
 * One page of a record as its `api` option opens it: declared filters only, hidden fields left out.
 * A filter on a reference takes the other record's id or code.
 * @throws Refusal filter_unknown, filter_invalid, sort_invalid, page_invalid
 */
export async function listRecord(
  tx: Transaction,
  record: RecordDef,
  query: ListQuery,
): Promise<Page<StoredRow>> {
  const table = tableOf(record);
  const { page, page_size, offset } = pageOf(query);
  const hidden = record.options.api?.hidden ?? [];
  const computed = table.computed.filter((name) => !hidden.includes(name));
  const order = plain(table.orderBy(sortOf(table, query.sort, hidden)));
  const values: unknown[] = [];
  const where = filterSql(tx, table, query, values);
  const from = `from ${table.name} as this ${where}`;
  const rows = await tx.sql(
    `select ${plain(table.selectList(computed))} ${from} order by ${order} limit ${page_size} offset ${offset}`,
    values,
  );
  const [count] = await tx.sql<{ total: number }>(`select count(*) as total ${from}`, values);
  const items = rows.map((row) => without(table.decodeRow(row, computed), hidden));
  return { items, page, page_size, total: count?.total ?? 0 };
}

/** SQL of a declaration, in which a question mark is an operator and no parameter. */
const plain = (sql: string): string => sql.replaceAll('?', '\\?');

const without = (row: StoredRow, hidden: readonly string[]): StoredRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.includes(name)));

function sortOf(table: RecordTable, asked: string | undefined, hidden: readonly string[]): string {
  if (asked === undefined || asked === '') return table.record.options.api?.sort ?? 'created_at';
  const known = [...table.storedNames, ...table.computed].filter((name) => !hidden.includes(name));
  const unknown = table.sortFields(asked).filter((name) => !known.includes(name));
  if (unknown.length === 0) return asked;
  throw invalid(
    'sort_invalid',
    `Can't sort by ${unknown.join(', ')}; there are ${known.join(', ')}`,
    { unknown },
  );
}

const NOT_FILTERS = ['page', 'page_size', 'sort'];

function filterSql(
  tx: Transaction,
  table: RecordTable,
  query: ListQuery,
  values: unknown[],
): string {
  const allowed = table.record.options.api?.filters ?? [];
  const terms = Object.entries(query)
    .filter(([name, value]) => !NOT_FILTERS.includes(name) && value !== undefined)
    .map(([name, value]) => {
      if (!allowed.includes(name)) {
        throw invalid('filter_unknown', `No filter ${name}; there are ${allowed.join(', ')}`, {
          unknown: [name],
        });
      }
      return condition(tx, table, name, value as string, values);
    });
  const present = table.present();
  if (present !== '') terms.push(present);
  return terms.length ? `where ${terms.join(' and ')}` : '';
}

function condition(
  tx: Transaction,
  table: RecordTable,
  name: string,
  text: string,
  values: unknown[],
): string {
  const spec = table.column(name)?.spec ?? table.record.options.computed?.[name]?.field.spec;
  if (!spec) throw new Error(`record "${table.record.name}" has no field "${name}" to filter by`);
  const field = plain(table.expression(name));
  if (text === '') return `${field} is null`;
  values.push(filterValue(name, spec, text));
  if (spec.kind === 'list') return `? = any(${field})`;
  if ((spec.kind !== 'ref' && spec.kind !== 'id') || isUuid(text)) return `${field} = ?`;
  const target = spec.record === undefined ? undefined : tx.record(spec.record);
  const code = target?.options.code;
  if (!target || code === undefined) {
    throw invalid('filter_invalid', `${name} must be an id`, { filter: name, value: text });
  }
  return `${field} = ${tableOf(target).idByCode(code)}`;
}

/** The value of a filter in the type of its field. */
function filterValue(name: string, spec: FieldSpec, text: string): unknown {
  const wrong = (expected: string) =>
    invalid('filter_invalid', `${name} must be ${expected}`, { filter: name, value: text });
  switch (spec.kind) {
    case 'number':
    case 'integer':
    case 'quantity':
    case 'money': {
      const value = decimalOf(text);
      if (!Number.isFinite(value)) throw wrong('a number in decimal digits');
      return value;
    }
    case 'flag':
      if (text !== 'true' && text !== 'false') throw wrong('true or false');
      return text === 'true';
    case 'instant':
    case 'date':
      if (Number.isNaN(Date.parse(text))) throw wrong('a date or time in ISO form');
      return text;
    case 'oneOf':
      if (!spec.values?.includes(text)) throw wrong(`one of ${spec.values?.join(', ')}`);
      return text;
    default:
      return text;
  }
}
