import type { Border } from '../../values/border.ts';
import { enterColumn } from './border.ts';
import { type Block, type Expr, NotSupported, NULL, quoted, raw, sql } from './build.ts';
import type { SqlGrain, SqlList, SqlTable } from './schema.ts';
import { absent, type Compiled, type Row, type TableList, type Walk } from './shape.ts';

export const tableName = ({ table }: SqlTable): string => table.map(quoted).join('.');

/** The row a block goes over, by the alias of its source. */
export function sourceRow(of: SqlTable, alias: string, block: Block, walk: Walk): Row {
  const place = (name: string): string => `${alias}.${quoted(name)}`;
  const column = (name: string): Expr => walk.b.column(block, 0, place(name));
  return {
    kind: 'row',
    of,
    value: column(of.key),
    fault: NULL,
    block,
    place,
    column,
    fields: new Map(),
  };
}

/** The records of a source: the text of its FROM, and the alias of each. */
export function joined(
  grain: readonly SqlGrain[],
  walk: Walk,
): { from: string; aliases: readonly string[] } {
  const places: Place[] = [];
  let from = '';
  for (const { of, way } of grain) {
    if (way === undefined) {
      const alias = walk.b.name('t_');
      from += `${from === '' ? '' : ' CROSS JOIN '}${tableName(of)} ${alias}`;
      places.push({ of, alias });
      continue;
    }
    let place = places[way.from] as Place;
    for (const name of way.path) {
      const { next, on } = step(place, name, walk);
      // Inner: where something on the way is missing there are no rows.
      from += ` JOIN ${tableName(next.of)} ${next.alias} ON ${on}`;
      place = next;
    }
    places.push(place);
  }
  return { from, aliases: places.map(({ alias }) => alias) };
}

interface Place {
  readonly of: SqlTable;
  readonly alias: string;
}

/** From a row along a field: to the row it refers to, or to each row of its list. */
function step(from: Place, name: string, walk: Walk): { next: Place; on: string } {
  const alias = walk.b.name('t_');
  const field = from.of.field(name);
  if (field?.kind === 'reference') {
    const on = equal(alias, field.to.key, from.alias, field.column);
    return { next: { of: field.to, alias }, on };
  }
  if (field?.kind === 'list') {
    const on = listCondition(field.list, alias, from.alias, walk);
    return { next: { of: field.list.of, alias }, on };
  }
  throw new NotSupported(`${name}, which is no reference and no list of rows`);
}

const equal = (a: string, column: string, b: string, outer: string): string =>
  `${a}.${quoted(column)} = ${b}.${quoted(outer)}`;

function listCondition(
  { join, where }: SqlList,
  alias: string,
  outer: string,
  { b }: Walk,
): string {
  const keys = join.map((on) => equal(alias, on.column, outer, on.outer));
  const more = where?.(alias, (value, type) => b.bind({ kind: 'constant', value }, type));
  return [...keys, ...(more === undefined ? [] : [`(${more})`])].join(' AND ') || 'true';
}

/**
 * `x.y` where `x` is a row: a column, a row of another table, or a list of them.
 * @param must it has to be in a row that is there
 */
export function fieldOfRow(
  row: Row,
  name: string,
  border: Border,
  walk: Walk,
  must = false,
): Compiled {
  const key = `${name} ${JSON.stringify(border)} ${must}`;
  const known = row.fields.get(key);
  if (known !== undefined) return known;
  // Read where the row is, so that it may be used again in any block inside.
  const made = walk.b.within(row.block, () =>
    readField(row, name, border, absent(row.value, row.fault, must), walk),
  );
  row.fields.set(key, made);
  return made;
}

function readField(row: Row, name: string, border: Border, lost: Expr, walk: Walk): Compiled {
  const field = row.of.field(name);
  switch (field?.kind) {
    case undefined:
      throw new NotSupported(`${name}, which is in no column`);
    case 'column':
      return enterColumn(row.column(field.column), field.type, border, lost, walk);
    case 'reference':
      return referenced(row, field.column, field.to, lost, walk);
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

function referenced(row: Row, column: string, of: SqlTable, lost: Expr, { b }: Walk): Row {
  const holder = row.column(column);
  const { alias, level } = b.attach(
    raw(tableName(of)),
    (j) => sql`${j}.${quoted(of.key)} = ${holder}`,
  );
  const { block } = b;
  const place = (name: string): string => `${alias}.${quoted(name)}`;
  const read = (name: string): Expr => b.column(block, level, place(name));
  return {
    kind: 'row',
    referenced: true,
    of,
    value: read(of.key),
    fault: lost,
    block,
    place,
    column: read,
    fields: new Map(),
  };
}
