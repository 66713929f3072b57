/**
 * Units and dimensions. A dimension is canonical text (`kg*m-1`), the empty text is a plain number.
 * Each dimension has one base unit in which all values are computed: kg, m, s, A, K, pcs, %, and
 * each currency; the others (l, W, kWh …) are products of these.
 */
export type Dimension = string;

export interface Unit {
  /** As written: `kg`, `kg/m`, `%`, or empty for a plain number. */
  readonly text: string;
  readonly dimension: Dimension;
  /** `base = value * mul / div`: two whole numbers, so that 1234 g is exactly 1.234 kg. */
  readonly mul: number;
  readonly div: number;
}

/** `day`, `week`, `month`: lengths of the calendar, which have no fixed number of seconds. */
export const CALENDAR_UNITS: ReadonlySet<string> = new Set(['day', 'week', 'month']);

export const NUMBER: Unit = { text: '', dimension: '', mul: 1, div: 1 };

type Powers = ReadonlyMap<string, number>;

const unit = (text: string, dimension: Dimension, mul = 1, div = 1): Unit => ({
  text,
  dimension,
  mul,
  div,
});

/** A volt and a watt in base units. */
const WATT = canonical(
  new Map([
    ['kg', 1],
    ['m', 2],
    ['s', -3],
  ]),
);
const VOLT = canonical(
  new Map([
    ['kg', 1],
    ['m', 2],
    ['s', -3],
    ['A', -1],
  ]),
);
const JOULE = canonical(
  new Map([
    ['kg', 1],
    ['m', 2],
    ['s', -2],
  ]),
);
const VOLUME = 'm3';

const CURRENCIES = ['UZS', 'USD', 'RUB', 'EUR'] as const;

const TABLE = new Map<string, Unit>(
  [
    unit('kg', 'kg'),
    unit('g', 'kg', 1, 1000),
    unit('t', 'kg', 1000),
    unit('m', 'm'),
    unit('mm', 'm', 1, 1000),
    unit('cm', 'm', 1, 100),
    unit('km', 'm', 1000),
    unit('m2', 'm2'),
    unit('mm2', 'm2', 1, 1_000_000),
    unit('cm2', 'm2', 1, 10_000),
    unit('m3', VOLUME),
    unit('l', VOLUME, 1, 1000),
    unit('ml', VOLUME, 1, 1_000_000),
    unit('s', 's'),
    unit('ms', 's', 1, 1000),
    unit('min', 's', 60),
    unit('h', 's', 3600),
    unit('pcs', 'pcs'),
    unit('%', '%'),
    unit('A', 'A'),
    unit('mA', 'A', 1, 1000),
    unit('V', VOLT),
    unit('W', WATT),
    unit('kW', WATT, 1000),
    unit('kWh', JOULE, 3_600_000),
    unit('degC', 'degC'),
    unit('K', 'K'),
    ...CURRENCIES.map((c) => unit(c, c)),
  ].map((u) => [u.text, u]),
);

/** The number of decimals money is kept in. */
export const isCurrency = (dimension: Dimension): boolean =>
  (CURRENCIES as readonly string[]).includes(dimension);

/** All simple units by name, for completion and "did you mean". */
export const unitNames = (): readonly string[] => [...TABLE.keys(), ...CALENDAR_UNITS];

function canonical(powers: Powers): Dimension {
  return [...powers]
    .filter(([, power]) => power !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, power]) => (power === 1 ? base : `${base}${power}`))
    .join('*');
}

function powersOf(dimension: Dimension): Map<string, number> {
  const powers = new Map<string, number>();
  if (dimension === '') return powers;
  for (const part of dimension.split('*')) {
    const [, base = part, power = '1'] = /^([^\d-]+)(-?\d+)?$/.exec(part) ?? [];
    powers.set(base, Number(power));
  }
  return powers;
}

/** The dimension of a product (`sign` 1) or a quotient (`sign` -1). */
export function combine(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  const powers = powersOf(a);
  for (const [base, power] of powersOf(b)) {
    powers.set(base, (powers.get(base) ?? 0) + sign * power);
  }
  return canonical(powers);
}

/** The dimension under a square root, or undefined when a power is odd. */
export function halve(dimension: Dimension): Dimension | undefined {
  const powers = powersOf(dimension);
  if ([...powers.values()].some((power) => power % 2 !== 0)) return undefined;
  return canonical(new Map([...powers].map(([base, power]) => [base, power / 2])));
}

function power(base: string, exponent: number): string {
  return exponent === 1 ? base : `${base}${exponent}`;
}

/** The unit values of a dimension are computed in: `kg/m`, `m2`, `UZS/kg`. */
export function baseUnit(dimension: Dimension): Unit {
  if (dimension === '') return NUMBER;
  const powers = [...powersOf(dimension)];
  const above = powers.filter(([, p]) => p > 0).map(([b, p]) => power(b, p));
  const below = powers.filter(([, p]) => p < 0).map(([b, p]) => power(b, -p));
  const head = above.length === 0 ? '1' : above.join('*');
  return unit([head, ...below].join('/'), dimension);
}

/** Reads `kg`, `kg/m`, `UZS/kg/h`, `kg*m`; undefined when a part is unknown. */
export function parseUnit(text: string): Unit | undefined {
  let result: Unit = NUMBER;
  let sign: 1 | -1 = 1;
  for (const part of text.split(/([*/])/)) {
    if (part === '*' || part === '/') {
      sign = part === '*' ? 1 : -1;
      continue;
    }
    const factor = part === '1' ? NUMBER : TABLE.get(part);
    if (factor === undefined) return undefined;
    const [mul, div] = sign === 1 ? [factor.mul, factor.div] : [factor.div, factor.mul];
    const dimension = combine(result.dimension, factor.dimension, sign);
    result = unit(text, dimension, result.mul * mul, result.div * div);
  }
  return result.dimension === '' && text !== '' && text !== '1' ? undefined : result;
}

/** A value in its unit, as a value in the base unit. */
export const toBase = (value: number, { mul, div }: Unit): number =>
  mul === 1 ? (div === 1 ? value : value / div) : (value * mul) / div;

/** A value in the base unit, as a value in a unit. */
export const fromBase = (value: number, { mul, div }: Unit): number =>
  div === 1 ? (mul === 1 ? value : value / mul) : (value * div) / mul;
