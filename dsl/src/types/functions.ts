/**
 * Built-in functions: name, how many arguments, and what they do in a line. How an argument's type
 * makes the result's is in `check/calls.ts`, what they compute is in `values/`.
 */
export interface BuiltIn {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly signature: string;
  readonly doc: string;
}

const builtIn = (
  name: string,
  min: number,
  max: number,
  signature: string,
  doc: string,
): BuiltIn => ({ name, min, max, signature, doc });

const MANY = 50;

export const BUILT_INS: readonly BuiltIn[] = [
  builtIn('abs', 1, 1, 'abs(x)', 'the value without its sign'),
  builtIn('min', 1, MANY, 'min(a, b, …) or min(x for v in list)', 'the smallest'),
  builtIn('max', 1, MANY, 'max(a, b, …) or max(x for v in list)', 'the largest'),
  builtIn('round', 1, 2, 'round(x, step)', 'the nearest step, half away from zero'),
  builtIn('floor', 1, 2, 'floor(x, step)', 'the step at or below'),
  builtIn('ceil', 1, 2, 'ceil(x, step)', 'the step at or above'),
  builtIn('clamp', 3, 3, 'clamp(x, low, high)', 'x, but not below low nor above high'),
  builtIn('sqrt', 1, 1, 'sqrt(x)', 'the square root'),
  builtIn('percent', 1, 1, 'percent(x)', 'a plain number as per cent: 0.35 is 35%'),
  builtIn('length', 1, 1, 'length(text)', 'the number of characters'),
  builtIn('lower', 1, 1, 'lower(text)', 'in small letters'),
  builtIn('upper', 1, 1, 'upper(text)', 'in capital letters'),
  builtIn('starts_with', 2, 2, 'starts_with(text, part)', 'does the text begin with the part?'),
  builtIn('contains', 2, 2, 'contains(text, part)', 'is the part somewhere in the text?'),
  builtIn('date_of', 1, 1, 'date_of(instant)', 'the date of an instant in the zone'),
  builtIn('time_of', 1, 1, 'time_of(instant)', 'the time of day of an instant in the zone'),
  builtIn('days_between', 2, 2, 'days_between(a, b)', 'days from date a to date b'),
  builtIn('weekday', 1, 1, 'weekday(date)', 'monday … sunday'),
  builtIn('coalesce', 1, MANY, 'coalesce(a, b, …)', 'the first that is not missing'),
];

/** Functions over a list: `sum(x for v in list where …)` or, over plain values, `sum(list)`. */
export const AGGREGATES: readonly BuiltIn[] = [
  builtIn('sum', 1, 1, 'sum(x for v in list where …)', 'the sum; 0 of an empty list'),
  builtIn('count', 1, 1, 'count(for v in list where …)', 'how many; 0 of an empty list'),
  builtIn('avg', 1, 1, 'avg(x for v in list where …)', 'the mean; missing of an empty list'),
  builtIn('min', 1, 1, 'min(x for v in list where …)', 'the smallest; missing of an empty list'),
  builtIn('max', 1, 1, 'max(x for v in list where …)', 'the largest; missing of an empty list'),
  builtIn('any', 1, 1, 'any(c for v in list where …)', 'is one true? no in an empty list'),
  builtIn('all', 1, 1, 'all(c for v in list where …)', 'are all true? yes in an empty list'),
  builtIn('none', 1, 1, 'none(c for v in list where …)', 'is none true? yes in an empty list'),
];

export type AggregateName = 'sum' | 'count' | 'avg' | 'min' | 'max' | 'any' | 'all' | 'none';

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

const builtInByName = new Map(BUILT_INS.map((f) => [f.name, f]));
const aggregateNames: ReadonlySet<string> = new Set(AGGREGATES.map((f) => f.name));

export const builtInNamed = (name: string): BuiltIn | undefined => builtInByName.get(name);
export const isAggregateName = (name: string): name is AggregateName => aggregateNames.has(name);
