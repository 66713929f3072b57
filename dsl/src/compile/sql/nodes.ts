import type { CompareIr, FormulaIr, Ir, RecordIr } from '../../ir/ir.ts';
import type { Equality } from '../../values/compare.ts';
import { enterJson, toJson } from './border.ts';
import { type Builder, type Expr, NotSupported, NULL, raw, sql } from './build.ts';
import { compileCall } from './calls.ts';
import { add, divide, isZero, multiply, near, roundTo, scale, steps, subtract } from './guards.ts';
import { aggregate, asList, member, wrap } from './lists.ts';
import { dateOf } from './moments.ts';
import { fieldOfRow } from './rows.ts';
import {
  absent,
  as,
  type Compiled,
  comma,
  type Form,
  faultOf,
  firstFault,
  inline,
  type Locals,
  MISSING,
  mustBeThere,
  type Row,
  type Scalar,
  scalar,
  type Walk,
} from './shape.ts';

/** A node as columns of the statement; nothing of it raises, a fault is a value beside. */
export function compileNode(ir: Ir, locals: Locals, walk: Walk): Compiled {
  const { b } = walk;
  const part = (node: Ir): Compiled => walk.compile(node, locals);
  /** Where what is missing is handed on: what has to be there is a fault before it gets there. */
  const typed = (node: Ir): Compiled =>
    !node.nullable && HANDED_ON.has(node.kind) ? mustBeThere(part(node)) : part(node);
  const number = (node: Ir): Scalar => as('float8', part(node));
  const bool = (node: Ir): Scalar => as('bool', part(node));
  /** A result of strict operands; `own` is its fault when all of them are there. */
  const strict = (form: Form, value: Expr, operands: readonly Scalar[], own = NULL): Scalar =>
    scalar(form, b.ref(value), firstFault(operands, own, b));
  switch (ir.kind) {
    case 'const':
      return constant(ir.value, walk);
    case 'now':
      return scalar('float8', walk.now(), NULL);
    case 'today':
      return scalar('float8', b.ref(dateOf(walk.now(), walk.zone(), b)), NULL);
    case 'input':
      return walk.input(ir.name, ir.border);
    case 'local':
      return locals[ir.slot] ?? MISSING;
    case 'field': {
      const target = typed(ir.target);
      // Where the record may be missing, the field has a fault of its own for one that is there.
      const must = ir.nullable && !ir.optional;
      if (target.kind === 'row') return fieldOfRow(target, ir.name, ir.border, walk, must);
      const { value, fault } = as('jsonb', target);
      const name = b.constant(ir.name, 'text');
      const json = b.ref(sql`nullif(${value} -> ${name}, 'null'::jsonb)`);
      return enterJson(json, ir.border, absent(value, fault, must), walk);
    }
    case 'add':
    case 'sub':
    case 'mul': {
      const [x, y] = [number(ir.left), number(ir.right)];
      const value = { add, sub: subtract, mul: multiply }[ir.kind](x.value, y.value);
      return strict('float8', value, [x, y], faultOf('range'));
    }
    case 'div': {
      const [x, y] = [number(ir.left), number(ir.right)];
      const zero = isZero(y.value);
      const value = sql`CASE WHEN ${zero} THEN NULL ELSE ${divide(x.value, y.value)} END`;
      const own = sql`CASE WHEN ${zero} THEN ${faultOf('zero')} ELSE ${faultOf('range')} END`;
      return strict('float8', value, [x, y], own);
    }
    case 'scale': {
      const x = number(ir.operand);
      return strict('float8', scale(x.value, ir.mul, ir.div, b), [x], faultOf('range'));
    }
    case 'compare':
      return compare(ir, part(ir.left), part(ir.right), walk);
    case 'in': {
      const x = part(ir.left);
      if (x.kind !== 'scalar') throw new NotSupported('`in` of records or lists');
      return member(x, asList(part(ir.list)), ir.step, walk);
    }
    case 'and':
    case 'or': {
      const [x, y] = [bool(ir.left), bool(ir.right)];
      const value = sql`${x.value} ${ir.kind === 'and' ? 'AND' : 'OR'} ${y.value}`;
      return strict('bool', value, [x, y]);
    }
    case 'not': {
      const x = bool(ir.operand);
      return strict('bool', sql`NOT ${x.value}`, [x]);
    }
    case 'if':
      return choose(bool(ir.condition), typed(ir.then), typed(ir.otherwise), walk);
    case 'coalesce':
      return coalesce(part(ir.left), typed(ir.right), walk);
    case 'cast': {
      const { value, fault } = as('jsonb', part(ir.operand));
      return enterJson(value, ir.border, absent(value, fault, false), walk);
    }
    case 'is_missing': {
      const { value, fault } = typed(ir.operand);
      const missing = sql`CASE WHEN ${value} IS NOT NULL THEN false WHEN ${fault} IS NULL THEN true END`;
      return scalar('bool', b.ref(missing), fault);
    }
    case 'list': {
      const items = ir.items.map((item) => as('missing', typed(item)));
      return { kind: 'items', items, value: raw('true'), fault: NULL };
    }
    case 'record':
      return record(ir, typed, walk);
    case 'call':
      return compileCall(ir, part, walk);
    case 'round': {
      const [x, step] = [number(ir.operand), number(ir.step)];
      const known =
        ir.step.kind === 'const' && typeof ir.step.value === 'number' ? ir.step.value : undefined;
      const value = roundTo(x.value, step.value, ir.how, b, known);
      return strict('float8', value, [x, step], faultOf('range'));
    }
    case 'formula':
      return formula(ir, ir.args.map(typed), walk);
    case 'native':
      throw new NotSupported(`\`${ir.name}\`, which a plugin computes`);
    case 'aggregate':
      return aggregate(ir, locals, walk);
  }
}

