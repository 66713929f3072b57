import type { FieldKind, FieldSpec, Texts } from '../api/fields.ts';
import type { Locale } from '../api/locale.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import type { RecordDef } from '../api/records.ts';
import { type AuditRow, RecordTable, type Transaction } from '../data/index.ts';

/** What the log's names are called: records, their fields and operations. */
export interface Declared {
  readonly plugins: readonly Pick<Plugin, 'messages'>[];
  readonly records: ReadonlyMap<string, RecordDef>;
  readonly operations: ReadonlyMap<string, { readonly def: OperationDef }>;
}

/** One field of a difference, for a reader. */
export interface ShownChange {
  readonly field: string;
  readonly label: string;
  readonly kind: FieldKind | null;
  readonly unit: string | null;
  readonly old: unknown;
  readonly new: unknown;
  /** What the record is called that the field points at; null for other fields and for what is gone. */
  readonly old_name: string | null;
  readonly new_name: string | null;
}

export interface ShownRow extends AuditRow {
  readonly actor: string | null;
  readonly action_title: string;
  readonly object_title: string;
  /** By what people call it now; null when it is gone or has no name. */
  readonly object_code: string | null;
  readonly changes: readonly ShownChange[];
}

/** Audit rows in the reader's language: who, what it was done to, and each field with its unit. */
export async function shownRows(
  tx: Transaction,
  rows: readonly AuditRow[],
  declared: Declared,
  locale: Locale,
): Promise<ShownRow[]> {
  const { records, operations } = declared;
  const label = labelsOf(declared, locale);
  const actors = await actorsOf(tx, rows);
  const codes = await codesOf(tx, pointedAt(rows, records), records);
  return rows.map((row) => {
    const record = records.get(row.object_type);
    const operation = operations.get(row.action)?.def;
    return {
      ...row,
      actor: row.actor_id === null ? null : (actors.get(row.actor_id) ?? null),
      action_title: told(operation?.summary, locale) ?? row.action,
      object_title: titleOf(row.object_type, record, label, locale),
      object_code: codes.get(row.object_id) ?? null,
      changes: changesOf(row, record, { label, locale, codes }),
    };
  });
}

/** Kinds of objects that have a chain, by what they are called. */
export async function shownTypes(
  tx: Transaction,
  declared: Declared,
  locale: Locale,
): Promise<{ object_type: string; title: string }[]> {
  const label = labelsOf(declared, locale);
  const rows = await tx.sql<{ object_type: string }>(
    'select distinct object_type from audit_heads',
  );
  return rows
    .map(({ object_type }) => ({
      object_type,
      title: titleOf(object_type, declared.records.get(object_type), label, locale),
    }))
    .sort((a, b) => a.title.localeCompare(b.title, locale));
}

type Label = (key: string) => string | undefined;

/** Labels stand among the messages of the platform and its plugins. */
const labelsOf =
  ({ plugins }: Declared, locale: Locale): Label =>
  (key) =>
    told(plugins.find(({ messages }) => messages?.[key] !== undefined)?.messages?.[key], locale);

const titleOf = (
  type: string,
  record: RecordDef | undefined,
  label: Label,
  locale: Locale,
): string => told(record?.options.title, locale) ?? label(`record.${type}`) ?? spaced(type);

function changesOf(
  { object_type, old_new_diff_json: { old, new: fresh } }: AuditRow,
  record: RecordDef | undefined,
  { label, locale, codes }: { label: Label; locale: Locale; codes: ReadonlyMap<string, string> },
): ShownChange[] {
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(fresh ?? {})])];
  const declared = Object.keys(record?.fields ?? {});
  // In the order in which the record declares them; jsonb keeps one of its own.
  const place = (name: string) => {
    const at = declared.indexOf(name);
    return at < 0 ? declared.length : at;
  };
  const nameOf = (spec: FieldSpec | undefined, value: unknown) =>
    spec?.record !== undefined && typeof value === 'string' ? (codes.get(value) ?? null) : null;
  return names
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((field) => {
      const spec: FieldSpec | undefined = record?.fields[field];
      return {
        field,
        label:
          told(spec?.doc, locale) ??
          label(`field.${object_type}.${field}`) ??
          label(`field.${field}`) ??
          spaced(field),
        kind: spec?.kind ?? null,
        unit: spec?.unit ?? null,
        old: old?.[field] ?? null,
        new: fresh?.[field] ?? null,
        old_name: nameOf(spec, old?.[field]),
        new_name: nameOf(spec, fresh?.[field]),
      };
    });
}

const spaced = (name: string): string => name.replaceAll('_', ' ');

function told(texts: Texts | undefined, locale: Locale): string | undefined {
  if (texts === undefined || typeof texts === 'string') return texts;
  return texts[locale] ?? texts.en ?? texts.uz ?? texts.ru;
}

async function actorsOf(tx: Transaction, rows: readonly AuditRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap(({ actor_id }) => (actor_id === null ? [] : [actor_id])))];
  const found = await tx.sql<{ id: string; name: string }>(
    `select id, full_name as name from users where id = any(?::uuid[])
     union all select id, name from service_tokens where id = any(?::uuid[])`,
    [ids, ids],
  );
  return new Map(found.map(({ id, name }) => [id, name]));
}

interface Named {
  readonly type: string;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The objects of the rows, and those that their changed fields point at. */
function pointedAt(
  rows: readonly AuditRow[],
  records: ReadonlyMap<string, RecordDef>,
): readonly Named[] {
  return rows.flatMap(({ object_type, object_id, old_new_diff_json: { old, new: fresh } }) => {
    const fields = records.get(object_type)?.fields ?? {};
    const pointed = [old, fresh].flatMap((values) =>
      Object.entries(values ?? {}).flatMap(([name, value]): Named[] => {
        const type = fields[name]?.record;
        const points = type !== undefined && typeof value === 'string' && UUID.test(value);
        return points ? [{ type, id: value }] : [];
      }),
    );
    return [{ type: object_type, id: object_id }, ...pointed];
  });
}

/** Codes by id, or what else a row is called by; a person is called by name. */
async function codesOf(
  tx: Transaction,
  named: readonly Named[],
  records: ReadonlyMap<string, RecordDef>,
): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (const [type, some] of Map.groupBy(named, (one) => one.type)) {
    const record = records.get(type);
    const field = type === 'user' ? 'full_name' : (record?.options.code ?? record?.options.label);
    if (record === undefined || field === undefined) continue;
    const ids = [...new Set(some.map(({ id }) => id))];
    const found = await tx.sql<{ id: string; code: string }>(
      `select this.id, ${new RecordTable(record).expression(field)}::text as code
         from ?? as this where this.id = any(?::uuid[])`,
      [record.table, ids],
    );
    for (const { id, code: name } of found) codes.set(id, name);
  }
  return codes;
}
