import { near, steps } from './numbers.ts';

/** How two values are compared; the typed tree says which. */
export type Equality =
  | { readonly mode: 'near' | 'exact' | 'text' }
  /** Two untyped values: their types must be the same, see `alike`. */
  | { readonly mode: 'dynamic' }
  | { readonly mode: 'step'; readonly step: number };
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le';

type Comparable = number | string | boolean;

/** Texts are ordered by code point (`<` on strings orders by UTF-16 unit). */
function textBefore(a: string, b: string): boolean {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i]?.codePointAt(0) ?? 0, y[i]?.codePointAt(0) ?? 0];
    if (p !== q) return p < q;
  }
  return x.length < y.length;
}

function equal(a: Comparable, b: Comparable, equality: Equality): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  switch (equality.mode) {
    case 'near':
    case 'dynamic':
      return near(a, b);
    case 'step':
      return steps(a, equality.step) === steps(b, equality.step);
    default:
      return a === b;
  }
}

function before(a: Comparable, b: Comparable): boolean {
  return typeof a === 'string' && typeof b === 'string' ? textBefore(a, b) : a < b;
}

/** Compares two values that are there. `a < b` is "less and not equal". */
export function compareValues(
  op: CompareOp,
  equality: Equality,
  a: Comparable,
  b: Comparable,
): boolean {
  const same = equal(a, b, equality);
  switch (op) {
    case 'eq':
      return same;
    case 'ne':
      return !same;
    case 'lt':
      return !same && before(a, b);
    case 'le':
      return same || before(a, b);
  }
}

/** Can two untyped values be compared? Numbers in any way, texts and conditions for equality. */
export function alike(op: CompareOp, a: unknown, b: unknown): boolean {
  if (typeof a !== typeof b) return false;
  if (typeof a === 'number') return true;
  return (op === 'eq' || op === 'ne') && (typeof a === 'string' || typeof a === 'boolean');
}

/** Membership: by whole steps where there is a step, else exactly; never by the tolerance. */
export function sameKey(a: unknown, b: unknown, step: number | undefined): boolean {
  if (step === undefined || typeof a !== 'number' || typeof b !== 'number') return a === b;
  return steps(a, step) === steps(b, step);
}
