import type { RecipeLine } from '../data/master.ts';

/** A line of a recipe while somebody changes it: the share as it stands in its field. */
export interface RecipeLineForm {
  readonly material_id: string;
  readonly material: string;
  readonly comp_type: RecipeLine['comp_type'];
  /** Per cent of the whole, or kilograms per kilogram, as the line was. */
  readonly unit: 'pct' | 'kg';
  ratio: string | number | null;
  is_optional: boolean;
}

export const formOf = (line: RecipeLine): RecipeLineForm => ({
  material_id: line.material_id,
  material: line.material,
  comp_type: line.comp_type,
  unit: line.ratio_pct === null ? 'kg' : 'pct',
  ratio: line.ratio_pct ?? line.ratio_per_kg,
  is_optional: line.is_optional,
});

/** Parts in ten thousand per cent, as the platform adds them up (F-OP-28). */
const STEPS = 10_000;
const ALLOWED_STEPS = 100;

/** What the shares of all that is not optional sum to, per cent. */
export const sumOfShares = (lines: readonly RecipeLineForm[]): number =>
  lines
    .filter(({ unit, is_optional: optional }) => unit === 'pct' && !optional)
    .reduce((sum, { ratio }) => sum + Math.round(Number(ratio) * STEPS), 0) / STEPS;

/** 100 ± 0.01 % */
export const isWhole = (sum: number): boolean =>
  Math.abs(Math.round(sum * STEPS) - 100 * STEPS) <= ALLOWED_STEPS;

/** Whether each share is a figure that a recipe can have. */
export const isFilled = (lines: readonly RecipeLineForm[]): boolean =>
  lines.length > 0 &&
  lines.every(({ ratio, unit }) => {
    const value = Number(ratio);
    return String(ratio ?? '') !== '' && value >= 0 && (unit === 'kg' || value <= 100);
  });

/** A material's share before and after; null where it is not part of the recipe. */
export interface ShareChange {
  readonly material: string;
  readonly before: Share | null;
  readonly after: Share | null;
}

export interface Share {
  readonly value: number;
  readonly unit: 'pct' | 'kg';
  readonly optional: boolean;
}

const shareOf = (line: RecipeLineForm | undefined): Share | null =>
  line === undefined
    ? null
    : { value: Number(line.ratio), unit: line.unit, optional: line.is_optional };

const same = (a: Share | null, b: Share | null): boolean =>
  a?.value === b?.value && a?.unit === b?.unit && a?.optional === b?.optional;

/** Every material of both recipes, those of the new one first. */
export function sharesOf(
  before: readonly RecipeLineForm[],
  after: readonly RecipeLineForm[],
): ShareChange[] {
  const gone = before.filter(({ material }) => !after.some((line) => line.material === material));
  return [...after, ...gone].map(({ material }) => ({
    material,
    before: shareOf(before.find((line) => line.material === material)),
    after: shareOf(after.find((line) => line.material === material)),
  }));
}

export const isChanged = ({ before, after }: ShareChange): boolean => !same(before, after);
