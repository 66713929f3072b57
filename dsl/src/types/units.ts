/**
 * Units and dimensions. A dimension is canonical text (`kg*m-1`), the empty text is a plain number.
 * Each dimension has one base unit in which all values are computed: kg, m, s, A, K, pcs, %, lx,
 * ppm and each currency; the others (l, W, kWh …) are products of these. Units are looked at while
 * a rule is checked and at the border, never in between.
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

/** Why a text is no unit, and which part of it. */
export interface UnitFault {
  readonly reason: 'unknown' | 'calendar' | 'alone' | 'scale';
  readonly part: string;
  /** Where the part begins in the text. */
  readonly at: number;
}

/** `day`, `week`, `month`: lengths of the calendar, which have no fixed number of seconds. */
export const CALENDAR_UNITS: ReadonlySet<string> = new Set(['day', 'week', 'month']);

export const NUMBER: Unit = { text: '', dimension: '', mul: 1, div: 1 };

const unit = (text: string, dimension: Dimension, mul = 1, div = 1): Unit => ({
  text,
  dimension,
  mul,
  div,
});

const CURRENCIES = ['UZS', 'USD', 'RUB', 'EUR'] as const;

const AREA = 'm2';
const VOLUME = 'm3';
const FREQUENCY = 's-1';
const CHARGE = 'A*s';
const NEWTON = 'kg*m*s-2';
const PASCAL = 'kg*m-1*s-2';
const JOULE = 'kg*m2*s-2';
const WATT = 'kg*m2*s-3';
const VOLT = 'A-1*kg*m2*s-3';
const OHM = 'A-2*kg*m2*s-3';

const TABLE: ReadonlyMap<string, Unit> = new Map(
  [
    unit('kg', 'kg'),
    unit('g', 'kg', 1, 1000),
    unit('mg', 'kg', 1, 1_000_000),
    unit('t', 'kg', 1000),
    unit('m', 'm'),
    unit('um', 'm', 1, 1_000_000),
    unit('mm', 'm', 1, 1000),
    unit('cm', 'm', 1, 100),
    unit('dm', 'm', 1, 10),
    unit('km', 'm', 1000),
    unit('ha', AREA, 10_000),
    unit('l', VOLUME, 1, 1000),
    unit('ml', VOLUME, 1, 1_000_000),
    unit('s', 's'),
    unit('ms', 's', 1, 1000),
    unit('min', 's', 60),
    unit('h', 's', 3600),
    unit('Hz', FREQUENCY),
    unit('rpm', FREQUENCY, 1, 60),
    unit('pcs', 'pcs'),
    unit('%', '%'),
    unit('A', 'A'),
    unit('mA', 'A', 1, 1000),
    unit('kA', 'A', 1000),
    unit('Ah', CHARGE, 3600),
    unit('mAh', CHARGE, 18, 5),
    unit('V', VOLT),
    unit('mV', VOLT, 1, 1000),
    unit('kV', VOLT, 1000),
    unit('ohm', OHM),
    unit('N', NEWTON),
    unit('kN', NEWTON, 1000),
    unit('Pa', PASCAL),
    unit('kPa', PASCAL, 1000),
    unit('MPa', PASCAL, 1_000_000),
    unit('mbar', PASCAL, 100),
    unit('bar', PASCAL, 100_000),
    unit('J', JOULE),
    unit('kJ', JOULE, 1000),
    unit('MJ', JOULE, 1_000_000),
    unit('Wh', JOULE, 3600),
    unit('kWh', JOULE, 3_600_000),
    unit('MWh', JOULE, 3_600_000_000),
    unit('W', WATT),
    unit('mW', WATT, 1, 1000),
    unit('kW', WATT, 1000),
    unit('MW', WATT, 1_000_000),
    unit('VA', WATT),
    unit('kVA', WATT, 1000),
    unit('lx', 'lx'),
    unit('ppm', 'ppm'),
    unit('degC', 'degC'),
    unit('K', 'K'),
    ...CURRENCIES.map((c) => unit(c, c)),
  ].map((u) => [u.text, u]),
);

/** Powers that people look for by name; any other is read too. */
const POWERS = ['m2', 'mm2', 'cm2', 'm3', 'cm3'] as const;

/** Points on a scale and shares are no factors of a product. */
const ALONE: ReadonlySet<string> = new Set(['degC', '%']);

/** Dimensions that are shown by a name instead of their factors. */
const NAMED: ReadonlyMap<Dimension, string> = new Map([
  [NEWTON, 'N'],
  [PASCAL, 'Pa'],
  [JOULE, 'J'],
  [WATT, 'W'],
  [VOLT, 'V'],
  [OHM, 'ohm'],
]);

