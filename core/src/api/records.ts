import type { FieldSpec, InputOf, Shape, Texts, ValueOf } from './fields.ts';
import { Field, specsOf } from './fields.ts';

/** A column that is not stored: an SQL expression over the row, which it calls `this`. */
export interface Computed<F extends Field = Field> {
  readonly field: F;
  /** e.g. `(select coalesce(sum(qty_kg), 0) from session_input_link l where l.session_id = this.id)`. */
  readonly sql: string;
}

export const computed = <F extends Field>(field: F, sql: string): Computed<F> => ({ field, sql });

export type ComputedShape = Readonly<Record<string, Computed>>;

/** How a record is read over HTTP: `GET /api/v1/{path}` (paged, filtered) and `GET /api/v1/{path}/{id}`. */
export interface RecordApi {
  readonly path: string;
  /** Roles that may read it; '*' is any signed-in user. */
  readonly read: readonly string[] | '*';
  /** Fields usable as `?field=value`. */
  readonly filters?: readonly string[];
  /** Other names of filters that callers may use: `{ type: 'device_type' }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Default order, e.g. 'created_at desc'. */
  readonly sort?: string;
  /** Fields that never leave the server. */
  readonly hidden?: readonly string[];
}

export interface RecordOptions<C extends ComputedShape = ComputedShape> {
  readonly title?: Texts;
  readonly computed?: C;
  /** Unique keys beside `unique` fields; an entry is a column list or an SQL expression list with an optional condition. */
  readonly unique?: readonly (readonly string[] | { on: string; where?: string; name: string })[];
  readonly indexes?: readonly (readonly string[] | { on: string; where?: string; name: string })[];
  /** Named table checks in SQL. */
  readonly checks?: Readonly<Record<string, string>>;
  /** Partitioned by the range of this instant column; the primary key becomes (id, column). */
  readonly partition?: { readonly by: string; readonly every: 'day' | 'month' };
  /** The field by which people name a row; accepted wherever an id is. */
  readonly code?: string;
  /**
   * The instant at which a row was removed. Such a row stays for what points at it and keeps its name; nobody
   * finds it by that or by its id any more, no list shows it, and its unique fields are free again.
   */
  readonly removed?: string;
  /** Where there is no code: the field, mostly a computed one, that tells people which row it is. */
  readonly label?: string;
  readonly api?: RecordApi;
  /** Written to the audit chain on every change (default true). */
  readonly audit?: boolean;
  /** It lives long: modules with `bind at start` judge it by their text that stood when it was made. */
  readonly bindsRules?: boolean;
  /** Place in the one global lock order; lower is locked first. */
  readonly lockOrder?: number;
}

/** Columns that every record has beside its own. `organization_id` is there too, but row level security owns it. */
export interface SystemColumns {
  readonly id: string;
  readonly created_at: Date;
}

export interface RecordDef<
  Name extends string = string,
  S extends Shape = Shape,
  C extends ComputedShape = ComputedShape,
> {
  readonly name: Name;
  readonly table: string;
  readonly shape: S;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly options: RecordOptions<C>;
}

type ComputedValues<C extends ComputedShape> = { [K in keyof C]: C[K]['field']['valueType'] };

/** A stored row with its computed columns. */
export type RowOf<R> =
  R extends RecordDef<string, infer S, infer C>
    ? ValueOf<S> & ComputedValues<C> & SystemColumns
    : never;
/** A row as it is written: optional and defaulted fields may be left out. */
export type NewRowOf<R> =
  R extends RecordDef<string, infer S, ComputedShape> ? InputOf<S> & { id?: string } : never;
export type PatchOf<R> =
  R extends RecordDef<string, infer S, ComputedShape> ? Partial<ValueOf<S>> : never;

/**
 * Declares a record: a table, its checks, its place in the language's catalog and its reads.
 * @param name singular, as rules call it (`session`)
 * @param table plural, as SQL calls it (`sessions`)
 */
export function record<
  const Name extends string,
  const S extends Shape,
  const C extends ComputedShape = Record<never, never>,
>(name: Name, table: string, shape: S, options: RecordOptions<C> = {}): RecordDef<Name, S, C> {
  return { name, table, shape, fields: specsOf(shape), options };
}

/** A whole row of a record as a value inside a fact's shape. */
export const recordOf = <R extends RecordDef>(def: R) =>
  new Field<RowOf<R>, false>({ kind: 'record', record: def.name });
