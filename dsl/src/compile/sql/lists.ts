import type { AggregateIr } from '../../ir/ir.ts';
import type { AggregateName } from '../../types/functions.ts';
import type { Border } from '../../values/border.ts';
import { doubleOf, enterJson, leave, toJson } from './border.ts';
import {
  type Block,
  bracketed,
  double,
  type Expr,
  NotSupported,
  NULL,
  quoted,
  raw,
  sql,
  TRUE,
} from './build.ts';
import { divide, steps } from './guards.ts';
import { sourceRow, tableName } from './rows.ts';
import {
  as,
  type Compiled,
  type Form,
  faultOf,
  firstFault,
  formOf,
  inline,
  type List,
  type Locals,
  type Scalar,
  scalar,
  strictFault,
  type TableList,
  type Walk,
} from './shape.ts';

/** A block over the elements of a list. */
interface Elements {
  readonly block: Block;
  readonly alias: string;
  readonly element: Compiled;
  /** The element's place from 1; undefined where rows have no order. */
  readonly place: Expr | undefined;
}

export function asList(x: Compiled): List {
  if (x.kind === 'json' || x.kind === 'items' || x.kind === 'table') return x;
  throw new NotSupported('a list of unknown type');
}

function open(list: List, walk: Walk): Elements {
  const { b } = walk;
  const alias = b.name('e_');
  switch (list.kind) {
    case 'json': {
      const source = sql`jsonb_array_elements(${list.value}) WITH ORDINALITY AS ${alias} (x, i)`;
      const block = b.open(source);
      const place = b.base(raw(`${alias}.i`));
      if (list.wrapped) return { block, alias, element: wrapped(alias, list.of, walk), place };
      const json = b.base(raw(`nullif(${alias}.x, 'null'::jsonb)`));
      return { block, alias, element: enterJson(json, list.of, NULL, walk), place };
    }
    case 'items': {
      const form = formOfItems(list.items);
      const rows = list.items.map((item, i) => {
        const { value, fault } = as(form, item);
        return sql`(${String(i + 1)}, ${value}::${typeOf(form)}, ${fault}::int)`;
      });
      const values = rows.reduce(
        (all, row) => inline(sql`${all}, ${inline(row)}`),
        raw(`(0, NULL::${typeOf(form)}, NULL::int)`),
      );
      const block = b.open(sql`(VALUES ${values}) AS ${alias} (i, x, f)`);
      block.where.push(`${alias}.i > 0`);
      const place = b.base(raw(`${alias}.i`));
      const element = scalar(form, b.base(raw(`${alias}.x`)), b.base(raw(`${alias}.f`)));
      return { block, alias, element, place };
    }
    case 'table': {
      const { of } = list.list;
      const block = b.open(raw(`${tableName(of)} ${alias}`));
      const condition = list.list.where?.(alias, (value, type) =>
        b.bind({ kind: 'constant', value }, type),
      );
      if (condition !== undefined) block.where.push(`(${condition})`);
      return { block, alias, element: sourceRow(of, alias, block, walk), place: undefined };
    }
  }
}

const typeOf = (form: Form): string => (form === 'missing' ? 'text' : form);
const formOfItems = (items: readonly Scalar[]): Form =>
  items.find((item) => item.form !== 'missing')?.form ?? 'missing';

/** A fold over the elements: the value, how many there were, and the first fault. */
interface Folded {
  readonly value: Expr;
  readonly count: Expr;
  readonly bad: Expr;
}

interface Fold {
  readonly value: Expr;
  /** The value is a decimal, not a double. */
  readonly exact?: boolean;
  readonly fault: Expr;
  readonly keep: Expr | undefined;
  readonly how: 'sum' | 'min' | 'max' | 'bool_or' | 'bool_and' | 'count';
}

