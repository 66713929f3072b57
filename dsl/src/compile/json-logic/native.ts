import { type CompareIr, type Ir, pathOf } from '../../ir/ir.ts';
import { NUMBER } from '../../types/units.ts';
import type { Border } from '../../values/border.ts';
import { TOLERANCE } from '../../values/numbers.ts';
import { CLOCK_KEY } from './prepare.ts';
import { isDemanded } from './substitute.ts';

export type Rule = unknown;

/**
 * The part of the language that plain JSON Logic has, as long as the data is as declared. The
 * guard in front asks exactly that, so plain JSON Logic never gives a silent answer on bad data.
 */
export interface NativeRule {
  readonly rule: Rule;
  readonly guards: readonly Rule[];
}

/** Values beyond this go the strict way: then nothing on the native way can overflow. */
const LARGEST = 1e15;
const OVERFLOW = 1e300;

class NotNative extends Error {}

interface Part {
  readonly rule: Rule;
  /** An upper bound of the absolute value; 0 for what is no number. */
  readonly bound: number;
}

/** The rule in plain JSON Logic, or undefined when it needs our operators. */
export function emitNative(ir: Ir): NativeRule | undefined {
  const guards = new Map<string, Rule>();
  try {
    const { rule } = native(ir, guards);
    return { rule, guards: [...guards.values()] };
  } catch (fault) {
    if (fault instanceof NotNative) return undefined;
    throw fault;
  }
}

function refuse(): never {
  throw new NotNative();
}

const SCALARS = [{ kind: 'number', unit: NUMBER }, { kind: 'bool' }, { kind: 'text' }] as const;

function guardOf(variable: Rule, border: Border): Rule {
  switch (border.kind) {
    case 'number':
    case 'date':
    case 'time':
    case 'instant':
      return {
        and: [{ '===': [variable, { '+': [variable] }] }, { '<=': [-LARGEST, variable, LARGEST] }],
      };
    case 'dynamic':
      return { or: SCALARS.map((kind) => guardOf(variable, kind)) };
    case 'bool':
      return { in: [variable, [true, false]] };
    case 'text':
      return { '===': [variable, { cat: [variable] }] };
    case 'enum':
      return { in: [variable, [...border.values]] };
    default:
      return refuse();
  }
}

type Read = Extract<Ir, { kind: 'input' | 'field' }>;

const isRead = (ir: Ir): ir is Read => ir.kind === 'input' || ir.kind === 'field';

/**
 * A variable, and in front of the rule the question whether it holds what the rule reads it as.
 * @param border what it is read as here: untyped values are taken for different things
 * @param nullable may it be missing here?
 */
function read(ir: Read, guards: Map<string, Rule>, border: Border, nullable: boolean): Part {
  const path = pathOf(ir);
  if (path === undefined || !isPlainPath(ir)) refuse();
  // Plain JSON Logic cannot tell a record that is missing from one of the wrong form.
  if (nullable && ir.kind === 'field') refuse();
  // What is kept otherwise inside than in JSON is read by our operators.
  if (ir.border.kind === 'dynamic' && MOMENTS.has(border.kind)) refuse();
  const variable = { var: path };
  const guard = guardOf(variable, border);
  // For untyped values nothing is known by flow: both questions are asked.
  const key = ir.border.kind === 'dynamic' ? `${path} ${border.kind} ${nullable}` : path;
  // A path that may be missing somewhere is asked about before it is used elsewhere.
  if (nullable) guards.set(key, { or: [{ '==': [variable, null] }, guard] });
  else if (!guards.has(key)) guards.set(key, guard);
  return { rule: variable, bound: LARGEST };
}

const MOMENTS: ReadonlySet<Border['kind']> = new Set(['date', 'time', 'instant']);

/** Names that texts, lists and faults have too: read by path, they would seem to be fields. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['length', 'kind', 'span', 'file', 'names', 'code']);

/** A path of inputs and fields that JSON Logic reads as we do: it splits names at dots. */
function isPlainPath(ir: Ir): boolean {
  if (ir.kind === 'cast') return ir.border.kind === 'record' && isPlainPath(ir.operand);
  if (!isRead(ir) || ir.name.includes('.') || ir.name in {}) return false;
  if (ir.kind === 'input') return ir.name !== CLOCK_KEY;
  return !AMBIGUOUS.has(ir.name) && !/^\d/.test(ir.name) && isPlainPath(ir.target);
}

/** An operand that must be there. */
function present(ir: Ir, guards: Map<string, Rule>): Part {
  if (ir.kind === 'cast' && isRead(ir.operand)) {
    return read(ir.operand, guards, ir.border, false);
  }
  if (isRead(ir) && ir.border.kind === 'dynamic') return read(ir, guards, ir.border, false);
  return ir.nullable ? refuse() : native(ir, guards);
}

function bounded(rule: Rule, bound: number): Part {
  return bound < OVERFLOW ? { rule, bound } : refuse();
}

