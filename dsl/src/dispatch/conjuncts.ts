import type { FieldIr, Ir } from '../ir/ir.ts';
import type { Unit } from '../types/units.ts';
import { type CompareOp, compareValues, type Equality } from '../values/compare.ts';

/**
 * What a condition says of single fields of an event, exactly: a constraint lets an event through
 * just where its part of the condition is true.
 */
export interface Constants {
  readonly kind: 'constants';
  readonly field: string;
  /** The field has one of these values. */
  readonly values: readonly (string | boolean)[];
}
export interface Range {
  readonly kind: 'range';
  readonly field: string;
  /** The unit of the field; the bounds are in its base unit, and within. */
  readonly unit: Unit;
  readonly low: number;
  readonly high: number;
}
export type Constraint = Constants | Range;

/** The parts of a condition that must all be true. */
export const conjunctsOf = (ir: Ir): readonly Ir[] =>
  ir.kind === 'and' ? [...conjunctsOf(ir.left), ...conjunctsOf(ir.right)] : [ir];

/** The constraint in a conjunct, if it is one on a field of the event in a slot. */
export function constraintOf(ir: Ir, slot: number): Constraint | undefined {
  switch (ir.kind) {
    case 'field':
      return flag(ir, slot, true);
    case 'not':
      return ir.operand.kind === 'field' ? flag(ir.operand, slot, false) : undefined;
    case 'in': {
      const field = fieldOf(ir.left, slot);
      const items = ir.list.kind === 'list' ? ir.list.items : undefined;
      if (field === undefined || items === undefined) return undefined;
      const values = items.map((item) => (item.kind === 'const' ? item.value : null));
      return values.every((value) => typeof value === 'string') && isTextual(field)
        ? { kind: 'constants', field: field.name, values: [...new Set(values)] }
        : undefined;
    }
    case 'compare':
      return comparison(ir, slot);
    default:
      return undefined;
  }
}

const isTextual = ({ border }: FieldIr): boolean =>
  border.kind === 'text' || border.kind === 'enum';

function fieldOf(ir: Ir, slot: number): FieldIr | undefined {
  return ir.kind === 'field' && ir.target.kind === 'local' && ir.target.slot === slot
    ? ir
    : undefined;
}

function flag(ir: FieldIr, slot: number, value: boolean): Constants | undefined {
  const field = fieldOf(ir, slot);
  return field?.border.kind === 'bool'
    ? { kind: 'constants', field: field.name, values: [value] }
    : undefined;
}

function comparison(
  { op, equality, left, right }: Extract<Ir, { kind: 'compare' }>,
  slot: number,
): Constraint | undefined {
  const field = fieldOf(left, slot) ?? fieldOf(right, slot);
  const constant = field === left ? right : left;
  if (field === undefined || constant.kind !== 'const' || op === 'ne') return undefined;
  const { value } = constant;
  if (field.border.kind === 'number' && typeof value === 'number') {
    const { unit } = field.border;
    const side = op === 'eq' ? 'both' : field === left ? 'upper' : 'lower';
    const { name } = field;
    return { kind: 'range', field: name, unit, ...boundsOf(op, equality, value, side) };
  }
  const isConstant =
    (typeof value === 'string' && isTextual(field)) ||
    (typeof value === 'boolean' && field.border.kind === 'bool');
  return op === 'eq' && isConstant
    ? { kind: 'constants', field: field.name, values: [value] }
    : undefined;
}

/**
 * The numbers for which a comparison with a constant is true. They are all those up to one, from
 * one, or between two: the tolerance moves the bounds, and only halving finds where to.
 * @param side of the constant's interval on which the numbers end
 */
function boundsOf(
  op: CompareOp,
  equality: Equality,
  constant: number,
  side: 'lower' | 'upper' | 'both',
): { readonly low: number; readonly high: number } {
  const isTrue = (x: number) =>
    side === 'lower'
      ? compareValues(op, equality, constant, x)
      : compareValues(op, equality, x, constant);
  const step = equality.mode === 'step' ? equality.step : 0;
  const slack = 2 * step + 1e-9 * Math.max(1, Math.abs(constant));
  // The constant itself may be no such number (`x > 5`): then the numbers begin beyond it.
  const inside =
    side === 'lower' ? constant + slack : side === 'upper' ? constant - slack : constant;
  return {
    low: side === 'upper' ? Number.NEGATIVE_INFINITY : lastTrue(isTrue, inside, constant - slack),
    high: side === 'lower' ? Number.POSITIVE_INFINITY : lastTrue(isTrue, inside, constant + slack),
  };
}

/** The last number, going from one for which it is true to one for which it is not. */
function lastTrue(isTrue: (x: number) => boolean, from: number, to: number): number {
  let [good, bad] = [from, to];
  for (;;) {
    const middle = good + (bad - good) / 2;
    if (middle === good || middle === bad) return good;
    if (isTrue(middle)) good = middle;
    else bad = middle;
  }
}
