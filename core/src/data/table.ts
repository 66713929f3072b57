import type { RecordDef } from '../api/records.ts';
import type { StoredRow } from './changes.ts';
import { type Column, columnsOf, decode } from './columns.ts';
import { quoted } from './values.ts';

const SYSTEM = ['id', 'created_at'];
const SORT_TERM = /^(-)?([a-z_][a-z0-9_]*)(?:\s+(asc|desc))?$/i;

/** A record as SQL sees it: names, select lists, orders. In its SQL the row is called `this`. */
export class RecordTable {
  readonly record: RecordDef;
  readonly columns: readonly Column[];
  readonly name: string;
  readonly computed: readonly string[];
  private readonly byName: ReadonlyMap<string, Column>;

  constructor(record: RecordDef) {
    this.record = record;
    this.columns = columnsOf(record);
    this.name = quoted(record.table);
    this.computed = Object.keys(record.options.computed ?? {});
    this.byName = new Map(this.columns.map((column) => [column.name, column]));
  }

  column(name: string): Column | undefined {
    return this.byName.get(name);
  }

  get storedNames(): string[] {
    return [...SYSTEM, ...this.byName.keys()];
  }

  /** SQL of a field of the row `this`. @throws Error for a name that the record doesn't have */
  expression(field: string): string {
    if (this.byName.has(field) || SYSTEM.includes(field)) return `this.${quoted(field)}`;
    const computed = this.record.options.computed?.[field];
    if (computed) return `(${computed.sql})`;
    throw new Error(`record "${this.record.name}" has no field "${field}"`);
  }

  /** SQL that holds for rows that were not removed; '' where a record's rows are deleted. @param alias of the row */
  present(alias = 'this'): string {
    const { removed } = this.record.options;
    return removed === undefined ? '' : `${alias}.${quoted(removed)} is null`;
  }

  /** SQL of the id of the row that a code names: of several that were removed the last, unless there is one now. */
  idByCode(code: string): string {
    const { removed } = this.record.options;
    const last =
      removed === undefined ? '' : `order by ${quoted(removed)} desc nulls first limit 1`;
    return `(select id from ${this.name} where ${quoted(code)} = ? ${last})`;
  }

  /** Select list: what is stored, and the named computed fields. */
  selectList(computed: readonly string[]): string {
    return [...this.storedNames, ...computed]
      .map((name) => `${this.expression(name)} as ${quoted(name)}`)
      .join(', ');
  }

  /** `created_at desc, code` or `-created_at,code` as SQL; the id comes last, so pages never overlap. */
  orderBy(sort = 'created_at'): string {
    const terms = sort.split(',').map((term) => {
      const [, minus, field, direction] = SORT_TERM.exec(term.trim()) ?? [];
      if (field === undefined)
        throw new Error(`"${term}" is not an order; write "field" or "field desc"`);
      const down = minus !== undefined || direction?.toLowerCase() === 'desc';
      return `${this.expression(field)} ${down ? 'desc' : 'asc'}`;
    });
    return [...terms, 'this.id'].join(', ');
  }

  /** The fields of an order, for a caller who has to know whether they may be seen. */
  sortFields(sort: string): string[] {
    return sort.split(',').map((term) => SORT_TERM.exec(term.trim())?.[2] ?? term.trim());
  }

  decodeRow(row: Record<string, unknown>, computed: readonly string[], prefix = ''): StoredRow {
    const result: Record<string, unknown> = {};
    for (const name of SYSTEM) result[name] = row[prefix + name];
    for (const { name, spec } of this.columns) result[name] = decode(spec, row[prefix + name]);
    for (const name of computed) {
      const field = this.record.options.computed?.[name]?.field;
      result[name] = field ? decode(field.spec, row[prefix + name]) : null;
    }
    return result;
  }
}

const tables = new WeakMap<RecordDef, RecordTable>();

/** The table of a record; made once. */
export function tableOf(record: RecordDef): RecordTable {
  const known = tables.get(record);
  if (known) return known;
  const made = new RecordTable(record);
  tables.set(record, made);
  return made;
}
