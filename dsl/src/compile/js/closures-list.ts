import type { AggregateIr, Ir } from '../../ir/ir.ts';
import type { Value } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';
import type { Scalar } from '../../values/functions.ts';
import { sum } from '../../values/numbers.ts';
import type { Closure } from './closure.ts';

/** The value, or the fault that stands for a number that is not finite. */
export function finite(value: Scalar, out: () => Fault): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? out() : value;
}

/**
 * A walk over the elements of a list: what is kept of them is folded at the end.
 * @param strictly a part as a closure, whose value has to be there
 * @param out makes the fault of a result that is not finite
 */
export function closeAggregate(
  ir: AggregateIr,
  strictly: (ir: Ir) => Closure,
  out: () => Fault,
): Closure {
  const list = strictly(ir.list);
  const where = ir.where && strictly(ir.where);
  const item = ir.item && strictly(ir.item);
  const { slot } = ir;
  const fold = folds(ir, out);
  return (f, e) => {
    const source = list(f, e);
    if (source instanceof Fault) return source;
    const kept: Value[] = [];
    for (const element of source as readonly Value[]) {
      f[slot] = element;
      const keep = where === undefined ? true : where(f, e);
      if (keep === false) continue;
      if (keep instanceof Fault) kept.push(keep);
      else kept.push(item === undefined ? true : item(f, e));
    }
    return fold(kept);
  };
}

/** How the kept values become one. */
function folds(ir: AggregateIr, out: () => Fault): (items: readonly Value[]) => Value {
  const firstFault = (items: readonly Value[]): Value | undefined =>
    items.find((item) => item instanceof Fault);
  const decided = (items: readonly Value[], by: boolean, outcome: boolean): Value =>
    items.includes(by) ? outcome : (firstFault(items) ?? !outcome);
  const numeric =
    (run: (numbers: readonly number[]) => Value) =>
    (items: readonly Value[]): Value =>
      firstFault(items) ?? run(items as readonly number[]);
  switch (ir.name) {
    case 'any':
      return (items) => decided(items, true, true);
    case 'none':
      return (items) => decided(items, true, false);
    case 'all':
      return (items) => decided(items, false, false);
    case 'count':
      return numeric((items) => items.length);
    case 'sum':
      return numeric((items) => finite(sum(items), out));
    case 'avg':
      return numeric((items) =>
        items.length === 0 ? null : finite(sum(items) / items.length, out),
      );
    case 'min':
      return numeric((items) =>
        items.length === 0 ? null : items.reduce((a, b) => Math.min(a, b)),
      );
    case 'max':
      return numeric((items) =>
        items.length === 0 ? null : items.reduce((a, b) => Math.max(a, b)),
      );
  }
}
