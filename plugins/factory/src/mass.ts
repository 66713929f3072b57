/**
 * Masses inside the program are whole grams (F-OP-19); kilograms exist only at the edges.
 * This is the one place that converts.
 */

/** Kilograms with at most three decimals as whole grams. */
export function grams(kilograms: number): number {
  const value = Math.round(kilograms * 1000);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${kilograms} kg is not a mass`);
  return value;
}

/** Whole grams as kilograms; the nearest double, so it prints with at most three decimals. */
export const kg = (wholeGrams: number): number => wholeGrams / 1000;

/** Sum of kilograms without drift. */
export const sumKg = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += grams(value);
  return kg(total);
};

/** Kilograms of a difference, exact to the gram. */
export const subtractKg = (minuend: number, subtrahend: number): number =>
  kg(grams(minuend) - grams(subtrahend));

/**
 * `total × part / whole`, half away from zero to the gram; all three are whole and not negative.
 * BigInt, because grams × centimetres pass 2^53.
 */
export function shareOf(total: number, part: number, whole: number): number {
  if (whole <= 0) throw new RangeError('a share needs a whole above zero');
  const doubled = 2n * BigInt(total) * BigInt(part) + BigInt(whole);
  return Number(doubled / (2n * BigInt(whole)));
}

/** Splits grams in proportion to weights, each rounded, the last takes the remainder (F-ALG-14). */
export function splitByWeights(total: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let given = 0;
  return weights.map((weight, index) => {
    const share =
      index === weights.length - 1
        ? total - given
        : Math.min(shareOf(total, weight, whole), total - given);
    given += share;
    return share;
  });
}
