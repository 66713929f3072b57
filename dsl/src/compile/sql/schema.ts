import type { SqlConstant, SqlType } from './build.ts';

/** Writes a value into a statement as a parameter: `bind('2025-08-01', 'date')` is `$3::date`. */
export type Bind = (value: SqlConstant, type: SqlType) => string;

/** What a column holds; what it cannot hold of the declared type is wrong data. */
export type ColumnKind =
  | 'numeric'
  | 'float8'
  | 'integer'
  | 'bool'
  | 'text'
  | 'uuid'
  | 'date'
  | 'time'
  | 'timestamptz'
  | 'text[]'
  | 'jsonb';

/** How a field of a record is kept. Names are written quoted, never as text of a rule. */
export type SqlField =
  | { readonly kind: 'column'; readonly column: string; readonly type: ColumnKind }
  /** A reference: the row of another table whose key this column holds. */
  | { readonly kind: 'reference'; readonly column: string; readonly to: SqlTable }
  | { readonly kind: 'list'; readonly list: SqlList };

export interface SqlTable {
  /** `['public', 'sessions']` or `['sessions']`. */
  readonly table: readonly string[];
  readonly key: string;
  /** Undefined when the table does not hold the field. */
  field(name: string): SqlField | undefined;
}

/** The rows of another table that belong to a row. */
export interface SqlList {
  readonly of: SqlTable;
  /** Equal columns: of the list's table, and of the row it belongs to. */
  readonly join: readonly { readonly column: string; readonly outer: string }[];
  /** A further condition on the list's rows, over the alias given. */
  where?(alias: string, bind: Bind): string;
}

/** The rows a statement computes over. */
export interface SqlSource {
  readonly of: SqlTable;
  /** The name of an input that is the row itself; other inputs are its fields. */
  readonly as?: string;
  /** The period, the organisation …: a condition over the alias given. */
  where?(alias: string, bind: Bind): string;
  /**
   * One result for each combination of these columns instead of one for each row: facts are then
   * the keys and the lists that are joined by them.
   */
  readonly distinct?: readonly string[];
}