/** Ends the block of the elements and joins what became of them to the block around it. */
function fold(list: List, elements: Elements, f: Fold, walk: Walk): Folded {
  const { b } = walk;
  const { block, place } = elements;
  const code = place === undefined ? f.fault : sql`${place} * 8 + ${f.fault}`;
  const bad = sql`min(CASE WHEN ${f.value} IS NULL THEN ${code} END)`;
  for (const part of [f.value, bad, f.keep ?? NULL]) block.need(part);
  b.close();
  const neumaier = f.how === 'sum' && place !== undefined;
  const result = neumaier ? SUMMED : resultOf(f);
  const select = `count(*) AS n, ${bad.sql} AS bad, ${result} AS r`;
  const from = (): string => {
    const kept = `(${block.text()} OFFSET 0) s${f.keep === undefined ? '' : ` WHERE ${f.keep.sql}`}`;
    return neumaier ? partialSums(kept, bracketed(f.value), place.sql) : kept;
  };
  const { alias, level } =
    list.kind === 'table'
      ? attachRows(list, elements, select, from, walk)
      : b.attach(lateral(`SELECT ${select} FROM ${from()}`, block), () => TRUE);
  const named = (name: string): Expr => b.column(b.block, level, `${alias}.${name}`);
  const decimal = f.how === 'sum' && !neumaier;
  return {
    value: decimal ? b.ref(doubleOf(named('r'))) : named('r'),
    count: b.ref(sql`coalesce(${named('n')}, 0)`),
    bad: place === undefined ? named('bad') : b.ref(sql`(${named('bad')} % 8)::int`),
  };
}

function resultOf({ how, value, exact }: Fold): string {
  if (how === 'count') return 'NULL';
  if (how !== 'sum') return `${how}(${value.sql})`;
  // Rows have no order, so their sum is the exact one, of the decimals.
  return exact === true ? `sum(${value.sql})` : `sum(${bracketed(value)}::text::numeric)`;
}

const lateral = (text: string, block: Block): Expr => ({
  sql: `LATERAL (${text})`,
  at: block.needs,
  simple: true,
});

/**
 * Rows of a table: grouped by their keys in one pass where nothing of the outer row is needed to
 * tell what to fold, else looked up for each outer row.
 */
function attachRows(
  list: TableList,
  { block, alias }: Elements,
  select: string,
  from: () => string,
  { b }: Walk,
): { alias: string; level: number } {
  const keys = list.list.join.map(({ column, outer }, i) => ({
    column: `${alias}.${quoted(column)}`,
    outer: list.row.column(outer),
    name: `k_${i}`,
  }));
  if (block.needs.some((level) => level > 0)) {
    for (const { column, outer } of keys) {
      block.where.push(`${column} = ${outer.sql}`);
      block.need(outer);
    }
    return b.attach(lateral(`SELECT ${select} FROM ${from()}`, block), () => TRUE);
  }
  for (const { column, name } of keys) block.level(0).columns.push(`${column} AS ${name}`);
  const names = keys.map(({ name }) => name).join(', ');
  const grouped = names === '' ? select : `${names}, ${select}`;
  const by = names === '' ? '' : ` GROUP BY ${names}`;
  return b.attach(raw(`(SELECT ${grouped} FROM ${from()}${by})`), (j) =>
    keys.reduce((all, { name, outer }) => inline(sql`${all} AND ${j}.${name} = ${outer}`), TRUE),
  );
}

const LIMIT = `'${2 ** 1000}'::float8`;
const DOWN = `'${2 ** -24}'::float8`;
const HALF = `'0.5'::float8`;

/**
 * The compensated sum (Neumaier) of an ordered list, bit for bit as JavaScript's: the partial sums
 * are a window, what each addition lost is added up after. An overflow would end the statement, so
 * the partial sums of smaller numbers, `rough`, tell first whether there is one.
 */
function partialSums(from: string, value: string, place: string): string {
  const small = `CASE WHEN abs(${value}) > '1e-290'::float8 THEN ${value} * ${DOWN} ELSE 0 END`;
  const rough = `SELECT s.*, sum(${small}) OVER (ORDER BY ${place}) AS rough FROM ${from}`;
  const peak = `SELECT s.*, max(abs(rough)) OVER () AS peak FROM (${rough}) s`;
  const fit = `SELECT s.*, CASE WHEN peak < ${LIMIT} THEN ${value} END AS y FROM (${peak}) s`;
  const totals = `SELECT s.*, sum(y) OVER (ORDER BY ${place}) AS total FROM (${fit}) s`;
  const before = `coalesce(lag(total) OVER (ORDER BY ${place}), 0) AS before`;
  return `(SELECT s.*, ${place} AS i, ${before} FROM (${totals}) s) s`;
}

const TOTAL = '(array_agg(total ORDER BY i DESC))[1]';
const LOST =
  'sum(CASE WHEN abs(before) >= abs(y) THEN before - total + y ELSE y - total + before END ORDER BY i)';
const SUMMED = `CASE WHEN abs(${TOTAL}) < ${LIMIT} OR abs(${LOST}) < 1 THEN ${TOTAL} + ${LOST} WHEN abs(${TOTAL} * ${HALF} + ${LOST} * ${HALF}) < '${2 ** 1023}'::float8 THEN ${TOTAL} + ${LOST} END`;

