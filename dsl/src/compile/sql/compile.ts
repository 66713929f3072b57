import type { Ir, Unit, Units } from '../../ir/ir.ts';
import { mayLack, present } from '../../types/type.ts';
import { type Border, borderOf } from '../../values/border.ts';
import { enterJson, leave } from './border.ts';
import {
  type Block,
  Builder,
  bracketed,
  type Expr,
  NotSupported,
  NULL,
  quoted,
  raw,
  type SqlConstant,
  type SqlParameter,
  sql,
  TRUE,
} from './build.ts';
import { listResult } from './lists.ts';
import { compileNode } from './nodes.ts';
import { fieldOfRow, joined, sourceRow } from './rows.ts';
import type { SqlSource, SqlTable } from './schema.ts';
import {
  as,
  type Compiled,
  firstFault,
  inline,
  type Locals,
  type Row,
  type Scalar,
  type Walk,
} from './shape.ts';

/** A statement and what it is run with: `$1` is the first parameter. */
export interface SqlText {
  readonly text: string;
  readonly params: readonly SqlParameter[];
}
export type SqlResult = SqlText | { readonly notSupported: string };

/** One result of a statement over rows. */
export interface SqlColumn {
  /** The column's name; its fault stands in `NAME_fault`. */
  readonly name: string;
  readonly unit: Unit;
}

const MOST_PARTS = 20_000;

type Inputs = (name: string, border: Border, walk: Walk) => Compiled;

function walkOf(units: Units, inputs: Inputs): Walk {
  const b = new Builder();
  const known = new Map<string, Compiled>();
  let parts = 0;
  const walk: Walk = {
    b,
    units,
    now: () => b.param({ kind: 'now' }, 'float8'),
    zone: () => b.param({ kind: 'zone' }, 'text'),
    compile(ir: Ir, locals: Locals) {
      parts += 1;
      if (parts > MOST_PARTS) throw new NotSupported('more parts than one statement should have');
      return compileNode(ir, locals, walk);
    },
    input(name, border) {
      const key = JSON.stringify([name, border]);
      const made =
        known.get(key) ?? b.within(b.blocks[0] as never, () => inputs(name, border, walk));
      known.set(key, made);
      return made;
    },
  };
  return walk;
}

function attempt(work: () => SqlText): SqlResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotSupported) return { notSupported: `SQL has no ${error.message}` };
    throw error;
  }
}

/** A value as the result of a statement; one that must be there and is not is a fault. */
function settled(unit: Unit, x: Compiled, walk: Walk): Scalar {
  const { b } = walk;
  if (x.kind === 'row') throw new NotSupported('whole rows as results');
  const type = present(unit.body.type);
  const of = type.kind === 'list' ? type.of : type;
  const left =
    x.kind === 'scalar'
      ? leave(x, borderOf(type), b)
      : listResult(x, borderOf(of), mayLack(of), walk);
  return unit.body.nullable ? left : { ...left, fault: firstFault([left], NULL, b) };
}

const faultText = (x: Scalar): string =>
  x.fault.sql === 'NULL'
    ? 'NULL::text'
    : `'Q900' || CASE WHEN ${bracketed(x.value)} IS NULL THEN ${x.fault.sql} END`;

function finish(
  columns: readonly { name: string; x: Scalar }[],
  more: readonly string[],
  b: Builder,
  filters: readonly Expr[] = [],
): SqlText {
  const select = columns.flatMap(({ name, x }) => [
    `${x.value.sql} AS ${quoted(name)}`,
    `${faultText(x)} AS ${quoted(faultName(name))}`,
  ]);
  const filter = filters.length === 0 ? '' : ` WHERE ${filters.map(bracketed).join(' AND ')}`;
  const text = `SELECT ${[...more, ...select].join(', ')} FROM (${b.block.text()} OFFSET 0) s${filter}`;
  return { text, params: b.params };
}

const faultName = (name: string): string => (name === 'value' ? 'fault' : `${name}_fault`);

/** An input as a parameter in JSON. */
function given(name: string, border: Border, walk: Walk): Compiled {
  const { b } = walk;
  const json = b.bind({ kind: 'input', name }, 'jsonb');
  return enterJson(b.base(raw(`nullif(${json}, 'null'::jsonb)`)), border, NULL, walk);
}

/**
 * One expression over given values, each a parameter in JSON. The result has one row with `value`
 * (quantities in their unit, moments as PostgreSQL's own) and `fault`, a code or NULL.
 */
