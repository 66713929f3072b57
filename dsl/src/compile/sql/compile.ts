import type { Ir, Unit, Units } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import { borderOf } from '../../values/border.ts';
import { enterJson, leave } from './border.ts';
import { Builder, type Expr, NotSupported, NULL, quoted, raw, type SqlParameter } from './build.ts';
import { compileNode } from './nodes.ts';
import { fieldOfRow, sourceRow, tableName } from './rows.ts';
import type { SqlSource } from './schema.ts';
import {
  as,
  type Compiled,
  firstFault,
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
  /** The column's name; its fault stands in `NAME_fault`. Later columns may use it as an input. */
  readonly name: string;
  readonly unit: Unit;
  /** Only a step for later columns: not in the result. */
  readonly step?: boolean;
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
function settled(unit: Unit, x: Compiled, { b }: Walk): Scalar {
  if (x.kind !== 'scalar') throw new NotSupported('whole rows and lists as results');
  const plain = as('missing', x);
  const left = leave(plain, borderOf(unit.body.type), b);
  return unit.body.nullable ? left : { ...left, fault: firstFault([left], NULL, b) };
}

const faultText = (x: Scalar): string =>
  x.fault.sql === 'NULL'
    ? 'NULL::text'
    : `'Q900' || CASE WHEN ${x.value.sql} IS NULL THEN ${x.fault.sql} END`;

function finish(
  columns: readonly { name: string; x: Scalar }[],
  more: readonly string[],
  b: Builder,
): SqlText {
  const select = columns.flatMap(({ name, x }) => [
    `${x.value.sql} AS ${quoted(name)}`,
    `${faultText(x)} AS ${quoted(faultName(name))}`,
  ]);
  const text = `SELECT ${[...more, ...select].join(', ')} FROM (${b.block.text()} OFFSET 0) s`;
  return { text, params: b.params };
}

const faultName = (name: string): string => (name === 'value' ? 'fault' : `${name}_fault`);

/**
 * One expression over given values, each a parameter in JSON. The result has one row with `value`
 * (quantities in their unit, moments as PostgreSQL's own) and `fault`, a code or NULL.
 */
export function compileSql(unit: Unit, units: Units): SqlResult {
  return attempt(() => {
    const walk = walkOf(units, (name, border, { b }) =>
      enterJson(
        b.base(raw(`nullif(${b.bind({ kind: 'input', name }, 'jsonb')}, 'null'::jsonb)`)),
        border,
        NULL,
        walk,
      ),
    );
    walk.b.open(undefined);
    const x = settled(unit, walk.compile(unit.body, []), walk);
    return finish([{ name: 'value', x }], [], walk.b);
  });
}

/**
 * Expressions over the rows of a table, as one statement: for each row (or each combination of
 * `source.distinct`) the keys asked for, and each column as a value and a fault code.
 * @param keys columns of the source to show beside the results
 */
export function sqlStatement(
  source: SqlSource,
  keys: readonly string[],
  columns: readonly SqlColumn[],
  units: Units,
): SqlResult {
  return attempt(() => {
    const made = new Map<string, Compiled>();
    let row: Row | undefined;
    const walk = walkOf(units, (name, border) => {
      const step = made.get(name);
      if (step !== undefined) return step;
      if (row === undefined) throw new NotSupported('inputs without a source');
      return name === source.as ? row : fieldOfRow(row, name, border, walk);
    });
    const { b } = walk;
    const alias = b.name('t_');
    const block = b.open(sourceText(source, alias, b));
    row = sourceRow(source.of, alias, block, walk);
    const shown = keys.map((key) => `${(row as Row).column(key).sql} AS ${quoted(key)}`);
    const results: { name: string; x: Scalar }[] = [];
    for (const { name, unit, step } of columns) {
      const value = walk.compile(unit.body, []);
      made.set(name, value);
      if (step !== true) results.push({ name, x: settled(unit, value, walk) });
    }
    return finish(results, shown, b);
  });
}

function sourceText(source: SqlSource, alias: string, b: Builder): Expr {
  const where = source.where?.(alias, (value, type) => b.bind({ kind: 'constant', value }, type));
  const from = `${tableName(source.of)} ${alias}${where === undefined ? '' : ` WHERE ${where}`}`;
  const columns = source.distinct?.map((name) => `${alias}.${quoted(name)}`);
  const select = columns === undefined ? `${alias}.*` : `DISTINCT ${columns.join(', ')}`;
  return raw(`(SELECT ${select} FROM ${from}) ${alias}`);
}