const HOW: Readonly<Record<AggregateName, Fold['how']>> = {
  sum: 'sum',
  avg: 'sum',
  count: 'count',
  min: 'min',
  max: 'max',
  any: 'bool_or',
  none: 'bool_or',
  all: 'bool_and',
};

export function aggregate(ir: AggregateIr, locals: Locals, walk: Walk): Scalar {
  const { b } = walk;
  const list = asList(walk.compile(ir.list, locals));
  const elements = open(list, walk);
  const inside = [...locals];
  inside[ir.slot] = elements.element;
  const where = ir.where && as('bool', walk.compile(ir.where, inside));
  const item = ir.item === undefined ? PRESENT : itemOf(ir.name, walk.compile(ir.item, inside));
  const folded = fold(list, elements, foldOf(ir.name, where, item, walk), walk);
  return outcome(ir.name, folded, list, b);
}

const PRESENT = scalar('bool', TRUE, NULL);
const itemOf = (name: AggregateName, item: Compiled): Scalar =>
  as(name === 'any' || name === 'all' || name === 'none' ? 'bool' : 'float8', item);

/** What is folded: the items of the elements that are not left out, a faulty `where` as a fault. */
function foldOf(name: AggregateName, where: Scalar | undefined, item: Scalar, { b }: Walk): Fold {
  const how = HOW[name];
  const own = strictFault(item);
  // Of a column of decimals the sum needs no doubles.
  const exact = how === 'sum' && item.exact !== undefined;
  const summed = exact ? (item.exact as Expr) : item.value;
  if (where === undefined)
    return { how, exact, value: b.ref(summed), fault: b.brief(own), keep: undefined };
  return {
    how,
    exact,
    value: b.ref(sql`CASE WHEN ${where.value} THEN ${summed} END`),
    fault: b.brief(
      sql`CASE WHEN ${where.value} IS NULL THEN ${strictFault(where)} ELSE ${own} END`,
    ),
    keep: b.ref(sql`${where.value} IS NOT FALSE`),
  };
}

function outcome(name: AggregateName, folded: Folded, list: List, b: Walk['b']): Scalar {
  const { value, count, bad } = folded;
  const there = sql`${list.value} IS NOT NULL`;
  const sound = sql`${inline(there)} AND ${bad} IS NULL`;
  const result = (form: Form, text: Expr, own: Expr): Scalar => {
    const faulty = sql`CASE WHEN ${bad} IS NOT NULL THEN ${bad} ELSE ${own} END`;
    return scalar(form, b.ref(text), firstFault([list], faulty, b));
  };
  const range = faultOf('range');
  const decided = (by: string, outcome: string, otherwise: string): Scalar =>
    result(
      'bool',
      sql`CASE WHEN ${inline(there)} AND ${value} IS ${by} THEN ${outcome} WHEN ${inline(sound)} THEN ${otherwise} END`,
      NULL,
    );
  switch (name) {
    case 'count':
      return result('float8', sql`CASE WHEN ${inline(sound)} THEN ${count}::float8 END`, NULL);
    case 'sum':
      return result(
        'float8',
        sql`CASE WHEN ${inline(sound)} THEN CASE WHEN ${count} = 0 THEN ${double(0)} ELSE ${value} END END`,
        range,
      );
    case 'avg': {
      const many = b.ref(sql`nullif(${count}, 0)::float8`);
      const mean = divide(value, many);
      return result(
        'float8',
        sql`CASE WHEN ${inline(sound)} THEN ${mean} END`,
        sql`CASE WHEN ${count} > 0 THEN ${range} END`,
      );
    }
    case 'min':
    case 'max':
      return result('float8', sql`CASE WHEN ${inline(sound)} THEN ${value} END`, NULL);
    case 'any':
      return decided('TRUE', 'true', 'false');
    case 'none':
      return decided('TRUE', 'false', 'true');
    case 'all':
      return decided('FALSE', 'false', 'true');
  }
}