export const isCurrency = (dimension: Dimension): boolean =>
  (CURRENCIES as readonly string[]).includes(dimension);

/** The step that amounts of a dimension are kept in where nothing else is said: 0.01 for money. */
export const usualResolution = (dimension: Dimension): number | undefined =>
  isCurrency(dimension) ? 0.01 : undefined;

/** All simple units by name, for completion and "did you mean". */
export const unitNames = (): readonly string[] => [...TABLE.keys(), ...POWERS, ...CALENDAR_UNITS];

type Powers = ReadonlyMap<string, number>;

const power = (base: string, exponent: number): string =>
  exponent === 1 ? base : `${base}${exponent}`;

function canonical(powers: Powers): Dimension {
  return [...powers]
    .filter(([, exponent]) => exponent !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, exponent]) => power(base, exponent))
    .join('*');
}

function powersOf(dimension: Dimension): Map<string, number> {
  const powers = new Map<string, number>();
  if (dimension === '') return powers;
  for (const part of dimension.split('*')) {
    const [, base = part, exponent = '1'] = /^([^\d-]+)(-?\d+)?$/.exec(part) ?? [];
    powers.set(base, Number(exponent));
  }
  return powers;
}

/** Remembers answers by their question; forgets all when there are many, so it stays small. */
export function memoised<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    if (known.size >= 2_000) known.clear();
    const made = compute(key);
    known.set(key, made);
    return made;
  };
}

const combined = memoised((key): Dimension => {
  const [a = '', sign, b = ''] = key.split(' ');
  const powers = powersOf(a);
  for (const [base, exponent] of powersOf(b)) {
    powers.set(base, (powers.get(base) ?? 0) + Number(sign) * exponent);
  }
  return canonical(powers);
});

/** The dimension of a product (`sign` 1) or a quotient (`sign` -1). */
export function combine(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  if (b === '') return a;
  return a === '' && sign === 1 ? b : combined(`${a} ${sign} ${b}`);
}

/** The dimension under a square root, or undefined when a power is odd. */
export function halve(dimension: Dimension): Dimension | undefined {
  const powers = powersOf(dimension);
  if ([...powers.values()].some((exponent) => exponent % 2 !== 0)) return undefined;
  return canonical(new Map([...powers].map(([base, exponent]) => [base, exponent / 2])));
}

/** The unit values of a dimension are computed in: `kg/m`, `m2`, `UZS/kg`, `W`. */
export const baseUnit: (dimension: Dimension) => Unit = memoised((dimension) => {
  if (dimension === '') return NUMBER;
  const name = NAMED.get(dimension);
  if (name !== undefined) return unit(name, dimension);
  const powers = [...powersOf(dimension)];
  const above = powers.filter(([, p]) => p > 0).map(([b, p]) => power(b, p));
  const below = powers.filter(([, p]) => p < 0).map(([b, p]) => power(b, -p));
  const head = above.length === 0 ? '1' : above.join('*');
  return unit([head, ...below].join('/'), dimension);
});

const isOneFactor = ({ text }: Unit): boolean => !/[*/]/.test(text);

const multiplied = memoised((key): Unit => {
  const [left = '', sign, right = ''] = key.split(' ');
  const [a, b] = [parseUnit(left) ?? NUMBER, parseUnit(right) ?? NUMBER];
  const dimension = combine(a.dimension, b.dimension, sign === '/' ? -1 : 1);
  const base = baseUnit(dimension);
  const factors = powersOf(a.dimension).size + powersOf(b.dimension).size;
  const plain = isOneFactor(b) && (sign === '/' || !left.includes('/'));
  if (!plain || NAMED.has(dimension) || powersOf(dimension).size < factors) return base;
  return parseUnit(`${left || '1'}${sign}${right}`) ?? base;
});

/**
 * The unit that a product (`sign` 1) or a quotient (`sign` -1) is shown in: the two side by side
 * where nothing cancels (`kg` by `h` is `kg/h`), else the base unit of the dimension.
 */
export const productUnit = (a: Unit, b: Unit, sign: 1 | -1): Unit =>
  multiplied(`${a.text} ${sign === 1 ? '*' : '/'} ${b.text}`);

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The product of two units, or undefined when its scale is beyond whole numbers. */
function times(a: Unit, b: Unit, sign: 1 | -1): Unit | undefined {
  const [mul, div] = sign === 1 ? [b.mul, b.div] : [b.div, b.mul];
  const [x, y] = [gcd(a.mul, div), gcd(mul, a.div)];
  const above = (a.mul / x) * (mul / y);
  const below = (a.div / y) * (div / x);
  if (above > Number.MAX_SAFE_INTEGER || below > Number.MAX_SAFE_INTEGER) return undefined;
  return unit('', combine(a.dimension, b.dimension, sign), above, below);
}