/** What may come out missing though it has to be there; of others their operands tell. */
const HANDED_ON: ReadonlySet<Ir['kind']> = new Set(['input', 'local', 'field', 'formula']);

function constant(value: number | string | boolean | null, { b }: Walk): Scalar {
  if (value === null) return MISSING;
  if (typeof value === 'boolean') return scalar('bool', raw(String(value)), NULL);
  const form = typeof value === 'number' ? 'float8' : 'text';
  return scalar(form, b.constant(value, form), NULL);
}

const SIGN = { eq: '=', ne: '<>', lt: '<', le: '<=' } as const;

function compare(ir: CompareIr, left: Compiled, right: Compiled, walk: Walk): Scalar {
  const { b } = walk;
  if (ir.equality.mode === 'dynamic') throw new NotSupported('comparison of untyped values');
  if (left.kind !== 'scalar' || right.kind !== 'scalar' || left.form === 'jsonb')
    throw new NotSupported('comparison of records or lists, which are compared by identity');
  const form = left.form === 'missing' ? right.form : left.form;
  const [x, y] = [as(form, left), as(form, right)];
  const value = b.ref(comparison(ir, x.value, y.value, form, walk));
  return scalar('bool', value, firstFault([x, y], NULL, b));
}

function comparison({ op, equality }: CompareIr, a: Expr, c: Expr, form: Form, { b }: Walk): Expr {
  if (form === 'text') return sql`${a} ${SIGN[op]} ${c} COLLATE "C"`;
  const same = form === 'float8' ? sameness(equality, a, c, b) : undefined;
  if (same === undefined) return sql`${a} ${SIGN[op]} ${c}`;
  switch (op) {
    case 'eq':
      return same;
    case 'ne':
      return sql`NOT ${same}`;
    case 'lt':
      return sql`${a} < ${c} AND NOT ${same}`;
    case 'le':
      return sql`${a} <= ${c} OR ${same}`;
  }
}

/** When two numbers are equal; undefined: when they are the same. */
function sameness(equality: Equality, a: Expr, c: Expr, b: Builder): Expr | undefined {
  if (equality.mode === 'near') return near(a, c);
  if (equality.mode !== 'step') return undefined;
  return sql`${b.ref(steps(a, equality.step, b))} = ${b.ref(steps(c, equality.step, b))}`;
}

/** Both in one form: scalars of one type, lists as JSON. */
function alike(x: Compiled, y: Compiled, walk: Walk): readonly [Compiled, Compiled] {
  const never = (z: Compiled): boolean => z.kind === 'scalar' && z.form === 'missing';
  if (x.kind === 'scalar' && y.kind === 'scalar') {
    const form = never(x) ? y.form : x.form;
    return [as(form, x), as(form, y)];
  }
  if (x.kind === 'row' || y.kind === 'row')
    throw new NotSupported('a choice between rows of tables');
  if (x.kind === 'json' && never(y))
    return [x, { ...x, value: raw('NULL::jsonb'), fault: y.fault }];
  if (y.kind === 'json' && never(x))
    return [{ ...y, value: raw('NULL::jsonb'), fault: x.fault }, y];
  const [p, q] = [asList(x), asList(y)];
  if (
    p.kind === 'json' &&
    q.kind === 'json' &&
    p.wrapped === q.wrapped &&
    JSON.stringify(p.of) === JSON.stringify(q.of)
  )
    return [p, q];
  const of = p.kind === 'json' ? p.of : q.kind === 'json' ? q.of : undefined;
  if (of === undefined) throw new NotSupported('a choice between lists written out');
  const json = (list: typeof p): Compiled => ({
    kind: 'json',
    of,
    wrapped: true,
    value: wrap(list, walk),
    fault: list.fault,
  });
  return [json(p), json(q)];
}

