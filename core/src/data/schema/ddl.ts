import type { FieldSpec } from '../../api/fields.ts';
import type { RecordDef } from '../../api/records.ts';
import { columnsOf, typeOf } from '../columns.ts';
import { literal, quoted } from '../values.ts';

/** Columns that every table has, whatever its record says. */
export const SYSTEM_COLUMNS: Readonly<Record<string, string>> = {
  id: 'uuid not null default gen_random_uuid()',
  organization_id: 'uuid not null default qoida_org()',
  created_at: 'timestamp with time zone not null default now()',
};

/** A named part of a table that can be added on its own. */
export interface NamedPart {
  readonly name: string;
  readonly sql: string;
}

/** Finds the record that a reference points at. */
export type RecordsByName = ReadonlyMap<string, RecordDef>;

export const byName = (records: readonly RecordDef[]): RecordsByName =>
  new Map(records.map((record) => [record.name, record]));

/** PostgreSQL cuts longer names silently, and then they no longer match. */
const named = (...parts: string[]): string => parts.join('_').slice(0, 63);

/** The checks that a field's declaration means, named `table_field_kind`. */
export function fieldChecks(record: RecordDef, name: string): NamedPart[] {
  const spec = record.fields[name] as FieldSpec;
  const column = quoted(name);
  const checks: NamedPart[] = [];
  if (spec.kind === 'oneOf') {
    const values = (spec.values ?? []).map(literal).join(', ');
    checks.push({ name: named(record.table, name, 'values'), sql: `${column} in (${values})` });
  }
  if (spec.kind === 'text' && spec.maxLength !== undefined) {
    checks.push({
      name: named(record.table, name, 'length'),
      sql: `char_length(${column}) <= ${spec.maxLength}`,
    });
  }
  const numeric = ['number', 'integer', 'quantity', 'money'].includes(spec.kind);
  if (numeric && spec.min !== undefined) {
    checks.push({ name: named(record.table, name, 'min'), sql: `${column} >= ${spec.min}` });
  }
  if (numeric && spec.max !== undefined) {
    checks.push({ name: named(record.table, name, 'max'), sql: `${column} <= ${spec.max}` });
  }
  return checks;
}

/** A column's line without its checks and reference. */
export function columnSql(name: string, spec: FieldSpec): string {
  const parts = [quoted(name), typeOf(spec)];
  if (spec.optional !== true) parts.push('not null');
  if (spec.default !== undefined && spec.default !== null)
    parts.push(`default ${defaultSql(spec)}`);
  return parts.join(' ');
}

function defaultSql(spec: FieldSpec): string {
  const value = spec.default;
  const type = typeOf(spec);
  if (type === 'jsonb') return `${literal(JSON.stringify(value))}::jsonb`;
  if (Array.isArray(value))
    return `array[${value.map((item) => literal(String(item))).join(', ')}]::${type}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return literal(value instanceof Date ? value.toISOString() : String(value));
}

/** @throws Error for a reference to a record that isn't there or is partitioned */
export function referenceSql(
  record: RecordDef,
  name: string,
  records: RecordsByName,
): NamedPart | null {
  const spec = record.fields[name] as FieldSpec;
  if (spec.kind !== 'ref') return null;
  const target = records.get(spec.record ?? '');
  if (!target)
    throw new Error(`${record.name}.${name} refers to the unknown record "${spec.record}"`);
  if (target.options.partition) {
    throw new Error(
      `${record.name}.${name} refers to the partitioned record "${target.name}"; use id('${target.name}')`,
    );
  }
  return {
    name: named(record.table, name, 'fkey'),
    sql: `foreign key (${quoted(name)}) references ${quoted(target.table)} (id)`,
  };
}

/** A key that has to be there: `columns` when it is of plain columns, `sql` makes it. */
export interface KeyPart {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[] | null;
  readonly sql: string;
}

/** Unique keys (inside an organisation) and indexes of a record. */
export function keysOf(record: RecordDef): KeyPart[] {
  const table = quoted(record.table);
  const plain = (unique: boolean, columns: readonly string[], suffix: string): KeyPart => {
    const all = unique ? ['organization_id', ...columns] : [...columns];
    const name = named(record.table, ...columns, suffix);
    const on = all.map(quoted).join(', ');
    const sql = `create ${unique ? 'unique ' : ''}index ${quoted(name)} on ${table} (${on})`;
    return { name, unique, columns: all, sql };
  };
  const special = (unique: boolean, key: { on: string; where?: string; name: string }): KeyPart => {
    const on = unique ? `organization_id, ${key.on}` : key.on;
    const where = key.where === undefined ? '' : ` where ${key.where}`;
    const sql = `create ${unique ? 'unique ' : ''}index ${quoted(key.name)} on ${table} (${on})${where}`;
    return { name: key.name, unique, columns: null, sql };
  };
  /** What was removed gives its names back. */
  const uniqueField = (field: string): KeyPart => {
    const { removed } = record.options;
    if (removed === undefined) return plain(true, [field], 'key');
    const name = named(record.table, field, 'key');
    return special(true, { on: quoted(field), where: `${quoted(removed)} is null`, name });
  };
  const isPlain = (key: unknown): key is readonly string[] => Array.isArray(key);
  const keys = [
    ...Object.entries(record.fields)
      .filter(([, spec]) => spec.unique === true)
      .map(([name]) => uniqueField(name)),
    ...(record.options.unique ?? []).map((key) =>
      isPlain(key) ? plain(true, key, 'key') : special(true, key),
    ),
    ...(record.options.indexes ?? []).map((key) =>
      isPlain(key) ? plain(false, key, 'idx') : special(false, key),
    ),
  ];
  const by = record.options.partition?.by;
  for (const key of keys) {
    const names = key.columns ?? key.sql.split(/\W+/);
    if (by !== undefined && key.unique && !names.includes(by)) {
      throw new Error(
        `unique key ${key.name} of the partitioned record "${record.name}" must contain ${by}`,
      );
    }
  }
  return keys;
}

/**
 * The statements that make a record's table, its keys and its row level security.
 * @param later fields whose reference is added afterwards, because its table comes later
 */
export function createTableSql(
  record: RecordDef,
  records: RecordsByName,
  later: readonly string[] = [],
): string {
  const { partition, checks = {} } = record.options;
  const table = literal(record.table);
  const lines = Object.entries(SYSTEM_COLUMNS).map(([name, sql]) => `${quoted(name)} ${sql}`);
  for (const { name, spec } of columnsOf(record)) lines.push(columnSql(name, spec));
  lines.push(`primary key (id${partition ? `, ${quoted(partition.by)}` : ''})`);
  for (const name of Object.keys(record.fields)) {
    const reference = later.includes(name) ? null : referenceSql(record, name, records);
    if (reference) lines.push(`constraint ${quoted(reference.name)} ${reference.sql}`);
    for (const check of fieldChecks(record, name)) {
      lines.push(`constraint ${quoted(check.name)} check (${check.sql})`);
    }
  }
  for (const [name, sql] of Object.entries(checks))
    lines.push(`constraint ${quoted(name)} check (${sql})`);
  const tail = partition ? ` partition by range (${quoted(partition.by)})` : '';
  const statements = [
    `create table ${quoted(record.table)} (\n  ${lines.join(',\n  ')}\n)${tail};`,
    ...keysOf(record).map((key) => `${key.sql};`),
    `select qoida_tenant_table(${table});`,
  ];
  if (partition) {
    statements.push(
      `select qoida_partitioned_table(${table}, ${literal(partition.by)}, ${literal(partition.every)});`,
    );
  }
  return statements.join('\n');
}
