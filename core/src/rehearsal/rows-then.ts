import type { FieldKind, Reader, RecordSource } from './task.ts';

type Row = Readonly<Record<string, unknown>>;
type Shown = Readonly<Record<string, unknown>>;

interface AuditRow {
  readonly object_id: string;
  readonly diff: { readonly old: Shown | null; readonly new: Shown | null };
}

export interface RowsThenOptions {
  /** Fields that are wanted. */
  readonly names: readonly string[];
  /** Rows that are looked at today; in its SQL a row is called `this`. */
  readonly where: string;
  readonly values: readonly unknown[];
  /** The moment as of which, ISO-8601; null for today. */
  readonly asOf: string | null;
  readonly pageSize: number;
}

/** What the audit blots out can't be put back. */
const BLOTTED = '***';

/**
 * The rows of a record as they stood at a moment: those of today, with what was changed since put back
 * as the audit has it, and those deleted since. Computed columns are as of today.
 */
export async function* rowsThen(
  reader: Reader,
  source: RecordSource,
  { names, where, values, asOf, pageSize }: RowsThenOptions,
): AsyncGenerator<Row[]> {
  const columns = names.map((name) => `${source.fields[name]} as "${name}"`).join(', ');
  const touched = `this.id in (select object_id from audit_log
    where object_type = $${values.length + 1} and ts >= $${values.length + 2})`;
  const since = asOf === null || !source.audited ? null : asOf;
  const pages = reader.pages<Row>(
    `select ${columns} from ${source.table} as this
     where ${since === null ? where : `(${where}) or ${touched}`} order by this.id`,
    since === null ? values : [...values, source.name, since],
    pageSize,
  );
  for await (const rows of pages)
    yield since === null ? rows : await putBack(reader, source, rows, { names, asOf: since });
  if (since !== null) yield* deleted(reader, source, { names, asOf: since, pageSize });
}

/** How many rows there are to look at. */
export async function countRows(
  reader: Reader,
  source: RecordSource,
  { where, values }: Pick<RowsThenOptions, 'where' | 'values'>,
): Promise<number> {
  const [found] = await reader.rows<{ n: number }>(
    `select count(*) as n from ${source.table} as this where ${where}`,
    values,
  );
  return found?.n ?? 0;
}

async function putBack(
  reader: Reader,
  source: RecordSource,
  rows: readonly Row[],
  { names, asOf }: { names: readonly string[]; asOf: string },
): Promise<Row[]> {
  const changes = await reader.rows<AuditRow>(
    `select object_id, old_new_diff_json as diff from audit_log
     where object_type = $1 and object_id = any($2) and ts >= $3 order by ts desc, position desc`,
    [source.name, rows.map(({ id }) => id), asOf],
  );
  const byRow = Map.groupBy(changes, ({ object_id }) => object_id);
  return rows.flatMap((row) => {
    let then: Row | null = row;
    // What was made later was not there yet.
    for (const { diff } of byRow.get(String(row.id)) ?? [])
      then = diff.old === null ? null : then && { ...then, ...decoded(source, diff.old, names) };
    return then === null ? [] : [then];
  });
}

async function* deleted(
  reader: Reader,
  source: RecordSource,
  { names, asOf, pageSize }: { names: readonly string[]; asOf: string; pageSize: number },
): AsyncGenerator<Row[]> {
  const pages = reader.pages<AuditRow>(
    `select object_id, old_new_diff_json as diff from audit_log
     where object_type = $1 and ts >= $2 and old_new_diff_json ->> 'new' is null
       and old_new_diff_json ->> 'old' is not null order by object_id, ts`,
    [source.name, asOf],
    pageSize,
  );
  for await (const page of pages) {
    const rows = page.map(({ object_id, diff }) => {
      const nothing = Object.fromEntries(names.map((name) => [name, null]));
      return { ...nothing, ...decoded(source, diff.old ?? {}, names), id: object_id };
    });
    // Between the moment and its end it may have been changed as well.
    yield await putBack(reader, source, rows, { names, asOf });
  }
}

/** Values as the audit has them: decimals and instants are texts there. */
function decoded(source: RecordSource, shown: Shown, names: readonly string[]): Row {
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([name, value]) => names.includes(name) && value !== BLOTTED)
      .map(([name, value]) => [name, decode(source.kinds[name], value)]),
  );
}

function decode(kind: FieldKind | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(kind, item));
  if (typeof value !== 'string') return value;
  if (kind === 'number') return Number(value);
  return kind === 'instant' ? new Date(value) : value;
}
