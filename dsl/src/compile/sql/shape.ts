import type { Ir, Units } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import type { FaultKind } from '../../values/fault.ts';
import { type Block, type Builder, type Expr, NotSupported, NULL, raw, sql } from './build.ts';
import type { SqlList, SqlTable } from './schema.ts';

/** Faults in a statement: 1 for Q9001 … 5 for Q9005. */
export const FAULT: Readonly<Record<FaultKind, number>> = {
  missing: 1,
  zero: 2,
  range: 3,
  data: 4,
  function: 5,
};
export const faultOf = (kind: FaultKind): Expr => raw(String(FAULT[kind]));

/** The SQL type behind a value: numbers and moments are float8, records jsonb. */
export type Form = 'float8' | 'text' | 'bool' | 'jsonb' | 'missing';

/** A value of one column, and why there is none: `fault` is asked only where `value` is NULL. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly form: Form;
  readonly value: Expr;
  /** NULL: it is missing. */
  readonly fault: Expr;
  /** The same number as PostgreSQL keeps it, exact in decimals. */
  readonly exact?: Expr | undefined;
}

/** A row of a table; its columns are read when they are asked for. */
export interface Row {
  readonly kind: 'row';
  readonly of: SqlTable;
  /** The key: NULL when there is no row. */
  readonly value: Expr;
  readonly fault: Expr;
  readonly block: Block;
  /** Found by a reference, so that it may be absent; others are there. */
  readonly referenced?: true;
  /** A column's name in the block's FROM. */
  place(name: string): string;
  column(name: string): Expr;
  readonly fields: Map<string, Compiled>;
}

/** A list in JSON: as it came in, or with each element as `{"v": …}` or `{"f": …}`. */
export interface JsonList {
  readonly kind: 'json';
  readonly value: Expr;
  readonly fault: Expr;
  readonly of: Border;
  readonly wrapped: boolean;
}

export interface ItemList {
  readonly kind: 'items';
  readonly value: Expr;
  readonly fault: Expr;
  readonly items: readonly Scalar[];
}

/** The rows of another table that belong to a row. */
export interface TableList {
  readonly kind: 'table';
  readonly list: SqlList;
  readonly row: Row;
  readonly value: Expr;
  readonly fault: Expr;
}

export type List = JsonList | ItemList | TableList;
export type Compiled = Scalar | Row | List;

/** What the walk over the tree knows besides the tree. */
export interface Walk {
  readonly b: Builder;
  readonly now: () => Expr;
  readonly zone: () => Expr;
  compile(ir: Ir, locals: Locals): Compiled;
  input(name: string, border: Border): Compiled;
  readonly units: Units;
}
export type Locals = readonly (Compiled | undefined)[];

export const MISSING: Scalar = { kind: 'scalar', form: 'missing', value: NULL, fault: NULL };

export const scalar = (form: Form, value: Expr, fault: Expr): Scalar => ({
  kind: 'scalar',
  form,
  value,
  fault,
});

/** The form values of a border have. */
export function formOf(border: Border): Form {
  switch (border.kind) {
    case 'number':
    case 'date':
    case 'time':
    case 'instant':
      return 'float8';
    case 'bool':
      return 'bool';
    case 'record':
    case 'list':
    case 'dynamic':
      return 'jsonb';
    case 'none':
      return 'missing';
    default:
      return 'text';
  }
}

/** A value where one of a form is expected: what is always missing is of any. */
export function as(form: Form, x: Compiled): Scalar {
  if (x.kind !== 'scalar')
    throw new NotSupported('whole records and lists in the place of a value');
  if (x.form === form || form === 'missing') return x;
  if (x.form === 'missing') return { ...x, form, value: raw(`NULL::${form}`) };
  throw new NotSupported('values of unknown type');
}

/** The fault of a value that must be there, where it is not: missing is one. */
export function strictFault({ fault }: { readonly fault: Expr }): Expr {
  if (fault.sql === 'NULL') return faultOf('missing');
  if (strictFaults.has(fault) || fault.sql === faultOf('missing').sql) return fault;
  const made = sql`coalesce(${fault}, ${faultOf('missing')})`;
  strictFaults.add(made);
  return made;
}

/** Faults that tell of a missing value already. */
const strictFaults = new WeakSet<Expr>();

/** A value that has to be there: that it is missing is its fault. */
export function mustBeThere(x: Compiled): Compiled {
  if (x.kind !== 'row') return { ...x, fault: strictFault(x) };
  if (x.referenced !== true) return x;
  const known = x.fields.get(THERE);
  if (known !== undefined) return known;
  const made: Row = { ...x, fault: strictFault(x), fields: new Map() };
  x.fields.set(THERE, made);
  made.fields.set(THERE, made);
  return made;
}

/** Under it a row keeps itself as one that has to be there; no field has an empty name. */
const THERE = '';

/**
 * The fault of a member that is missing: of the record it would be in, where there is none.
 * @param must it has to be in a record that is there
 */
export function absent(value: Expr, fault: Expr, must: boolean): Expr {
  if (must) return sql`CASE WHEN ${value} IS NULL THEN ${fault} ELSE ${faultOf('missing')} END`;
  return fault.sql === 'NULL' ? NULL : sql`CASE WHEN ${value} IS NULL THEN ${fault} END`;
}

/** The first of strict operands that is not there tells the fault; behind them the result's own. */
export function firstFault(
  operands: readonly { readonly value: Expr; readonly fault: Expr }[],
  own: Expr,
  b: Builder,
): Expr {
  const whens = operands.map((x) => sql` WHEN ${x.value} IS NULL THEN ${strictFault(x)}`);
  const text = whens.reduce((all, one) => inline(sql`${all}${inline(one)}`), raw(''));
  return text.sql === '' ? own : b.brief(sql`CASE${text} ELSE ${own} END`);
}

/** Text without brackets around it, where it is a part of something with its own. */
export const inline = (expr: Expr): Expr => ({ ...expr, simple: true });

/** Pieces with commas between them. */
export const comma = (parts: readonly Expr[]): Expr =>
  parts.reduce((all, part, i) => inline(sql`${all}${i === 0 ? '' : ', '}${part}`), raw(''));
