import type { FieldSpec } from '../api/fields.ts';
import type { RecordDef } from '../api/records.ts';

/** A stored field of a record as PostgreSQL keeps it. */
export interface Column {
  readonly name: string;
  readonly spec: FieldSpec;
  /** As `format_type` prints it, e.g. 'numeric(14,3)'. */
  readonly type: string;
}

/** Places after the point of a stored number, or null when it is a double. */
export function placesOf(spec: FieldSpec): number | null {
  if (spec.kind === 'number' || spec.kind === 'quantity' || spec.kind === 'money') {
    if (spec.resolution !== undefined) return Math.max(0, Math.round(-Math.log10(spec.resolution)));
    return spec.kind === 'number' ? null : 6;
  }
  return null;
}

/** The SQL type of a field. @throws Error for a `record`, which is never stored */
export function typeOf(spec: FieldSpec): string {
  switch (spec.kind) {
    case 'text':
    case 'oneOf':
      return 'text';
    case 'number':
    case 'quantity':
    case 'money': {
      const places = placesOf(spec);
      return places === null ? 'double precision' : `numeric(14,${places})`;
    }
    case 'integer':
      return 'bigint';
    case 'flag':
      return 'boolean';
    case 'instant':
      return 'timestamp with time zone';
    case 'date':
      return 'date';
    case 'id':
    case 'ref':
      return 'uuid';
    case 'list':
      return listTypeOf(spec);
    case 'object':
    case 'json':
      return 'jsonb';
    case 'record':
      throw new Error('a field of kind "record" is a fact, it cannot be stored');
  }
}

function listTypeOf(spec: FieldSpec): string {
  const item = spec.item?.kind;
  if (item === 'text' || item === 'oneOf') return 'text[]';
  return item === 'id' || item === 'ref' ? 'uuid[]' : 'jsonb';
}

/** The stored fields of a record in declared order. */
export const columnsOf = (record: RecordDef): Column[] =>
  Object.entries(record.fields).map(([name, spec]) => ({ name, spec, type: typeOf(spec) }));

/** A value as the driver takes it. */
export function encode(column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return column.type === 'jsonb' ? JSON.stringify(value) : value;
}

/** A stored value as the record's type has it: instants inside JSON come back as Date. */
export function decode(spec: FieldSpec, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (spec.kind === 'instant') return typeof value === 'string' ? new Date(value) : value;
  if (spec.kind === 'list' && spec.item && Array.isArray(value)) {
    const item = spec.item;
    return value.map((entry) => decode(item, entry));
  }
  if (spec.kind === 'object' && spec.fields && typeof value === 'object') {
    const given = value as Record<string, unknown>;
    const entries = Object.entries(spec.fields).map(([name, field]) => [
      name,
      decode(field, given[name]),
    ]);
    return { ...given, ...Object.fromEntries(entries) };
  }
  return value;
}
