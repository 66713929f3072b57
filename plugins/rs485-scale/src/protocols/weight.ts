/** Units that an indicator may show; `jin` is the Chinese market pound of exactly 0.5 kg. */
export const UNITS = ['kg', 'g', 't', 'lb', 'oz', 'jin'] as const;
export type Unit = (typeof UNITS)[number];

/** A number exactly as the display has it: `raw` · 10^-`decimals` of `unit`. */
export interface Weight {
  readonly raw: number;
  readonly decimals: number;
  readonly unit: Unit;
}

/** Exact by definition: 1 lb = 0.45359237 kg, 1 oz = 28.349523125 g. */
const NANOGRAMS: Readonly<Record<Unit, bigint>> = {
  kg: 10n ** 12n,
  g: 10n ** 9n,
  t: 10n ** 15n,
  lb: 453_592_370_000n,
  oz: 28_349_523_125n,
  jin: 5n * 10n ** 11n,
};

const NANOGRAMS_IN_MILLIGRAM = 1_000_000n;

/** Whole milligrams, half away from zero; the road is integers only, so 20.520 stays 20.520. */
export function toMilligrams(weight: Weight): number {
  return scaled(weight, NANOGRAMS_IN_MILLIGRAM);
}

/** Kilograms rounded to the gram, half away from zero. */
export function toKg(weight: Weight): number {
  return scaled(weight, NANOGRAMS_IN_MILLIGRAM * 1000n) / 1000;
}

function scaled(weight: Weight, nanogramsPerStep: bigint): number {
  const numerator = BigInt(weight.raw) * NANOGRAMS[weight.unit];
  const denominator = 10n ** BigInt(weight.decimals) * nanogramsPerStep;
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = Number((2n * magnitude + denominator) / (2n * denominator));
  return numerator < 0n && rounded !== 0 ? -rounded : rounded;
}

/**
 * Reads digits with at most one point or comma (`20.520`, `20,5`, `020520`).
 * Returns undefined for anything else and for more than nine digits, which no indicator shows.
 */
export function parseDigits(
  text: string,
): { raw: number; decimals: number | undefined } | undefined {
  const match = /^(\d*)(?:[.,](\d*))?$/.exec(text);
  const whole = match?.[1] ?? '';
  const fraction = match?.[2];
  const digits = whole + (fraction ?? '');
  if (!match || digits.length === 0 || digits.length > 9) return undefined;
  return { raw: Number(digits), decimals: fraction?.length };
}

/** Negation without a negative zero, which would leak into JSON and comparisons. */
export const signed = (raw: number, negative: boolean): number =>
  negative && raw !== 0 ? -raw : raw;
