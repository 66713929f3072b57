import type { SqlConstant, SqlType } from './build.ts';

/** Writes a value into a statement as a parameter: `bind('2025-08-01', 'date')` is `$3::date`. */
export type Bind = (value: SqlConstant, type: SqlType) => string;

/** What a column holds; what it cannot hold of the declared type is wrong data. */
export type ColumnKind =
  /** Of declared precision, `numeric(14, 3)`: at most 300 digits, so each is within the doubles. */
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

/** A record of the rows a statement computes over. */
export interface SqlGrain {
  /** What its key is called in the result. */
  readonly name: string;
  readonly of: SqlTable;
  /**
   * How it is found from a record before it: by the fields of a path; a row for each of its
   * elements where the last one is a list. The first record has no way: its rows are all rows.
   */
  readonly way?: { readonly from: number; readonly path: readonly string[] } | undefined;
}

/** The rows a statement computes over. */
export interface SqlSource {
  readonly grain: readonly SqlGrain[];
  /** A condition over the records' aliases: the organisation, what is published … */
  where?(aliases: readonly string[], bind: Bind): string;
}

/** Where the records of a catalog are kept. */
export interface SqlSchema {
  /** Undefined when a record is in no table. */
  record(name: string): SqlTable | undefined;
}
