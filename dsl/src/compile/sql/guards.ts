/**
 * Arithmetic of doubles that never raises: PostgreSQL's float8 gives the same bits as JavaScript's
 * numbers but ends the statement on overflow, on underflow and on a wrong argument. Operands must
 * be simple. A result beyond the doubles is NULL.
 */
import { TOLERANCE } from '../../values/numbers.ts';
import { type Builder, double, type Expr, sql } from './build.ts';

const P = (exponent: number): Expr => double(2 ** exponent);
const BIG = double(1e150);
const SMALL = double(1e-150);
const ZERO = double(0);

export function add(a: Expr, b: Expr): Expr {
  return sql`CASE WHEN abs(${a}) < ${P(1022)} AND abs(${b}) < ${P(1022)} THEN ${a} + ${b} WHEN least(abs(${a}), abs(${b})) < 1 THEN ${a} + ${b} WHEN abs(${a} * ${P(-1)} + ${b} * ${P(-1)}) < ${P(1023)} THEN ${a} + ${b} END`;
}

export function subtract(a: Expr, b: Expr): Expr {
  return sql`CASE WHEN abs(${a}) < ${P(1022)} AND abs(${b}) < ${P(1022)} THEN ${a} - ${b} WHEN least(abs(${a}), abs(${b})) < 1 THEN ${a} - ${b} WHEN abs(${a} * ${P(-1)} - ${b} * ${P(-1)}) < ${P(1023)} THEN ${a} - ${b} END`;
}

/** The smaller operand's size `m`, the larger's `M`: scaled by powers of two nothing is lost. */
export function multiply(a: Expr, b: Expr): Expr {
  const m = sql`least(abs(${a}), abs(${b}))`;
  const M = sql`greatest(abs(${a}), abs(${b}))`;
  return sql`CASE WHEN ${M} < ${BIG} AND ${m} > ${SMALL} THEN ${a} * ${b} WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${m} = 0 THEN ${ZERO} WHEN ${m} > 1 THEN CASE WHEN (${M} * ${P(-512)}) * (${m} * ${P(-512)}) < 1 THEN ${a} * ${b} END WHEN ${m} < ${P(-500)} AND ${M} < 1 THEN ${tiny(a, b)} ELSE ${a} * ${b} END`;
}

/**
 * A product of numbers below 1: 0 up to half of the smallest double (half goes to the even 0). Next
 * to it the product that is compared is rounded itself, so there its rounding error decides.
 */
function tiny(a: Expr, b: Expr): Expr {
  const [x, y] = [split(a, 538), split(b, 537)];
  const product = sql`${x.whole} * ${y.whole}`;
  const error = sql`${x.high} * ${y.high} - 1 + ${x.high} * ${y.low} + ${x.low} * ${y.high} + ${x.low} * ${y.low}`;
  return sql`CASE WHEN ${product} > 1 THEN ${a} * ${b} WHEN ${product} < 1 THEN ${ZERO} WHEN ${error} > 0 THEN ${a} * ${b} ELSE ${ZERO} END`;
}

/**
 * The size of a number times a power of two, also as the sum of two numbers of 26 bits, whose
 * products are exact (Veltkamp; with them the error of a product is Dekker's).
 */
function split(x: Expr, exponent: number): { whole: Expr; high: Expr; low: Expr } {
  const whole = sql`abs(${x}) * ${P(exponent)}`;
  const raised = sql`abs(${x}) * ${double((2 ** 27 + 1) * 2 ** exponent)}`;
  const high = sql`${raised} - (${raised} - ${whole})`;
  return { whole, high, low: sql`${whole} - ${high}` };
}

/** The divisor must not be 0. */
export function divide(a: Expr, b: Expr): Expr {
  const [x, y] = [sql`abs(${a})`, sql`abs(${b})`];
  // The quotient is scaled so that it is rounded as the true one, or far too small to matter.
  const large = sql`CASE WHEN ${y} > ${P(-500)} THEN ${x} * ${P(-512)} / ${y} >= ${P(512)} ELSE ${x} * ${P(-540)} / (${y} * ${P(535)}) >= ${P(-51)} END`;
  return sql`CASE WHEN ${x} < ${BIG} AND ${x} > ${SMALL} AND ${y} < ${BIG} AND ${y} > ${SMALL} THEN ${a} / ${b} WHEN ${a} = 0 AND ${b} IS NOT NULL THEN ${ZERO} WHEN ${y} < 1 AND ${x} > ${SMALL} THEN CASE WHEN ${large} THEN NULL ELSE ${a} / ${b} END WHEN ${x} < 1 AND ${y} > 1 THEN CASE WHEN ${x} * ${P(537)} > ${y} * ${P(-538)} THEN ${a} / ${b} ELSE ${ZERO} END ELSE ${a} / ${b} END`;
}

/** `x * by`, where `by` is positive. */
export const times = (x: Expr, by: number): Expr =>
  within(x, sql`${x} * ${double(by)}`, (size) => size * by);

/** `x / by`, where `by` is positive. */
export const over = (x: Expr, by: number): Expr =>
  within(x, sql`${x} / ${double(by)}`, (size) => size / by);

/** What grows with its only operand needs no guard but the sizes it has a result for. */
function within(x: Expr, result: Expr, run: (size: number) => number): Expr {
  const fits = (size: number): boolean => run(size) < Infinity;
  const none = (size: number): boolean => run(size) === 0;
  if (!fits(Number.MAX_VALUE))
    return sql`CASE WHEN abs(${x}) <= ${double(lastOf(fits))} THEN ${result} END`;
  if (!none(Number.MIN_VALUE)) return result;
  return sql`CASE WHEN abs(${x}) <= ${double(lastOf(none))} THEN ${ZERO} ELSE ${result} END`;
}

