import { notFound, Refusal } from '../api/errors.ts';
import type { Repository } from '../api/operations.ts';
import type { RecordDef, RowOf } from '../api/records.ts';
import type { Change, StoredRow } from './changes.ts';
import { encode } from './columns.ts';
import { asRefusal } from './refusals.ts';
import { type RecordTable, tableOf } from './table.ts';
import { isUuid, quoted } from './values.ts';

/** Which computed fields to load. All by default, as the row's type says; `[]` loads none. */
export interface LoadOptions {
  readonly computed?: readonly string[];
  /** Also rows that were removed. */
  readonly removed?: boolean;
}

/** `Repository` of the SDK with what the platform itself needs beside it. */
export interface RecordRepository<R extends RecordDef> extends Repository<R> {
  get(idOrCode: string, options?: LoadOptions & { lock?: boolean }): Promise<RowOf<R>>;
  find(
    where: Partial<RowOf<R>>,
    options?: LoadOptions & { lock?: boolean; sort?: string },
  ): Promise<RowOf<R> | null>;
  list(
    where: Partial<RowOf<R>>,
    options?: LoadOptions & { sort?: string; limit?: number; lock?: boolean },
  ): Promise<RowOf<R>[]>;
  /** The uuid of what a caller names by id or code (F-API-008). @throws Refusal not_found */
  idOf(idOrCode: string): Promise<string>;
}

/** What a repository needs of its transaction. Parameters are `$1`, `$2`, …. */
export interface RepositoryHost {
  query(text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  changed(change: Change): void;
}

type Row = Record<string, unknown>;
interface Query extends LoadOptions {
  readonly sort?: string;
  readonly limit?: number;
  readonly lock?: boolean;
}

/** Typed access to one record's table. Everything it writes is told to the host, for the audit. */
export class TableRepository {
  private readonly table: RecordTable;
  private readonly record: RecordDef;
  private readonly host: RepositoryHost;

  constructor(record: RecordDef, host: RepositoryHost) {
    this.record = record;
    this.table = tableOf(record);
    this.host = host;
  }

  async get(idOrCode: string, options: Query = {}): Promise<StoredRow> {
    const row = await this.find(this.naming(idOrCode), options);
    if (row !== null) return row;
    if (options.removed !== true) await this.refuseRemoved(idOrCode);
    throw notFound(this.record.name, idOrCode);
  }

  async idOf(idOrCode: string): Promise<string> {
    const row = await this.get(idOrCode, { computed: [] });
    return row.id as string;
  }

  async find(where: Row, options: Query = {}): Promise<StoredRow | null> {
    const [row] = await this.list(where, { ...options, limit: 1 });
    return row ?? null;
  }

  async list(where: Row, options: Query = {}): Promise<StoredRow[]> {
    const { table } = this;
    const computed = options.computed ?? table.computed;
    // A statement that waits for a lock keeps its old snapshot: computed fields come after, in a new one.
    const later = options.lock === true && computed.length > 0;
    const values: unknown[] = [];
    const conditions = this.conditions(where, values, options.removed === true);
    const rows = await this.host.query(
      `select ${table.selectList(later ? [] : computed)} from ${table.name} as this
       ${conditions} order by ${table.orderBy(options.sort)}
       ${options.limit === undefined ? '' : `limit ${Math.trunc(options.limit)}`}
       ${options.lock === true ? 'for update of this' : ''}`,
      values,
    );
    const found = rows.map((row) => table.decodeRow(row, later ? [] : computed));
    return later ? this.withComputed(found, computed) : found;
  }

  async insert(given: Row): Promise<StoredRow> {
    const { table } = this;
    const names = Object.keys(given).filter((name) => name !== 'id' && given[name] !== undefined);
    this.refuseUnknown(names);
    const filled: Row = { ...given };
    for (const { name, spec } of table.columns) {
      if (filled[name] === undefined && spec.default !== undefined) filled[name] = spec.default;
    }
    const columns = table.columns.filter(({ name }) => filled[name] !== undefined);
    const values = columns.map((column) => encode(column, filled[column.name]));
    const targets = columns.map(({ name }) => quoted(name));
    if (typeof given.id === 'string') {
      targets.push('id');
      values.push(given.id);
    }
    const into = targets.length
      ? `(${targets.join(', ')}) values (${values.map((_, index) => `$${index + 1}`).join(', ')})`
      : 'default values';
    const [row] = await this.write(
      'write',
      `insert into ${table.name} as this ${into} returning ${table.selectList([])}`,
      values,
    );
    return this.changed(null, table.decodeRow(row as Row, []));
  }

