import type { FieldIr, Ir } from '../ir/ir.ts';
import type { Unit } from '../types/units.ts';

/**
 * What a condition says of single fields of an event. A constraint lets through all events for
 * which its part of the condition is true, and maybe a few more: what it lets through is asked the
 * whole condition, so an index can leave events out, but never decide.
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
  /** The unit of the field; the bounds are in its base unit. */
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
    // Wider than any tolerance of comparing: what comes in for nothing is found out afterwards.
    const step = equality.mode === 'step' ? equality.step : 0;
    const slack = step + 1e-9 * Math.max(1, Math.abs(value));
    const isUpper = op !== 'eq' && field === left;
    const isLower = op !== 'eq' && field === right;
    const low = isUpper ? Number.NEGATIVE_INFINITY : value - slack;
    const high = isLower ? Number.POSITIVE_INFINITY : value + slack;
    return { kind: 'range', field: field.name, unit: field.border.unit, low, high };
  }
  const isConstant =
    (typeof value === 'string' && isTextual(field)) ||
    (typeof value === 'boolean' && field.border.kind === 'bool');
  return op === 'eq' && isConstant
    ? { kind: 'constants', field: field.name, values: [value] }
    : undefined;
}
