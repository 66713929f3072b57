import type { BaseContext, RowOf } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import type { sku } from '../master/records.ts';

export interface Tolerance {
  readonly norm_kg: number | null;
  readonly diff_pct: number | null;
  readonly tolerance_status: 'ok' | 'review';
  /** Why it goes to review; null when it doesn't. */
  readonly tolerance_reason:
    | 'weight_missing'
    | 'uom_missing'
    | 'weight_tolerance'
    | 'length_tolerance'
    | null;
}

interface Measured {
  readonly weight_kg: number | null;
  readonly length_m: number | null;
  /** What the counter says when the length was typed although there is a counter. */
  readonly counter_length_m?: number | null;
}

/**
 * Compares a package with its norm by the formulas of `factory.packing` (F-ALG-03, F-ALG-04).
 * Masses are compared unrounded; what is stored is rounded for the eye.
 */
export function toleranceOf(
  context: BaseContext,
  product: RowOf<typeof sku>,
  measured: Measured,
): Tolerance {
  const { weight_kg, length_m } = measured;
  if (weight_kg === null) return review('weight_missing', null, null);
  const norm = normOf(context, product, length_m);
  if (norm === null) {
    return product.uom_default === 'kg' ? accepted(null, null) : review('uom_missing', null, null);
  }
  const diff = compute(context, 'diff_pct', { weight_kg, norm_kg: norm });
  const limit = compute(context, 'weight_limit_pct', { sku: product });
  if (limit !== null && (diff === null || diff > limit))
    return review('weight_tolerance', norm, diff);
  if (lengthIsOff(context, product, measured)) return review('length_tolerance', norm, diff);
  return accepted(norm, diff);
}

function normOf(
  context: BaseContext,
  product: RowOf<typeof sku>,
  length: number | null,
): number | null {
  if (length === null) return null;
  const norm = compute(context, 'norm_kg', { sku: product, length_m: length });
  return norm === null || norm <= 0 ? null : norm;
}

function lengthIsOff(
  context: BaseContext,
  product: RowOf<typeof sku>,
  { length_m, counter_length_m }: Measured,
): boolean {
  if (length_m === null || counter_length_m == null || counter_length_m <= 0) return false;
  if (product.tolerance_length_pct === null) return false;
  const diff = compute(context, 'length_diff_pct', { length_m, counter_length_m });
  return diff === null || diff > product.tolerance_length_pct;
}

const compute = (context: BaseContext, formula: string, values: Record<string, unknown>) =>
  context.rules.compute<number | null>(`factory.packing.${formula}`, values) ?? null;

const review = (
  reason: NonNullable<Tolerance['tolerance_reason']>,
  norm: number | null,
  diff: number | null,
): Tolerance => ({ ...stored(norm, diff), tolerance_status: 'review', tolerance_reason: reason });

const accepted = (norm: number | null, diff: number | null): Tolerance => ({
  ...stored(norm, diff),
  tolerance_status: 'ok',
  tolerance_reason: null,
});

const stored = (norm: number | null, diff: number | null) => ({
  norm_kg: norm === null ? null : kg(grams(norm)),
  diff_pct: diff === null ? null : Math.round(diff * 1000) / 1000,
});