function choose(condition: Scalar, then: Compiled, otherwise: Compiled, walk: Walk): Compiled {
  const { b } = walk;
  const [x, y] = alike(then, otherwise, walk);
  const c = condition.value;
  const value = b.ref(sql`CASE WHEN ${c} THEN ${x.value} WHEN NOT ${c} THEN ${y.value} END`);
  const chosen = sql`CASE WHEN ${c} THEN ${x.fault} ELSE ${y.fault} END`;
  const own = x.fault.sql === 'NULL' && y.fault.sql === 'NULL' ? NULL : chosen;
  return { ...x, value, fault: firstFault([condition], own, b), ...INEXACT } as Compiled;
}

const INEXACT = { exact: undefined };

/** `??` answers what is missing and a division by zero (codes 1 and 2), no other fault. */
function coalesce(left: Compiled, right: Compiled, walk: Walk): Compiled {
  const { b } = walk;
  const [x, y] = alike(left, right, walk);
  if (x.fault.sql === 'NULL') {
    const value = b.ref(sql`coalesce(${x.value}, ${y.value})`);
    return { ...x, value, fault: y.fault, ...INEXACT } as Compiled;
  }
  const fault = b.ref(sql`CASE WHEN ${x.value} IS NULL THEN ${x.fault} END`);
  const value = b.ref(
    sql`CASE WHEN ${x.value} IS NOT NULL THEN ${x.value} WHEN ${fault} > 2 THEN NULL ELSE ${y.value} END`,
  );
  const own = b.brief(sql`CASE WHEN ${fault} > 2 THEN ${fault} ELSE ${y.fault} END`);
  return { ...x, value, fault: own, ...INEXACT } as Compiled;
}

function record(ir: RecordIr, part: (node: Ir) => Compiled, walk: Walk): Scalar {
  const { b } = walk;
  const parts = ir.fields.map(({ name, value, border }) => ({
    name,
    border,
    x: as('missing', part(value)),
  }));
  const pairs = parts.map(
    ({ name, border, x }) => sql`${b.constant(name, 'text')}, ${toJson(x, border, walk)}`,
  );
  const wrong = parts.map(({ x }) =>
    inline(sql`CASE WHEN ${x.value} IS NULL THEN ${x.fault}::int END`),
  );
  if (wrong.length === 0) return scalar('jsonb', b.base(raw(`'{}'::jsonb`)), NULL);
  const fault = b.ref(sql`coalesce(${comma(wrong)})`);
  return scalar(
    'jsonb',
    b.ref(sql`CASE WHEN ${fault} IS NULL THEN jsonb_build_object(${comma(pairs.map(inline))}) END`),
    fault,
  );
}

function formula({ name, label }: FormulaIr, args: readonly Compiled[], walk: Walk): Compiled {
  const unit = walk.units.get(name);
  if (unit === undefined) return scalar('missing', NULL, faultOf('function'));
  const row = label === undefined ? undefined : innermost(args);
  // A part of a KPI is computed where its rows are, once, however deep in lists it is used.
  if (row !== undefined) {
    const key = JSON.stringify([name, args.map(identity)]);
    const known = row.fields.get(key);
    const part = known ?? walk.b.within(row.block, () => walk.compile(unit.body, args));
    row.fields.set(key, part);
    return part;
  }
  const { calls } = walk.b.block;
  // Formulas that call one another twice would double the text at each step.
  const key = JSON.stringify([name, args.map(identity)]);
  const known = calls.get(key) as Compiled | undefined;
  if (known !== undefined) return known;
  const made = walk.compile(unit.body, args);
  if (args.every((arg) => arg.kind !== 'items' && arg.kind !== 'table')) calls.set(key, made);
  return made;
}

/** Of the rows that arguments are, the one inside the others; none where one is no row. */
function innermost(args: readonly Compiled[]): Row | undefined {
  const rows = args.filter((arg) => arg.kind === 'row');
  if (rows.length < args.length) return undefined;
  return rows.toSorted((a, b) => b.block.depth - a.block.depth)[0];
}

/** What tells one argument from another: the columns it is in, and how a list's are read. */
const identity = (arg: Compiled): readonly unknown[] => [
  arg.kind,
  arg.value.sql,
  arg.fault.sql,
  arg.kind === 'json' ? [arg.of, arg.wrapped] : '',
];
