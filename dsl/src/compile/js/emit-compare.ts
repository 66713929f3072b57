import type { CompareIr, InIr, Ir } from '../../ir/ir.ts';
import { steps, TOLERANCE } from '../../values/numbers.ts';
import { enterRaw, lookedUp } from './emit-read.ts';
import {
  type Numeric,
  notEmitted,
  numberVal,
  plainVal,
  UNKNOWN_NUMBER,
  type Val,
  type Writer,
} from './writer.ts';

/**
 * How a comparison is written. Equality has a tolerance, but almost no two numbers that are not
 * equal come near it. So the text looks at the difference: beyond twice the tolerance the order is
 * plain, within a fifth of it the two are equal, and between the two the closures decide. The
 * bounds use one operand instead of both: where the other is larger, it is so by the difference.
 */
const WIDE = 2 * TOLERANCE;
const NARROW = 0.2;

/** Emits a part that must be there; a text may still have to be looked up. */
export type EmitLoose = (ir: Ir) => Val;

export function emitCompare(ir: CompareIr, loose: EmitLoose, out: Writer): Val {
  const bool = (code: string): Val => plainVal(code, 'bool');
  const [a, b] = [ir.left, ir.right].map((part) => lookedUp(loose(part), out)) as [Val, Val];
  if (a.kind !== b.kind) return notEmitted();
  if (a.kind !== 'number') {
    if (a.kind !== 'text' && a.kind !== 'bool') return notEmitted();
    if (ir.op === 'eq') return bool(out.temp(`${a.code} === ${b.code}`));
    if (ir.op === 'ne') return bool(out.temp(`${a.code} !== ${b.code}`));
    const how = `${out.constant(ir.op)}, ${out.constant(ir.equality)}`;
    return bool(out.temp(`H.compare(${how}, ${a.code}, ${b.code})`));
  }
  const order = orderOf(ir.equality, a, b);
  switch (ir.op) {
    case 'eq':
      return bool(order(a, b, true, out));
    case 'ne':
      return bool(`!${order(a, b, true, out)}`);
    case 'le':
      return bool(order(a, b, false, out));
    case 'lt':
      // Less and not equal is the contrary of "greater or equal".
      return bool(`!${order(b, a, false, out)}`);
  }
}

/** Texts that something is compared with: `x = a`, `x in (a, b)`. */
export interface Choice {
  readonly of: Ir;
  readonly texts: readonly string[];
  /** Of `x != a`. */
  readonly negated: boolean;
}

/** The comparison as a choice among constant texts, if it is one. */
export function choiceOf(ir: Ir): Choice | undefined {
  if (ir.kind === 'compare' && (ir.op === 'eq' || ir.op === 'ne')) {
    const [left, right] = [textOf(ir.left), textOf(ir.right)];
    const text = left ?? right;
    if (text === undefined) return undefined;
    return { of: left === undefined ? ir.left : ir.right, texts: [text], negated: ir.op === 'ne' };
  }
  if (ir.kind !== 'in' || ir.list.kind !== 'list') return undefined;
  const texts = ir.list.items.map(textOf).filter((text) => text !== undefined);
  if (texts.length === 0 || texts.length < ir.list.items.length) return undefined;
  return { of: ir.left, texts, negated: false };
}

/** The text that a part is, if it is a constant one. */
export const textOf = (ir: Ir): string | undefined =>
  ir.kind === 'const' && typeof ir.value === 'string' ? ir.value : undefined;

/** Writes `a = b` or `a <= b`. */
type Order = (a: Val, b: Val, equal: boolean, out: Writer) => string;

function orderOf(equality: CompareIr['equality'], a: Val, b: Val): Order {
  switch (equality.mode) {
    case 'near':
      return near;
    case 'step': {
      const { step } = equality;
      // Whole numbers are their own steps of 1.
      if (step === 1 && a.number.whole && b.number.whole) return exact;
      return (x, y, equal, out) => bySteps(x, y, equal, step, out);
    }
    case 'exact':
      return exact;
    default:
      return notEmitted();
  }
}

function difference(a: Val, b: Val, out: Writer): string {
  if (b.number.constant === 0) {
    out.mustBeFinite(a);
    return a.code;
  }
  const code = out.temp(`${a.code} - ${b.code}`);
  const carries = new Set([...a.number.carries, ...b.number.carries]);
  out.mustBeFinite(numberVal(code, { ...UNKNOWN_NUMBER, carries }));
  return code;
}