  async update(id: string, patch: Row): Promise<StoredRow> {
    const { table } = this;
    const names = Object.keys(patch).filter((name) => patch[name] !== undefined);
    this.refuseUnknown(names);
    if (names.length === 0) return this.get(id);
    if (!isUuid(id)) throw notFound(this.record.name, id);
    const columns = table.columns.filter(({ name }) => names.includes(name));
    const values = columns.map((column) => encode(column, patch[column.name]));
    const sets = columns.map(({ name }, index) => `${quoted(name)} = $${index + 2}`);
    const before = table.storedNames.map(
      (name) => `was.${quoted(name)} as ${quoted(`was ${name}`)}`,
    );
    const [row] = await this.write(
      'write',
      `with was as (select * from ${table.name} where id = $1 for update)
       update ${table.name} as this set ${sets.join(', ')} from was where this.id = was.id
       returning ${table.selectList([])}, ${before.join(', ')}`,
      [id, ...values],
    );
    if (!row) throw notFound(this.record.name, id);
    return this.changed(table.decodeRow(row, [], 'was '), table.decodeRow(row, []));
  }

  async remove(id: string): Promise<void> {
    const { table } = this;
    if (!isUuid(id)) throw notFound(this.record.name, id);
    const [row] = await this.write(
      'remove',
      `delete from ${table.name} as this where this.id = $1 returning ${table.selectList([])}`,
      [id],
    );
    if (!row) throw notFound(this.record.name, id);
    this.host.changed(this.change(id, table.decodeRow(row, []), null));
  }

  private naming(idOrCode: string): Row {
    if (isUuid(idOrCode)) return { id: idOrCode };
    const { code } = this.record.options;
    if (code === undefined) throw notFound(this.record.name, idOrCode);
    return { [code]: idOrCode };
  }

  /** @throws Refusal not_found, saying that it was there */
  private async refuseRemoved(idOrCode: string): Promise<void> {
    const { name, options } = this.record;
    if (options.removed === undefined) return;
    const sort = `${options.removed} desc`;
    const row = await this.find(this.naming(idOrCode), { removed: true, computed: [], sort });
    if (row === null) return;
    const removed_at = row[options.removed];
    // Whoever asks by its id learns how it was called.
    const [what, value] = [name, options.code === undefined ? idOrCode : row[options.code]];
    throw new Refusal('not_found', `${name}_removed`, `The ${name} "${value}" was removed`, {
      what,
      value,
      removed_at,
    });
  }

  private conditions(where: Row, values: unknown[], removed: boolean): string {
    const terms = Object.entries(where).map(([name, value]) => {
      // An undefined value is a slip of the caller; leaving the condition out would match too much.
      if (value === undefined) throw new Error(`the condition on "${name}" has no value`);
      if (value === null) return `${this.table.expression(name)} is null`;
      const column = this.table.column(name);
      values.push(column ? encode(column, value) : value);
      return `${this.table.expression(name)} = $${values.length}`;
    });
    const present = removed ? '' : this.table.present();
    if (present !== '') terms.push(present);
    return terms.length ? `where ${terms.join(' and ')}` : '';
  }

  private async withComputed(rows: StoredRow[], computed: readonly string[]): Promise<StoredRow[]> {
    if (rows.length === 0 || computed.length === 0) return rows;
    const { table } = this;
    const fresh = await this.host.query(
      `select ${table.selectList(computed)} from ${table.name} as this where this.id = any($1)`,
      [rows.map((row) => row.id)],
    );
    const byId = new Map(fresh.map((row) => [row.id, table.decodeRow(row, computed)]));
    return rows.map((row) => byId.get(row.id) ?? row);
  }

  private async changed(before: StoredRow | null, after: StoredRow): Promise<StoredRow> {
    this.host.changed(this.change(after.id as string, before, after));
    const [row] = await this.withComputed([after], this.table.computed);
    return row as StoredRow;
  }

  private change(id: string, before: StoredRow | null, after: StoredRow | null): Change {
    return { record: this.record, table: this.record.table, object_id: id, before, after };
  }

  private async write(action: 'write' | 'remove', text: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.host.query(text, values);
    } catch (error) {
      throw asRefusal(this.record, action, error);
    }
  }

  private refuseUnknown(names: readonly string[]): void {
    const unknown = names.filter((name) => !this.table.column(name));
    if (unknown.length === 0) return;
    throw new Error(`record "${this.record.name}" stores no field "${unknown.join('", "')}"`);
  }
}

/** The repository of a record with its types; rows are what the record's declaration makes them. */
export function repositoryOf<R extends RecordDef>(
  record: R,
  host: RepositoryHost,
): RecordRepository<R> {
  return new TableRepository(record, host) as unknown as RecordRepository<R>;
}
