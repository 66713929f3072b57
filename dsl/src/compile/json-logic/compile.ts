import type { AggregateIr, FieldIr, Ir, Unit, Units } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import { emitNative, type Rule } from './native.ts';
import { CLOCK_KEY } from './prepare.ts';
import { isDemanded, isRead, substitute } from './substitute.ts';

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
    const operators = operatorsIn(strict);
    if (native === undefined || operators.length === 0) return { rule: strict, operators };
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

/**
 * Where a part stands. JSON Logic sees nothing but the element inside a list, so `qoida.each` makes
 * each element a pair: itself as `each`, and the data around the list as `outer`.
 */
interface Scope {
  readonly slot: number;
  readonly outer: Scope | undefined;
}

/** The way from a scope to the data of the whole rule. */
function wayOut(scope: Scope | undefined): readonly string[] {
  return scope === undefined ? [] : ['outer', ...wayOut(scope.outer)];
}

const variable = (...path: readonly string[]): Rule => ({ var: path.join('.') });

const zone = (scope: Scope | undefined): Rule => variable(...wayOut(scope), CLOCK_KEY, 'zone');

function emit(ir: Ir, scope: Scope | undefined): Rule {
  const go = (part: Ir): Rule => emit(part, scope);
  /** Where what is missing is handed on: what has to be there is a fault before it gets there. */
  const typed = (part: Ir): Rule =>
    isDemanded(part) || (isRead(part) && !part.nullable) ? { 'qoida.there': [go(part)] } : go(part);
  switch (ir.kind) {
    case 'const':
      return ir.value;
    case 'now':
      return variable(...wayOut(scope), CLOCK_KEY, 'now');
    case 'today':
      return { 'qoida.today': [variable(...wayOut(scope), CLOCK_KEY, 'now'), zone(scope)] };
    case 'input':
      return input(ir.name, scope);
    case 'local':
      return local(ir.slot, scope);
    case 'field':
      return { 'qoida.field': [go(ir.target), ir.name, ...fieldMarks(ir)] };
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
      return { [`qoida.${ir.kind}`]: [go(ir.left), go(ir.right)] };
    case 'coalesce':
      return { 'qoida.coalesce': [go(ir.left), typed(ir.right)] };
    case 'not':
      return { 'qoida.not': [go(ir.operand)] };
    case 'is_missing':
      return { 'qoida.is_missing': [go(ir.operand), ...(mustBeThere(ir.operand) ? [true] : [])] };
    case 'cast':
      return { 'qoida.as': [go(ir.operand), written(ir.border), zone(scope)] };
    case 'if':
      return { 'qoida.if': [go(ir.condition), typed(ir.then), typed(ir.otherwise)] };
    case 'list':
      return ir.items.map(typed);
    case 'record':
      return { 'qoida.record': ir.fields.flatMap(({ name, value }) => [name, typed(value)]) };
    case 'round':
      return { 'qoida.round': [go(ir.operand), go(ir.step), ir.how] };
    case 'call':
      return { 'qoida.call': [ir.name, zone(scope), ...ir.args.map(go)] };
    case 'aggregate':
      return aggregate(ir, scope);
    case 'native':
      throw new NotSupported(`JSON Logic cannot call the plugin function \`${ir.name}\``);
    case 'formula':
      throw new NotSupported(`the formula \`${ir.name}\` is not known`);
  }
}

const mustBeThere = (ir: Ir): boolean => !ir.nullable || isDemanded(ir);

/** Has the record to be there, and has the field in one that is? What is not said is `false`. */
function fieldMarks(ir: FieldIr): readonly Rule[] {
  if (ir.nullable && !ir.optional) return [mustBeThere(ir.target), true];
  return mustBeThere(ir.target) ? [true] : [];
}

/** JSON Logic splits names at dots, and reads a prototype's names on plain objects. */
function input(name: string, scope: Scope | undefined): Rule {
  if (name === CLOCK_KEY) throw new NotSupported(`the name \`${name}\` is taken by the clock`);
  const way = wayOut(scope);
  if (!name.includes('.') && !(name in {})) return variable(...way, name);
  return { 'qoida.field': [variable(...way), name] };
}

function local(slot: number, scope: Scope | undefined): Rule {
  const way: string[] = [];
  for (let at = scope; at !== undefined; at = at.outer) {
    if (at.slot === slot) return variable(...way, 'each');
    way.push('outer');
  }
  throw new NotSupported('the rule has a parameter, and JSON Logic rules have none');
}

function aggregate(ir: AggregateIr, scope: Scope | undefined): Rule {
  const inside: Scope = { slot: ir.slot, outer: scope };
  const where = ir.where === undefined ? true : emit(ir.where, inside);
  const item = ir.item === undefined ? true : emit(ir.item, inside);
  const pairs = { 'qoida.each': [emit(ir.list, scope), { var: '' }] };
  const kept = { 'qoida.kept': [{ var: 'wrong' }, where, item] };
  return { [`qoida.${ir.name}`]: [{ map: [pairs, kept] }] };
}

/** What a value is taken for, as JSON: `number`, `["list", "text"]`, `["enum", "ok", "bad"]`. */
function written(border: Border): Rule {
  if (border.kind === 'list') return ['list', written(border.of)];
  return border.kind === 'enum' ? ['enum', ...border.values] : border.kind;
}