/** The last double from 0 on that something is true of: doubles are in order as whole numbers are. */
function lastOf(holds: (size: number) => boolean): number {
  const bits = new DataView(new ArrayBuffer(8));
  const sized = (at: bigint): number => {
    bits.setBigInt64(0, at);
    return bits.getFloat64(0);
  };
  let [last, beyond] = [0n, 0x7ff0_0000_0000_0000n];
  while (beyond - last > 1n) {
    const middle = (last + beyond) / 2n;
    if (holds(sized(middle))) last = middle;
    else beyond = middle;
  }
  return sized(last);
}

/** `x * mul / div` as the values of units and per cent are converted. */
export function scale(x: Expr, mul: number, div: number, b: Builder): Expr {
  if (mul === -1 && div === 1) return sql`-${x}`;
  const raised = mul === 1 ? x : b.ref(times(b.ref(x), mul));
  return div === 1 ? raised : over(b.ref(raised), div);
}

export const isZero = (x: Expr): Expr => sql`abs(${x}) <= ${double(TOLERANCE)}`;

/** Are two numbers equal, within the tolerance? */
export function near(a: Expr, b: Expr): Expr {
  const M = sql`greatest(abs(${a}), abs(${b}))`;
  const tolerance = double(TOLERANCE);
  return sql`CASE WHEN ${a} = ${b} THEN true WHEN ${M} < ${double(1e300)} THEN abs(${a} - ${b}) <= ${tolerance} * greatest(1, abs(${a}), abs(${b})) WHEN least(abs(${a}), abs(${b})) < 1 THEN false ELSE abs(${a} * ${P(-10)} - ${b} * ${P(-10)}) <= ${tolerance} * ${M} * ${P(-10)} END`;
}

/** 1000 for a step of 0.001. */
function inverse(step: number): number | undefined {
  const whole = Math.round(1 / step);
  return whole > 0 && Math.abs(whole * step - 1) <= 1e-9 ? whole : undefined;
}

const slack = (k: Expr): Expr =>
  sql`least(${double(1e-3)}, ${double(TOLERANCE)} * greatest(1, abs(${k})))`;

/** Half away from zero, a half within the tolerance counting as one. */
const rounded = (k: Expr): Expr =>
  sql`CASE WHEN ${k} < 0 THEN -floor(-${k} + ${double(0.5)} + ${slack(k)}) ELSE floor(${k} + ${double(0.5)} + ${slack(k)}) END`;

/** The nearest whole number of steps; beyond the doubles infinite, as the language has it. */
export function steps(x: Expr, step: number, b: Builder): Expr {
  const whole = inverse(step);
  const inSteps = b.ref(whole === undefined ? over(x, step) : times(x, whole));
  const k =
    whole === 1
      ? x
      : b.ref(
          sql`CASE WHEN ${inSteps} IS NOT NULL THEN ${inSteps} WHEN ${x} > 0 THEN 'Infinity'::float8 WHEN ${x} < 0 THEN '-Infinity'::float8 END`,
        );
  return rounded(k);
}

/** The nearest whole number, a half upwards, as `Math.round` has it. */
const nearest = (k: Expr): Expr =>
  sql`floor(${k}) + CASE WHEN ${k} - floor(${k}) >= ${double(0.5)} THEN 1 ELSE 0 END`;

/** To a step; NULL when the step is not positive or the result beyond the doubles. */
export function roundTo(
  x: Expr,
  step: Expr,
  how: 'round' | 'floor' | 'ceil',
  b: Builder,
  known: number | undefined,
): Expr {
  if (known !== undefined && !(known > 0)) return sql`CASE WHEN ${x} > ${x} THEN ${x} END`;
  const whole = known === undefined ? wholeOf(step, b) : inverse(known);
  const k = b.ref(inStepsOf(x, step, whole));
  const n = b.ref(nearest(k));
  const otherwise = how === 'round' ? rounded(k) : sql`${how}(${k})`;
  const count = b.ref(
    sql`CASE WHEN abs(${k} - ${n}) <= ${slack(k)} THEN ${n} ELSE ${otherwise} END`,
  );
  if (typeof whole === 'number') return whole === 1 ? count : over(count, whole);
  const plain = multiply(count, step);
  if (whole === undefined) return plain;
  return sql`CASE WHEN ${whole} IS NOT NULL THEN ${divide(count, whole)} ELSE ${plain} END`;
}

function inStepsOf(x: Expr, step: Expr, whole: number | Expr | undefined): Expr {
  if (whole === 1) return sql`${x}`;
  if (typeof whole === 'number') return times(x, whole);
  if (whole === undefined) return divide(x, step);
  return sql`CASE WHEN ${whole} IS NOT NULL THEN ${multiply(x, whole)} WHEN ${step} > 0 THEN ${divide(x, step)} END`;
}

/** The whole inverse of a step that is only known when the statement runs. */
function wholeOf(step: Expr, b: Builder): Expr {
  const turned = b.ref(sql`CASE WHEN ${step} > ${double(5.7e-309)} THEN 1 / ${step} END`);
  const whole = b.ref(nearest(turned));
  return b.ref(
    sql`CASE WHEN ${whole} > 0 THEN CASE WHEN abs(${whole} * ${step} - 1) <= ${double(1e-9)} THEN ${whole} END END`,
  );
}
