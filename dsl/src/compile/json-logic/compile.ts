import type { AggregateIr, Ir, Unit, Units } from '../../ir/ir.ts';
import { present, type Type } from '../../types/type.ts';
import { BAD, borderOf, enter, readOwn, type Value } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';
import { emitNative, type Rule } from './native.ts';
import { substitute } from './substitute.ts';

export type { Rule } from './native.ts';

/** A rule as JSON Logic, or in words why it can't be one. */
export type JsonLogicRule =
  | {
      readonly rule: Rule;
      /** Our operators it uses when the data is as declared; none: plain JSON Logic will do. */
      readonly operators: readonly string[];
    }
  | { readonly notSupported: string };

class NotSupported extends Error {}

/** Rules beyond this many parts (formulas are written in) are refused. */
const MAX_PARTS = 5_000;

/**
 * Compiles a unit without parameters to JSON Logic. Numbers are in base units and moments are
 * numbers: `prepareJsonLogic` brings data into that form.
 */
export function compileJsonLogic(unit: Unit, units: Units): JsonLogicRule {
  try {
    let parts = 0;
    const body = substitute(unit.body, units, () => {
      if (++parts > MAX_PARTS) throw new NotSupported('the rule is too large to be written as one');
    });
    const native = emitNative(body);
    const strict = emit(body, undefined);
    if (native === undefined) return { rule: strict, operators: operatorsIn(strict) };
    const rule =
      native.guards.length === 0
        ? native.rule
        : { if: [{ and: native.guards }, native.rule, strict] };
    return { rule, operators: [] };
  } catch (fault) {
    if (fault instanceof NotSupported) return { notSupported: fault.message };
    throw fault;
  }
}

function operatorsIn(rule: Rule): string[] {
  const found = new Set<string>();
  const visit = (part: Rule): void => {
    if (Array.isArray(part)) for (const item of part) visit(item);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, value] of Object.entries(part)) {
        if (key.startsWith('qoida.')) found.add(key);
        visit(value);
      }
    }
  };
  visit(rule);
  return [...found].sort();
}

const NOW: Rule = { var: 'qoida.now' };
const ZONE: Rule = { var: 'qoida.zone' };

/** @param slot the element's variable inside `map`, where JSON Logic sees nothing else */
function emit(ir: Ir, slot: number | undefined): Rule {
  const go = (part: Ir): Rule => emit(part, slot);
  const outside = (rule: Rule): Rule => {
    if (slot === undefined) return rule;
    throw new NotSupported('inside a list, JSON Logic cannot see anything but the element');
  };
  switch (ir.kind) {
    case 'const':
      return ir.value;
    case 'now':
      return outside(NOW);
    case 'today':
      return outside({ 'qoida.today': [NOW, ZONE] });
    case 'input':
      if (ir.name.includes('.')) throw new NotSupported(`the name \`${ir.name}\` holds a dot`);
      return outside({ var: ir.name });
    case 'local':
      return ir.slot === slot ? { var: '' } : outside(null);
    case 'field':
      return { 'qoida.field': [go(ir.target), ir.name] };
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return { [`qoida.${ir.kind}`]: [go(ir.left), go(ir.right)] };
    case 'scale':
      return { 'qoida.scale': [go(ir.operand), ir.mul, ir.div] };
    case 'compare': {
      const step = ir.equality.mode === 'step' ? ir.equality.step : null;
      return { 'qoida.compare': [ir.op, ir.equality.mode, step, go(ir.left), go(ir.right)] };
    }
    case 'in':
      return { 'qoida.in': [go(ir.left), go(ir.list), ir.step ?? null] };
    case 'and':
    case 'or':
    case 'coalesce':
      return { [`qoida.${ir.kind}`]: [go(ir.left), go(ir.right)] };
    case 'not':
    case 'is_missing':
      return { [`qoida.${ir.kind}`]: [go(ir.operand)] };
    case 'if':
      return { 'qoida.if': [go(ir.condition), go(ir.then), go(ir.otherwise)] };
    case 'list':
      return { 'qoida.list': ir.items.map(go) };
    case 'round':
      return { 'qoida.round': [go(ir.operand), go(ir.step), ir.how] };
    case 'call':
      return outsideCall(ir, slot, go);
    case 'aggregate':
      return aggregate(ir, slot);
    case 'record':
      throw new NotSupported('JSON Logic has no records');
    case 'native':
      throw new NotSupported(`JSON Logic cannot call the plugin function \`${ir.name}\``);
    case 'formula':
      throw new NotSupported(`the formula \`${ir.name}\` is not known`);
  }
}

const ZONED: ReadonlySet<string> = new Set(['date_of', 'time_of', 'at_midnight', 'from_local']);

function outsideCall(
  ir: Extract<Ir, { kind: 'call' }>,
  slot: number | undefined,
  go: (part: Ir) => Rule,
): Rule {
  if (slot !== undefined && ZONED.has(ir.name)) {
    throw new NotSupported('inside a list, JSON Logic cannot see the time zone');
  }
  return { 'qoida.call': [ir.name, slot === undefined ? ZONE : '', ...ir.args.map(go)] };
}

function aggregate(ir: AggregateIr, slot: number | undefined): Rule {
  const list = emit(ir.list, slot);
  // An element that is missing is a fault of the whole; a comparison with it would be one too.
  const item = ir.item === undefined ? true : emit(ir.item, ir.slot);
  const each = ir.where === undefined ? item : { 'qoida.kept': [emit(ir.where, ir.slot), item] };
  return { [`qoida.${ir.name}`]: [{ map: [list, each] }, list] };
}

/**
 * Plain data in the form compiled rules read: base units, moments as numbers, only declared
 * fields, and a fault in the place of what has the wrong form.
 * @param types the declared types of the data
 */
export function prepareJsonLogic(
  values: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, Type>,
  clock: { readonly now: number; readonly zone: string },
): Record<string, unknown> {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, type] of types) made[name] = prepare(readOwn(values, name), type, clock.zone);
  made.qoida = { now: clock.now, zone: clock.zone };
  return made;
}

const badData = (): Fault => new Fault('data', { start: 0, end: 0 }, '', []);

function prepare(data: unknown, type: Type, zone: string): Value {
  const plain = present(type);
  const value = enter(data, borderOf(plain), zone, badData);
  if (value === BAD) return badData();
  if (value === null || value instanceof Fault) return value;
  if (plain.kind === 'list' && present(plain.of).kind === 'record') {
    return (value as readonly Value[]).map((item) =>
      item === null || item instanceof Fault ? item : prepare(item, plain.of, zone),
    );
  }
  if (plain.kind !== 'record') return value;
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, field] of plain.fields) {
    const inner = readOwn(value as object, name);
    if (inner !== undefined) made[name] = prepare(inner, field, zone);
  }
  return made;
}