export function compileSql(unit: Unit, units: Units): SqlResult {
  return attempt(() => {
    const walk = walkOf(units, given);
    walk.b.open(undefined);
    const x = settled(unit, walk.compile(unit.body, []), walk);
    return finish([{ name: 'value', x }], [], walk.b);
  });
}

/** The rows of a period: those whose moment (days or milliseconds) is from `from`, before `to`. */
export interface SqlPeriod {
  readonly moment: Unit;
  readonly from: number;
  readonly to: number;
}

export interface SqlRowsOptions {
  readonly period?: SqlPeriod | undefined;
  /** A condition: rows of which it is false are left out. */
  readonly included?: Unit | undefined;
  /** Inputs that are parameters, such as `settings`; others are fields of the first record. */
  readonly given?: ReadonlySet<string>;
}

/**
 * Units over the rows of tables as one statement: for each row the keys of its records, and each
 * column as a value and a fault code. The parameters of the units are the records of the rows. Of a
 * row whose moment or condition can't be told, all columns have that fault.
 */
export function sqlStatement(
  source: SqlSource,
  columns: readonly SqlColumn[],
  units: Units,
  options: SqlRowsOptions = {},
): SqlResult {
  return attempt(() => {
    let rows: readonly Row[] = [];
    const walk = walkOf(units, (name, border) => {
      if (options.given?.has(name) === true) return given(name, border, walk);
      const [first] = rows;
      if (first === undefined) throw new NotSupported('an input outside of the rows');
      return fieldOfRow(first, name, border, walk);
    });
    const { b } = walk;
    const { from, aliases } = joined(source.grain, walk);
    const block = b.open(raw(from));
    const tables = source.grain.map(({ of }) => of);
    rows = aliases.map((alias, i) => sourceRow(tables[i] as SqlTable, alias, block, walk));
    const where = source.where?.(aliases, (value, type) => b.bind(constant(value), type));
    if (where !== undefined) block.where.push(`(${where})`);
    const asked = (unit: Unit): Scalar => as('missing', walk.compile(unit.body, rows));
    const { period } = options;
    const moment = period && asked(period.moment);
    if (period !== undefined) addPeriod(period, rows, block, b);
    const included = options.included && as('bool', asked(options.included));
    const conditions = [moment, included].filter((x) => x !== undefined);
    const results = columns.map(({ name, unit }) => ({
      name,
      x: under(conditions, settled(unit, walk.compile(unit.body, rows), walk), b),
    }));
    const keys = rows.map(
      ({ value }, i) => `${value.sql} AS ${quoted(source.grain[i]?.name ?? '')}`,
    );
    const filters = [
      ...(included === undefined ? [] : [sql`${included.value} IS NOT FALSE`]),
      ...(period === undefined || moment === undefined ? [] : [inPeriod(moment.value, period, b)]),
    ];
    return finish(results, keys, b, filters);
  });
}

/** A column of a row that is told only where the conditions are. */
function under(conditions: readonly Scalar[], x: Scalar, b: Builder): Scalar {
  if (conditions.length === 0) return x;
  const told = conditions.reduce(
    (all, { value }) => inline(sql`${all} AND ${value} IS NOT NULL`),
    TRUE,
  );
  const value = b.ref(sql`CASE WHEN ${told} THEN ${x.value} END`);
  return { ...x, value, fault: firstFault(conditions, x.fault, b) };
}

const constant = (value: SqlConstant): SqlParameter => ({ kind: 'constant', value });

/** A moment that can't be told is in every period: its row must be seen. */
function inPeriod(moment: Expr, { from, to }: SqlPeriod, b: Builder): Expr {
  const [first, end] = [b.constant(from, 'float8'), b.constant(to, 'float8')];
  return sql`(${moment} IS NULL OR ${moment} >= ${first} AND ${moment} < ${end})`;
}

/** The same of a plain column, before anything is computed: an index can serve it. */
function addPeriod(
  { moment, from, to }: SqlPeriod,
  rows: readonly Row[],
  block: Block,
  b: Builder,
): void {
  const { body } = moment;
  if (body.kind !== 'field' || body.target.kind !== 'local') return;
  const row = rows[body.target.slot];
  const field = row?.of.field(body.name);
  if (row === undefined || field?.kind !== 'column') return;
  const bound = (value: number): string => b.bind(constant(value), 'float8');
  const column = row.place(field.column);
  const between = (at: (value: number) => string): void => {
    block.where.push(`(${column} IS NULL OR ${column} >= ${at(from)} AND ${column} < ${at(to)})`);
  };
  if (field.type === 'date') between((value) => `date '1970-01-01' + ${bound(value)}::int`);
  if (field.type === 'timestamptz') between((value) => `to_timestamp(${bound(value)} / 1000)`);
}
