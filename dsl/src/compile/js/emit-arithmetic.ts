import type { StrictName } from '../../values/functions.ts';
import type { Rounding } from '../../values/numbers.ts';
import { TOLERANCE } from '../../values/numbers.ts';
import { notEmitted, numberVal, UNKNOWN_NUMBER, type Val, type Writer } from './writer.ts';

const SIGNS = { add: '+', sub: '-', mul: '*', div: '/' } as const;

const numbers = (...vals: readonly Val[]): void => {
  for (const val of vals) if (val.kind !== 'number') notEmitted();
};

export function emitArithmetic(kind: keyof typeof SIGNS, a: Val, b: Val, out: Writer): Val {
  numbers(a, b);
  if (kind === 'div') mustDivide(b, out);
  const code = out.temp(`${a.code} ${SIGNS[kind]} ${b.code}`);
  const [x, y] = [a.number, b.number];
  // A quotient of a number that is not finite is not finite; of a divisor it need not be so.
  const carries = new Set([...x.carries, ...(kind === 'div' ? [] : y.carries)]);
  const shrinks = (factor: number | undefined): boolean =>
    factor !== undefined && Math.abs(factor) <= 1;
  const safe =
    kind === 'mul' && ((shrinks(x.constant) && y.safe) || (shrinks(y.constant) && x.safe));
  const positive = kind !== 'sub' && x.positive && y.positive;
  return numberVal(code, { ...UNKNOWN_NUMBER, carries, safe, positive });
}

/** A divisor is finite and not zero, as the language means it. */
function mustDivide(b: Val, out: Writer): void {
  const { constant } = b.number;
  if (constant !== undefined) {
    if (Math.abs(constant) <= TOLERANCE) out.leaveIf('true');
    return;
  }
  out.mustBeFinite(b);
  const size = b.number.positive ? b.code : `Math.abs(${b.code})`;
  out.leaveIf(`!(${size} > ${out.constant(TOLERANCE)})`);
}

/** `operand * mul / div` */
export function emitScale(x: Val, mul: number, div: number, out: Writer): Val {
  numbers(x);
  const { constant } = x.number;
  if (constant !== undefined) {
    const value = (constant * mul) / div;
    if (!Number.isFinite(value)) notEmitted();
    const code = out.constant(value);
    return numberVal(code, {
      ...x.number,
      constant: value,
      positive: value >= 0,
      whole: Number.isInteger(value),
    });
  }
  const scaled =
    mul === 1
      ? `${x.code} / ${out.constant(div)}`
      : div === 1
        ? `${x.code} * ${out.constant(mul)}`
        : `${x.code} * ${out.constant(mul)} / ${out.constant(div)}`;
  const { carries } = x.number;
  const safe = x.number.safe && Math.abs(mul) <= 1 && Math.abs(div) >= 1;
  const positive = x.number.positive && mul > 0 && div > 0;
  return numberVal(out.temp(scaled), { ...UNKNOWN_NUMBER, carries, safe, positive });
}

export function emitRound(x: Val, step: Val, how: Rounding, out: Writer): Val {
  numbers(x, step);
  const carries = new Set([...x.number.carries, ...step.number.carries]);
  const code = out.temp(`H.${how}(${x.code}, ${step.code})`);
  return numberVal(code, { ...UNKNOWN_NUMBER, carries });
}

/** The functions of numbers that are written out; undefined for all others. */
export function emitMath(name: StrictName, args: readonly Val[], out: Writer): Val | undefined {
  switch (name) {
    case 'abs':
    case 'sqrt': {
      const [x = notEmitted()] = args;
      numbers(x);
      const { carries, safe } = x.number;
      const code = out.temp(`Math.${name}(${x.code})`);
      const root = name === 'sqrt';
      const whole = !root && x.number.whole;
      return numberVal(code, {
        ...UNKNOWN_NUMBER,
        carries,
        safe: safe && !root,
        positive: true,
        whole,
      });
    }
    case 'min':
    case 'max':
      return args.reduce((a, b) => emitExtreme(name, a, b, out));
    case 'clamp': {
      const [x = notEmitted(), low = notEmitted(), high = notEmitted()] = args;
      return emitExtreme('max', low, emitExtreme('min', high, x, out), out);
    }
    default:
      return undefined;
  }
}

/** The smaller or the larger hides the other, which has to be finite all the same. */
function emitExtreme(name: 'min' | 'max', a: Val, b: Val, out: Writer): Val {
  numbers(a, b);
  out.mustProveFinite(a);
  out.mustProveFinite(b);
  const number = {
    ...UNKNOWN_NUMBER,
    finite: true,
    safe: true,
    positive: a.number.positive && b.number.positive,
    whole: a.number.whole && b.number.whole,
  };
  const fixed = [a, b].find(({ number: { constant } }) => constant !== undefined && constant !== 0);
  if (fixed === undefined) return numberVal(out.temp(`Math.${name}(${a.code}, ${b.code})`), number);
  // Beside a number that is not 0 there is no question of its sign, and a choice is cheaper.
  const x = fixed === a ? b : a;
  const sign = name === 'min' ? '>=' : '<=';
  const chosen = out.temp(`${x.code} ${sign} ${fixed.code} ? ${fixed.code} : ${x.code}`);
  return numberVal(chosen, number);
}
