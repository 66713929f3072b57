/** How close two numbers must be to be equal, relative to the larger of 1, |a| and |b|. */
export const TOLERANCE = 1e-12;

/** Are two numbers equal, as the language means it? */
export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A divisor that equals 0 has no quotient. */
export const isZero = (x: number): boolean => Math.abs(x) <= TOLERANCE;

/** 1000 for a step of 0.001: whole divisors give exact decimals, 0.001 itself does not. */
function inverse(step: number): number | undefined {
  const whole = Math.round(1 / step);
  return whole > 0 && Math.abs(whole * step - 1) <= 1e-9 ? whole : undefined;
}

const inSteps = (x: number, step: number): number => {
  const whole = inverse(step);
  return whole === undefined ? x / step : x * whole;
};

/** The nearest whole number of steps, half away from zero: how stored quantities compare. */
export function steps(x: number, step: number): number {
  const k = inSteps(x, step);
  return k < 0 ? -roundUp(-k) : roundUp(k);
}

/** The tolerance among steps; never so wide that a neighbouring step comes within it. */
const slack = (k: number): number => Math.min(1e-3, TOLERANCE * Math.max(1, Math.abs(k)));

/** Rounds a value that is not negative, a half (within the tolerance) upwards. */
function roundUp(k: number): number {
  return Math.floor(k + 0.5 + slack(k));
}

export type Rounding = 'round' | 'floor' | 'ceil';

/**
 * `round`, `floor` and `ceil` to a step. A value within the tolerance of a step is that step, so
 * `floor(1% of 0.7 kg, 1 g)` is 7 g although 0.7 / 100 is a little less than 0.007.
 * @returns NaN when the step is not positive
 */
export function roundTo(x: number, step: number, how: Rounding): number {
  if (!(step > 0)) return NaN;
  const k = inSteps(x, step);
  const nearest = Math.round(k);
  const whole = inverse(step);
  let n: number;
  if (Math.abs(k - nearest) <= slack(k)) n = nearest;
  else if (how === 'round') n = k < 0 ? -roundUp(-k) : roundUp(k);
  else n = how === 'floor' ? Math.floor(k) : Math.ceil(k);
  // `+ 0` turns a negative zero into zero.
  return (whole === undefined ? n * step : n / whole) + 0;
}

/** A sum with the rounding errors added back (Neumaier), so that order hardly matters. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const x of values) {
    const next = total + x;
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    total = next;
  }
  return total + lost;
}
