import type { Border } from '../../values/border.ts';
import { enterColumn } from './border.ts';
import { type Block, type Expr, NotSupported, NULL, quoted, raw, sql, TRUE } from './build.ts';
import type { SqlTable } from './schema.ts';
import type { Compiled, Row, TableList, Walk } from './shape.ts';

export const tableName = ({ table }: SqlTable): string => table.map(quoted).join('.');

/** The row a block goes over, by the alias of its source. */
export function sourceRow(of: SqlTable, alias: string, block: Block, walk: Walk): Row {
  const column = (name: string): Expr => walk.b.column(block, 0, `${alias}.${quoted(name)}`);
  return { kind: 'row', of, value: TRUE, fault: NULL, block, column, fields: new Map() };
}

/** `x.y` where `x` is a row: a column, a row of another table, or a list of them. */
export function fieldOfRow(row: Row, name: string, border: Border, walk: Walk): Compiled {
  const key = `${name} ${JSON.stringify(border)}`;
  const known = row.fields.get(key);
  if (known !== undefined) return known;
  // Read where the row is, so that it may be used again in any block inside.
  const made = walk.b.within(row.block, () => readField(row, name, border, walk));
  row.fields.set(key, made);
  return made;
}

function readField(row: Row, name: string, border: Border, walk: Walk): Compiled {
  const field = row.of.field(name);
  const absent =
    row.fault.sql === 'NULL' ? NULL : sql`CASE WHEN ${row.value} IS NULL THEN ${row.fault} END`;
  switch (field?.kind) {
    case undefined:
      throw new NotSupported(`${name}, which is in no column`);
    case 'column':
      return enterColumn(row.column(field.column), field.type, border, absent, walk);
    case 'reference':
      return referenced(row, field.column, field.to, absent, walk);
    case 'list': {
      const list: TableList = {
        kind: 'table',
        list: field.list,
        row,
        value: row.value,
        fault: row.fault,
      };
      return list;
    }
  }
}

function referenced(row: Row, column: string, of: SqlTable, absent: Expr, { b }: Walk): Row {
  const holder = row.column(column);
  const { alias, level } = b.attach(
    raw(tableName(of)),
    (j) => sql`${j}.${quoted(of.key)} = ${holder}`,
  );
  const { block } = b;
  const read = (name: string): Expr => b.column(block, level, `${alias}.${quoted(name)}`);
  return {
    kind: 'row',
    of,
    value: read(of.key),
    fault: absent,
    block,
    column: read,
    fields: new Map(),
  };
}
