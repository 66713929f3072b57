import type { NumberNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { isUnitFault, readUnit, toBase } from '../../types/units.ts';

/** A hundred years: what is longer is a slip. */
const LONGEST_MS = 876_600 * 3_600_000;

/**
 * A duration as written, in milliseconds. One that is not greater than 0, has no unit of time or is
 * longer than a hundred years is reported, and 0.
 */
export function durationMs(node: NumberNode, reporter: Reporter): number {
  const unit = readUnit(node.unit?.text ?? '');
  const isTime = !isUnitFault(unit) && unit.dimension === 's';
  const ms = isTime ? Math.round(toBase(node.value, unit) * 1000) : 0;
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  reporter.report(ms > 0 ? 'longDuration' : 'badDuration', node.span);
  return 0;
}

/** A whole number between limits, as written; one that is not is reported, and `low`. */
export function wholeNumber(
  node: NumberNode,
  low: number,
  high: number,
  reporter: Reporter,
): number {
  const { value, unit } = node;
  if (unit === undefined && Number.isInteger(value) && value >= low && value <= high) return value;
  reporter.report('badCount', node.span, { low: String(low), high: String(high) });
  return low;
}