/** `m`, `m2`, `s2`: a name of the table, or one with a power from 2 to 99. */
function factorOf(part: string): Unit | 'unknown' | 'scale' {
  const known = TABLE.get(part);
  if (known !== undefined) return known;
  const [, name = '', exponent] = /^(\D+)([2-9]|[1-9]\d)$/.exec(part) ?? [];
  const base = TABLE.get(name);
  if (base === undefined || ALONE.has(name)) return 'unknown';
  let result: Unit | undefined = base;
  for (let i = 1; i < Number(exponent) && result !== undefined; i++)
    result = times(result, base, 1);
  return result ?? 'scale';
}

/** Longer than any quantity's unit, so that a text takes bounded time and memory. */
const LONGEST = 60;

const readFactors = memoised((text): Unit | UnitFault => {
  const parts = text.split(/([*/])/);
  const whole = (reason: UnitFault['reason']): UnitFault => ({ reason, part: text, at: 0 });
  let result: Unit = NUMBER;
  let at = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const part = parts[i] ?? '';
    const fault = (reason: UnitFault['reason']): UnitFault => ({ reason, part, at });
    const numerator = i === 0 && part === '1' && parts[1] === '/';
    const factor = numerator ? NUMBER : factorOf(part);
    if (CALENDAR_UNITS.has(part)) return fault('calendar');
    if (factor === 'unknown') return fault('unknown');
    if (parts.length > 1 && ALONE.has(part)) return fault('alone');
    const next =
      factor === 'scale' ? undefined : times(result, factor, parts[i - 1] === '/' ? -1 : 1);
    if (next === undefined) return whole('scale');
    result = next;
    at += part.length + 1;
  }
  // `kg/kg` is a plain number, which has no unit.
  return result.dimension === '' ? whole('unknown') : { ...result, text };
});

/**
 * Reads `kg`, `kg/m2`, `UZS/kg/h`, `kg*m`, `1/h`: from left to right, each `/` dividing by the one
 * name after it.
 * @returns the unit with its text as written, or the part that has no meaning
 */
export const readUnit = (text: string): Unit | UnitFault =>
  text.length > LONGEST ? { reason: 'unknown', part: text, at: 0 } : readFactors(text);

export const isUnitFault = (read: Unit | UnitFault): read is UnitFault => 'reason' in read;

/** The unit a text means, or undefined when it means none. */
export function parseUnit(text: string): Unit | undefined {
  const read = readUnit(text);
  return isUnitFault(read) ? undefined : read;
}

export interface MissingFactor {
  /** The side that would have to be multiplied. */
  readonly side: 'left' | 'right';
  readonly unit: string;
}

/**
 * What stands between two units that do not agree: `kg` and `kg/h` differ by a factor of `h` that
 * the right side lacks. A factor that both sides could need (kg and m) is asked of the right.
 */
export function missingFactor(left: Unit, right: Unit): MissingFactor {
  const ratio = combine(left.dimension, right.dimension, -1);
  const inverse = combine('', ratio, -1);
  for (const name of `${left.text}*${right.text}`.split(/[*/]/)) {
    const { dimension } = parseUnit(name) ?? NUMBER;
    // In the words of the two: hours where they speak of hours.
    if (dimension !== '' && dimension === ratio) return { side: 'right', unit: name };
    if (dimension !== '' && dimension === inverse) return { side: 'left', unit: name };
  }
  if (!/[*/]/.test(left.text + right.text) && left.text !== '' && right.text !== '')
    return { side: 'right', unit: `${left.text}/${right.text}` };
  const below = [...powersOf(ratio).values()].every((exponent) => exponent < 0);
  return below
    ? { side: 'left', unit: baseUnit(inverse).text }
    : { side: 'right', unit: baseUnit(ratio).text };
}

/** A value in its unit, as a value in the base unit. */
export const toBase = (value: number, { mul, div }: Unit): number =>
  mul === 1 ? (div === 1 ? value : value / div) : (value * mul) / div;

/** A value in the base unit, as a value in a unit. */
export const fromBase = (value: number, { mul, div }: Unit): number =>
  div === 1 ? (mul === 1 ? value : value / mul) : (value * div) / mul;
