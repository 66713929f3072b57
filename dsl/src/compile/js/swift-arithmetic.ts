import type { ArithmeticIr, Ir, ScaleIr } from '../../ir/ir.ts';
import { isZero } from '../../values/numbers.ts';
import { finite, type Part } from './swift-read.ts';
import { notEmitted } from './writer.ts';

/** Where the operands of arithmetic come from: numbers read beforehand, or parts that give them. */
export interface Operands {
  readonly at: Float64Array;
  /** The place of a number read beforehand; -1 of everything else. */
  slotOf(ir: Ir): number;
  /** A part that must be there. */
  part(ir: Ir): Part;
}

/** An operand: where `slot` is -1, what `part` gives, which is undefined when it has no value. */
interface Operand {
  readonly slot: number;
  readonly part: Part;
}

const operand = (ir: Ir, from: Operands): Operand => ({
  slot: from.slotOf(ir),
  part: from.part(ir),
});

/** `a - b - c + d` as one part: numbers in between would have to be made into objects. */
export function makeSum(ir: ArithmeticIr, from: Operands): Part {
  const terms: (Operand & { readonly minus: boolean })[] = [];
  let first: Ir = ir;
  while ((first.kind === 'add' || first.kind === 'sub') && !first.nullable) {
    terms.unshift({ ...operand(first.right, from), minus: first.kind === 'sub' });
    first = first.left;
  }
  const start = operand(first, from);
  const { at } = from;
  const places = terms.map(({ slot }) => slot);
  const parts = terms.map(({ part }) => part);
  const signs = terms.map(({ minus }) => (minus ? -1 : 1));
  return (v, f, k) => {
    let sum = (start.slot < 0 ? start.part(v, f, k) : at[start.slot]) as number;
    for (let i = 0; i < places.length; i++) {
      const slot = places[i] as number;
      const x = (slot < 0 ? (parts[i] as Part)(v, f, k) : at[slot]) as number;
      if (typeof x !== 'number') return undefined;
      sum = (signs[i] as number) < 0 ? sum - x : sum + x;
    }
    return finite(sum);
  };
}

/** The number, where a part is a constant: it needs no call. */
const constantOf = (ir: Ir): number | undefined =>
  ir.kind === 'const' && typeof ir.value === 'number' ? ir.value : undefined;

export function makeProduct(ir: ArithmeticIr, from: Operands): Part {
  const { at } = from;
  const [left, right] = [operand(ir.left, from), operand(ir.right, from)];
  const [{ slot: a, part: x }, { slot: b, part: y }] = [left, right];
  const fixed = constantOf(ir.right);
  if (ir.kind === 'mul') {
    if (fixed !== undefined)
      return (v, f, k) => finite(((a < 0 ? x(v, f, k) : at[a]) as number) * fixed);
    return (v, f, k) => {
      const multiplied = (a < 0 ? x(v, f, k) : at[a]) as number;
      return finite(multiplied * ((b < 0 ? y(v, f, k) : at[b]) as number));
    };
  }
  if (fixed !== undefined && !isZero(fixed))
    return (v, f, k) => finite(((a < 0 ? x(v, f, k) : at[a]) as number) / fixed);
  return (v, f, k) => {
    const divisor = (b < 0 ? y(v, f, k) : at[b]) as number;
    // What is not finite has no quotient either: it would hide in one that is 0.
    if (divisor - divisor !== 0 || isZero(divisor)) return undefined;
    return finite(((a < 0 ? x(v, f, k) : at[a]) as number) / divisor);
  };
}

/** `x * mul / div`, as units are converted and percentages taken. */
export function makeScale(ir: ScaleIr, from: Operands): Part {
  const { mul, div } = ir;
  const { slot, part } = operand(ir.operand, from);
  if (slot < 0) return (v, f, k) => finite(((part(v, f, k) as number) * mul) / div);
  const { at } = from;
  return () => finite(((at[slot] as number) * mul) / div);
}

/** `min` and `max` of two numbers, both of which have to be finite: one hides the other. */
export function makeExtreme(name: 'min' | 'max', args: readonly Ir[], from: Operands): Part {
  const [left = notEmitted(), right = notEmitted()] = args;
  const [{ slot: a, part: x }, { slot: b, part: y }] = [operand(left, from), operand(right, from)];
  const { at } = from;
  const least = name === 'min';
  const fixed = constantOf(left) ?? constantOf(right);
  if (fixed !== undefined && fixed !== 0) {
    const [slot, part] = constantOf(left) === undefined ? [a, x] : [b, y];
    return (v, f, k) => {
      const value = (slot < 0 ? part(v, f, k) : at[slot]) as number;
      if (value - value !== 0) return undefined;
      return (least ? value >= fixed : value <= fixed) ? fixed : value;
    };
  }
  return (v, f, k) => {
    const p = (a < 0 ? x(v, f, k) : at[a]) as number;
    const q = (b < 0 ? y(v, f, k) : at[b]) as number;
    if (p - p !== 0 || q - q !== 0) return undefined;
    return least ? Math.min(p, q) : Math.max(p, q);
  };
}
