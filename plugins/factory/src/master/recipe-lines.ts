import { flag, id, invalid, list, number, object, oneOf, quantity } from '@qoida/core';

/** What a recipe consists of, as callers give it: at least `min` and at most 100 lines. */
export const recipeLines = (min = 0) =>
  list(
    object({
      material_id: id('material'),
      comp_type: oneOf('perv', 'vt', 'additiv').optional(),
      ratio_pct: quantity('%', { resolution: 0.0001, min: 0, max: 100 }).optional(),
      ratio_per_kg: number({ resolution: 0.000001, min: 0 }).optional(),
      is_optional: flag().default(false),
    }),
    { min, max: 100 },
  );

export interface RecipeLineInput {
  readonly material_id: string;
  readonly comp_type?: 'perv' | 'vt' | 'additiv' | null;
  readonly ratio_pct?: number | null;
  readonly ratio_per_kg?: number | null;
  readonly is_optional: boolean;
}

interface Ratio {
  readonly ratio_pct: number | null;
  readonly ratio_per_kg: number | null;
}

/**
 * A line's share, in per cent of the whole or in kilograms per kilogram.
 * @throws Refusal validation_error recipe_line_ratio where both or none is given
 */
export function requireRatio(line: RecipeLineInput, materialCode: string): Ratio {
  const ratio_pct = line.ratio_pct ?? null;
  const ratio_per_kg = line.ratio_per_kg ?? null;
  if ((ratio_pct === null) !== (ratio_per_kg === null)) return { ratio_pct, ratio_per_kg };
  throw invalid(
    'recipe_line_ratio',
    'Give either ratio_pct or ratio_per_kg, and only one of them',
    { material: materialCode },
  );
}

/** Parts in ten thousand per cent, so that 60 + 30 + 5 + 5 is 100 exactly. */
const STEPS = 10_000;
const ALLOWED_STEPS = 100;

/**
 * F-OP-28: the shares of what is not optional sum to 100 ± 0.01 %.
 * @throws Refusal validation_error recipe_ratio_sum
 */
export function requireWhole(
  lines: readonly { readonly ratio_pct: number | null; readonly is_optional: boolean }[],
): void {
  const steps = lines
    .filter((line) => !line.is_optional && line.ratio_pct !== null)
    .reduce((sum, line) => sum + Math.round((line.ratio_pct ?? 0) * STEPS), 0);
  if (Math.abs(steps - 100 * STEPS) <= ALLOWED_STEPS) return;
  throw invalid('recipe_ratio_sum', 'The shares of a recipe must sum to 100 %', {
    sum_pct: steps / STEPS,
  });
}
