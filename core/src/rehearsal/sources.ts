import type { FieldSpec } from '../api/fields.ts';
import type { RecordDef } from '../api/records.ts';
import { tableOf } from '../data/table.ts';
import type { FieldKind, RecordSource } from './task.ts';

/** Where the rows of each record are and whose they are, as SQL for the thread of a rehearsal. */
export const sourcesOf = (records: Iterable<RecordDef>): RecordSource[] =>
  [...records].map((record) => {
    const table = tableOf(record);
    const names = [...table.storedNames, ...table.computed];
    return {
      name: record.name,
      table: table.name,
      fields: Object.fromEntries(names.map((name) => [name, table.expression(name)])),
      stored: table.storedNames,
      kinds: Object.fromEntries(table.columns.map(({ name, spec }) => [name, kindOf(spec)])),
      audited: record.options.audit !== false,
      person: personOf(record),
    };
  });

function kindOf({ kind, item }: FieldSpec): FieldKind {
  if (kind === 'list' && item !== undefined) return kindOf(item);
  if (kind === 'instant') return 'instant';
  return kind === 'number' || kind === 'quantity' || kind === 'money' ? 'number' : 'other';
}

/** Those who did the work before the one who only wrote it down. */
function personOf({ name, fields }: RecordDef): string | null {
  if (name === 'user') return 'id';
  const all = Object.entries(fields);
  const several = all.find(([, { kind, item }]) => kind === 'list' && item?.record === 'user');
  if (several !== undefined) return several[0];
  const one = all.filter(([, { kind, record }]) => kind === 'ref' && record === 'user');
  return (one.find(([field]) => field === 'user_id') ?? one[0])?.[0] ?? null;
}