/**
 * Whole numbers are never infinite, and what is no number compares false: a true answer proves that
 * both are numbers, and only a false one has to be asked about.
 */
const exact: Order = (a, b, equal, out) => {
  for (const val of [a, b]) if (!val.number.whole) out.mustBeFinite(val);
  const result = out.temp(`${a.code} ${equal ? '===' : '<='} ${b.code}`);
  const open = [a, b].filter(({ number }) => number.whole && number.constant === undefined);
  if (open.length > 0)
    out.block(`if (!${result}) {`, () => {
      for (const val of open) out.mustBeFinite(val);
    });
  return result;
};

const near: Order = (a, b, equal, out) => {
  const d = difference(a, b, out);
  const distance = equal ? out.temp(`Math.abs(${d})`) : d;
  const [wide, narrow] = bounds(a, b, out);
  const result = out.temp(`${distance} <= ${wide}`);
  out.block(`if (${result}) {`, () => out.leaveIf(`${distance} > ${narrow}`));
  return result;
};

function bounds(a: Val, b: Val, out: Writer): readonly [string, string] {
  const known = a.number.constant ?? b.number.constant;
  if (known !== undefined) {
    const wide = WIDE * (1 + Math.abs(known));
    return [out.constant(wide), out.constant(wide * NARROW)];
  }
  const size = a.number.positive ? a.code : b.number.positive ? b.code : `Math.abs(${a.code})`;
  const wide = out.temp(`${out.constant(WIDE)} * (1 + ${size})`);
  return [wide, `${wide} * ${out.constant(NARROW)}`];
}

/** Whole steps are counted only where the two are at most two of them apart. */
function bySteps(a: Val, b: Val, equal: boolean, step: number, out: Writer): string {
  const d = difference(a, b, out);
  const counted = out.constant(step);
  const close = out.temp(
    `${out.constant(2 * step)} + ${out.constant(TOLERANCE)} * Math.abs(${a.code})`,
  );
  const distance = equal ? out.temp(`Math.abs(${d})`) : d;
  const result = out.variable(`${distance} <= 0`);
  out.block(`if (!${result} && ${distance} <= ${close}) {`, () => {
    const both = [a, b].map(({ code }) => `H.steps(${code}, ${counted})`);
    out.line(`${result} = ${both.join(equal ? ' === ' : ' <= ')};`);
  });
  return result;
}

/** Membership: all items have to be there, whichever of them is the one. */
export function emitIn(ir: InIr, loose: EmitLoose, out: Writer): Val {
  const strict: EmitLoose = (part) => lookedUp(loose(part), out);
  const x = strict(ir.left);
  out.mustBeFinite(x);
  if (ir.list.kind === 'list') {
    const items = ir.list.items.map(strict);
    for (const item of items) if (item.kind !== x.kind) notEmitted();
    for (const item of items) out.mustBeFinite(item);
    const key = keyOf(x, ir.step, out);
    const tests = items.map((item) => `${key} === ${keyOf(item, ir.step, out)}`);
    return plainVal(tests.length === 0 ? 'false' : out.temp(tests.join(' || ')), 'bool');
  }
  const list = strict(ir.list);
  if (list.kind !== 'list' || list.of === undefined) return notEmitted();
  const { of } = list;
  const key = keyOf(x, ir.step, out);
  const found = out.variable('false');
  const i = out.index();
  out.block(`for (let ${i} = 0; ${i} < ${list.code}.length; ${i}++) {`, () => {
    const item = lookedUp(enterRaw(out.temp(`${list.code}[${i}]`), of, false, out), out);
    if (item.kind !== x.kind) notEmitted();
    out.mustBeFinite(item);
    out.line(`if (${key} === ${keyOf(item, ir.step, out)}) { ${found} = true; }`);
  });
  return plainVal(found, 'bool');
}

function keyOf(val: Val, step: number | undefined, out: Writer): string {
  if (val.kind !== 'number' && val.kind !== 'text' && val.kind !== 'bool') return notEmitted();
  const { constant, whole }: Numeric = val.number;
  if (step === undefined || val.kind !== 'number' || (step === 1 && whole)) return val.code;
  if (constant !== undefined) return out.constant(steps(constant, step));
  return out.temp(`H.steps(${val.code}, ${out.constant(step)})`);
}
