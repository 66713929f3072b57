import { roundTo, steps, TOLERANCE } from '../values/numbers.ts';
import type { Term } from './terms.ts';

/** All values a number can have lie within, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const ANY: Range = { low: -Infinity, high: Infinity };
const NOT_NEGATIVE: Range = { low: 0, high: Infinity };
const DAY: Range = { low: 0, high: 86_400_000 };

export const isEmpty = ({ low, high }: Range): boolean => !(low <= high);
export const meet = (a: Range, b: Range): Range => ({
  low: Math.max(a.low, b.low),
  high: Math.min(a.high, b.high),
});
export const hull = (a: Range, b: Range): Range => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/** An end may stand for values of any size: nothing times any of them is nothing. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

function corners(values: readonly number[]): Range {
  if (values.some(Number.isNaN)) return ANY;
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** A divisor is not equal to 0, so it is at least the tolerance away from it. */
function divide(a: Range, b: Range): Range {
  if (b.low < 0 && b.high > 0) return ANY;
  const away =
    b.low >= 0
      ? meet(b, { low: TOLERANCE, high: Infinity })
      : meet(b, { low: -Infinity, high: -TOLERANCE });
  if (isEmpty(away)) return ANY;
  return corners([a.low / away.low, a.low / away.high, a.high / away.low, a.high / away.high]);
}

/**
 * The range of a value from the ranges of its parts. The operations of doubles round to nearest,
 * so they never turn an order around: the range's ends, computed as the values are, hold for all.
 * @param of the range of a part
 */
export function rangeFrom(term: Term, of: (part: Term) => Range): Range {
  const { ir, parts } = term;
  const part = (i: number): Range => of(parts[i] as Term);
  if (term.kind === 'steps') {
    const { low, high } = part(0);
    const step = term.step ?? 1;
    return {
      low: Number.isFinite(low) ? steps(low, step) : low,
      high: Number.isFinite(high) ? steps(high, step) : high,
    };
  }
  switch (term.kind === 'opaque' || term.kind === 'element' ? undefined : ir.kind) {
    case 'const': {
      const value = ir.kind === 'const' ? ir.value : null;
      return typeof value === 'number' ? { low: value, high: value } : ANY;
    }
    case 'add':
      return corners([part(0).low + part(1).low, part(0).high + part(1).high]);
    case 'sub':
      // The same thing twice leaves nothing, whatever it is.
      if (parts[0] === parts[1]) return { low: 0, high: 0 };
      return corners([part(0).low - part(1).high, part(0).high - part(1).low]);
    case 'mul': {
      const [a, b] = [part(0), part(1)];
      const square = parts[0] === parts[1];
      const all = corners([
        times(a.low, b.low),
        times(a.low, b.high),
        times(a.high, b.low),
        times(a.high, b.high),
      ]);
      return square ? meet(all, NOT_NEGATIVE) : all;
    }
    case 'div':
      return divide(part(0), part(1));
    case 'scale': {
      if (ir.kind !== 'scale') return ANY;
      const { low, high } = part(0);
      return corners([(low * ir.mul) / ir.div, (high * ir.mul) / ir.div]);
    }
    case 'round':
      return rounded(term, of);
    case 'call':
      return called(term, parts.map(of));
    case 'aggregate':
      return aggregated(term, of);
    case 'if':
      return hull(part(1), part(2));
    case 'coalesce':
      return hull(part(0), part(1));
    default:
      return ANY;
  }
}

function rounded({ ir, parts }: Term, of: (part: Term) => Range): Range {
  const [x, step] = [of(parts[0] as Term), of(parts[1] as Term)];
  if (ir.kind !== 'round' || step.low !== step.high || !(step.low > 0)) return ANY;
  const at = (value: number): number =>
    Number.isFinite(value) ? roundTo(value, step.low, ir.how) : value;
  return { low: at(x.low), high: at(x.high) };
}

function called({ ir }: Term, args: readonly Range[]): Range {
  const [x = ANY, low = ANY, high = ANY] = args;
  switch (ir.kind === 'call' ? ir.name : undefined) {
    case 'abs':
      if (x.low >= 0) return x;
      return x.high <= 0
        ? { low: -x.high, high: -x.low }
        : { low: 0, high: Math.max(-x.low, x.high) };
    case 'min':
      return {
        low: Math.min(...args.map((arg) => arg.low)),
        high: Math.min(...args.map((arg) => arg.high)),
      };
    case 'max':
      return {
        low: Math.max(...args.map((arg) => arg.low)),
        high: Math.max(...args.map((arg) => arg.high)),
      };
    case 'clamp': {
      const within = (end: 'low' | 'high') => Math.max(low[end], Math.min(high[end], x[end]));
      return { low: within('low'), high: within('high') };
    }
    case 'sqrt':
      return { low: Math.sqrt(Math.max(0, x.low)), high: Math.sqrt(Math.max(0, x.high)) };
    case 'length':
      return NOT_NEGATIVE;
    case 'time_of':
    case 'clock_time':
      return DAY;
    default:
      return ANY;
  }
}

/** A list has any number of elements; what they are is known only as far as they are all alike. */
function aggregated({ ir, parts }: Term, of: (part: Term) => Range): Range {
  if (ir.kind !== 'aggregate') return ANY;
  if (ir.name === 'count') return NOT_NEGATIVE;
  const item = parts[1] === undefined || ir.item === undefined ? ANY : of(parts[1]);
  if (ir.name === 'min' || ir.name === 'max') return item;
  // A sum of numbers that are not negative is none either: the compensation never exceeds it.
  return ir.name === 'sum' && item.low >= 0 ? NOT_NEGATIVE : ANY;
}