/** Membership: exactly, or by whole steps. An element that is missing or wrong faults it. */
export function member(x: Scalar, list: List, step: number | undefined, walk: Walk): Scalar {
  const { b } = walk;
  if (x.form === 'jsonb') throw new NotSupported('`in` of records or untyped values');
  const key = (of: Scalar): Expr =>
    step === undefined || of.form !== 'float8' ? of.value : b.ref(steps(of.value, step, b));
  // Texts of different columns may have different rules of their own for what is the same.
  const own = x.form === 'text' ? sql`${x.value} COLLATE "C"` : key(x);
  if (list.kind === 'items') {
    const items = list.items.map((item) => as(x.form, item));
    const same = items.reduce(
      (any, item) => inline(sql`${any} OR ${own} = ${key(item)}`),
      raw('false'),
    );
    const whole = items.reduce(
      (all, item) => inline(sql`${all} AND ${item.value} IS NOT NULL`),
      inline(sql`${x.value} IS NOT NULL`),
    );
    const value = b.ref(sql`CASE WHEN ${whole} THEN ${same} END`);
    return scalar('bool', value, firstFault([x, ...items], NULL, b));
  }
  const elements = open(list, walk);
  const item = as(x.form, elements.element);
  const same = b.ref(sql`${own} = ${key(item)}`);
  // Where `x` is missing nothing is the same, and that is no fault of the element's.
  const value = b.ref(sql`CASE WHEN ${item.value} IS NOT NULL THEN coalesce(${same}, false) END`);
  const folded = fold(
    list,
    elements,
    { how: 'bool_or', value, fault: b.brief(strictFault(item)), keep: undefined },
    walk,
  );
  const sound = sql`${x.value} IS NOT NULL AND ${list.value} IS NOT NULL AND ${folded.bad} IS NULL`;
  const found = b.ref(sql`CASE WHEN ${inline(sound)} THEN coalesce(${folded.value}, false) END`);
  return scalar('bool', found, firstFault([x, list], folded.bad, b));
}

/** Lists of different origin in one form: each element as its value or its fault. */
export function wrap(list: List, walk: Walk): Expr {
  if (list.kind === 'table') throw new NotSupported('a choice between lists of rows');
  if (list.kind === 'json' && list.wrapped) return list.value;
  const { b } = walk;
  const { block, element, place } = open(list, walk);
  if (element.kind !== 'scalar' || place === undefined)
    throw new NotSupported('a choice between lists of lists');
  const pair = b.ref(
    sql`jsonb_build_object('v', ${element.value}, 'f', CASE WHEN ${element.value} IS NULL THEN ${element.fault}::int END)`,
  );
  b.close();
  const text = `SELECT coalesce(jsonb_agg(${pair.sql} ORDER BY ${place.sql}), '[]') AS r FROM (${block.text()} OFFSET 0) s`;
  const { alias, level } = b.attach(lateral(text, block), () => TRUE);
  const all = b.column(b.block, level, `${alias}.r`);
  return b.ref(sql`CASE WHEN ${list.value} IS NOT NULL THEN ${all} END`);
}

/**
 * A list as a result: its elements as JSON; one that has no value faults it.
 * @param lacking one that is missing may go out as it is
 */
export function listResult(list: List, of: Border, lacking: boolean, walk: Walk): Scalar {
  if (list.kind === 'table') throw new NotSupported('a list of rows as a result');
  const { b } = walk;
  const { block, element, place } = open(list, walk);
  if (element.kind !== 'scalar' || place === undefined)
    throw new NotSupported('a list of lists as a result');
  const json = b.ref(toJson(element, of, walk));
  const out = leave(element, of, b);
  const fault = lacking ? out.fault : strictFault(out);
  const code = sql`CASE WHEN ${out.value} IS NULL THEN ${place} * 8 + ${fault} END`;
  for (const part of [json, code]) block.need(part);
  b.close();
  const select = `SELECT coalesce(jsonb_agg(${json.sql} ORDER BY ${place.sql}), '[]') AS r, (min(${code.sql}) % 8)::int AS bad`;
  const text = `${select} FROM (${block.text()} OFFSET 0) s`;
  const { alias, level } = b.attach(lateral(text, block), () => TRUE);
  const [all, bad] = [
    b.column(b.block, level, `${alias}.r`),
    b.column(b.block, level, `${alias}.bad`),
  ];
  const value = sql`CASE WHEN ${list.value} IS NOT NULL AND ${bad} IS NULL THEN ${all} END`;
  const why = sql`CASE WHEN ${list.value} IS NULL THEN ${list.fault} ELSE ${bad} END`;
  return scalar('jsonb', b.ref(value), why);
}

function wrapped(alias: string, of: Border, { b }: Walk): Scalar {
  const form = formOf(of);
  const read =
    form === 'jsonb'
      ? `nullif(${alias}.x -> 'v', 'null')`
      : `(${alias}.x ->> 'v')::${typeOf(form)}`;
  return scalar(form, b.base(raw(read)), b.base(raw(`(${alias}.x ->> 'f')::int`)));
}