function native(ir: Ir, guards: Map<string, Rule>): Part {
  // No guard asks whether what was computed is there.
  if (isDemanded(ir)) refuse();
  switch (ir.kind) {
    case 'const':
      return { rule: ir.value, bound: typeof ir.value === 'number' ? Math.abs(ir.value) : 0 };
    case 'input':
    case 'field':
      return read(ir, guards, ir.border, ir.nullable);
    case 'cast':
      return isRead(ir.operand) ? read(ir.operand, guards, ir.border, true) : refuse();
    case 'add':
    case 'sub': {
      const [a, b] = [present(ir.left, guards), present(ir.right, guards)];
      return bounded({ [ir.kind === 'add' ? '+' : '-']: [a.rule, b.rule] }, a.bound + b.bound);
    }
    case 'mul': {
      const [a, b] = [present(ir.left, guards), present(ir.right, guards)];
      return bounded({ '*': [a.rule, b.rule] }, a.bound * b.bound);
    }
    case 'scale': {
      const x = present(ir.operand, guards);
      const product: Rule = ir.mul === 1 ? x.rule : { '*': [x.rule, ir.mul] };
      const rule = ir.div === 1 ? product : { '/': [product, ir.div] };
      return bounded(rule, (x.bound * Math.abs(ir.mul)) / ir.div);
    }
    case 'compare':
      return compare(ir, guards);
    case 'and':
    case 'or':
      return {
        rule: { [ir.kind]: [present(ir.left, guards).rule, present(ir.right, guards).rule] },
        bound: 0,
      };
    case 'not':
      return { rule: { '!': [present(ir.operand, guards).rule] }, bound: 0 };
    case 'if': {
      const c = present(ir.condition, guards);
      const [a, b] = [native(ir.then, guards), native(ir.otherwise, guards)];
      return { rule: { if: [c.rule, a.rule, b.rule] }, bound: Math.max(a.bound, b.bound) };
    }
    case 'coalesce': {
      const a = isRead(ir.left) || ir.left.kind === 'cast' ? native(ir.left, guards) : refuse();
      const b = native(ir.right, guards);
      return {
        rule: { if: [{ '==': [a.rule, null] }, b.rule, a.rule] },
        bound: Math.max(a.bound, b.bound),
      };
    }
    case 'is_missing':
      return { rule: { '==': [native(ir.operand, guards).rule, null] }, bound: 0 };
    case 'in':
      return member(ir, guards);
    case 'call':
      return call(ir, guards);
    default:
      return refuse();
  }
}

function member(ir: Extract<Ir, { kind: 'in' }>, guards: Map<string, Rule>): Part {
  const x = present(ir.left, guards);
  const constants = ir.list.kind === 'list' ? ir.list.items : refuse();
  const values = constants.map((item) =>
    item.kind === 'const' && item.value !== null ? item.value : refuse(),
  );
  return ir.step === undefined ? { rule: { in: [x.rule, values] }, bound: 0 } : refuse();
}

function call(ir: Extract<Ir, { kind: 'call' }>, guards: Map<string, Rule>): Part {
  if (ir.name !== 'min' && ir.name !== 'max') refuse();
  const args = ir.args.map((arg) => present(arg, guards));
  return {
    rule: { [ir.name]: args.map((arg) => arg.rule) },
    bound: Math.max(...args.map((arg) => arg.bound)),
  };
}

const isSimple = (ir: Ir): boolean =>
  ir.kind === 'const' || isRead(ir) || (ir.kind === 'cast' && isRead(ir.operand));

/** With the tolerance: `a <= b` is `a - b <= 1e-12 * max(1, a, -a, b, -b)`. */
function compare(ir: CompareIr, guards: Map<string, Rule>): Part {
  const [a, b] = [present(ir.left, guards).rule, present(ir.right, guards).rule];
  switch (ir.equality.mode) {
    case 'exact': {
      const sign = { eq: '===', ne: '!==', lt: '<', le: '<=' }[ir.op];
      return { rule: { [sign]: [a, b] }, bound: 0 };
    }
    case 'text':
      if (ir.op === 'lt' || ir.op === 'le') refuse();
      return { rule: { [ir.op === 'eq' ? '===' : '!==']: [a, b] }, bound: 0 };
    case 'step':
    case 'dynamic':
      return refuse();
    case 'near':
      // Each operand is written several times, so only short ones are worth it.
      if (!isSimple(ir.left) || !isSimple(ir.right)) refuse();
      return { rule: near(ir.op, a, b), bound: 0 };
  }
}

function near(op: CompareIr['op'], a: Rule, b: Rule): Rule {
  const negative = (x: Rule): Rule => (typeof x === 'number' ? -x : { '-': [x] });
  const slack = { '*': [TOLERANCE, { max: [1, a, negative(a), b, negative(b)] }] };
  const difference = { max: [{ '-': [a, b] }, { '-': [b, a] }] };
  switch (op) {
    case 'eq':
      return { '<=': [difference, slack] };
    case 'ne':
      return { '>': [difference, slack] };
    case 'le':
      return { '<=': [{ '-': [a, b] }, slack] };
    case 'lt':
      return { '>': [{ '-': [b, a] }, slack] };
  }
}
