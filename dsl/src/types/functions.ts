import type { Texts } from './catalog.ts';

/**
 * Built-in functions: name, how many arguments, and what they do in a line; hover, completion and
 * the reference are made from this table. How an argument's type makes the result's is in
 * `check/expression/calls.ts`, what they compute is in `values/`.
 */
export interface BuiltIn {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly signature: string;
  readonly doc: Texts;
}

const builtIn = (
  name: string,
  min: number,
  max: number,
  signature: string,
  en: string,
  uz: string,
  ru: string,
): BuiltIn => ({ name, min, max, signature, doc: { en, uz, ru } });

const MANY = 50;
const SMALLEST = ['the smallest', 'eng kichigi', 'наименьшее'] as const;
const LARGEST = ['the largest', 'eng kattasi', 'наибольшее'] as const;

export const BUILT_INS: readonly BuiltIn[] = [
  builtIn(
    'abs',
    1,
    1,
    'abs(x)',
    'the value without its sign',
    'ishorasiz qiymat',
    'значение без знака',
  ),
  builtIn('min', 1, MANY, 'min(a, b, …) or min(x for v in list)', ...SMALLEST),
  builtIn('max', 1, MANY, 'max(a, b, …) or max(x for v in list)', ...LARGEST),
  builtIn(
    'round',
    1,
    2,
    'round(x, step)',
    'the nearest step, half away from zero',
    'eng yaqin qadam, yarmi noldan uzoqqa',
    'ближайший шаг, половина от нуля',
  ),
  builtIn(
    'floor',
    1,
    2,
    'floor(x, step)',
    'the step at or below',
    'shu yoki undan pastdagi qadam',
    'этот шаг или шаг ниже',
  ),
  builtIn(
    'ceil',
    1,
    2,
    'ceil(x, step)',
    'the step at or above',
    'shu yoki undan yuqoridagi qadam',
    'этот шаг или шаг выше',
  ),
  builtIn(
    'clamp',
    3,
    3,
    'clamp(x, low, high)',
    'x, but not below low nor above high',
    'x, lekin low dan kam va high dan ko‘p emas',
    'x, но не ниже low и не выше high',
  ),
  builtIn('sqrt', 1, 1, 'sqrt(x)', 'the square root', 'kvadrat ildiz', 'квадратный корень'),
  builtIn(
    'percent',
    1,
    1,
    'percent(x)',
    'a plain number as per cent: 0.35 is 35%',
    'oddiy son foizda: 0.35 bu 35%',
    'простое число в процентах: 0.35 это 35%',
  ),
  builtIn(
    'length',
    1,
    1,
    'length(text)',
    'the number of characters',
    'belgilar soni',
    'число знаков',
  ),
  builtIn(
    'lower',
    1,
    1,
    'lower(text)',
    'in small letters',
    'kichik harflarda',
    'строчными буквами',
  ),
  builtIn(
    'upper',
    1,
    1,
    'upper(text)',
    'in capital letters',
    'bosh harflarda',
    'прописными буквами',
  ),
  builtIn(
    'starts_with',
    2,
    2,
    'starts_with(text, part)',
    'does the text begin with the part?',
    'matn shu qism bilan boshlanadimi?',
    'начинается ли текст с этой части?',
  ),
  builtIn(
    'contains',
    2,
    2,
    'contains(text, part)',
    'is the part somewhere in the text?',
    'matnda shu qism bormi?',
    'есть ли эта часть в тексте?',
  ),
  builtIn(
    'matches',
    2,
    2,
    'matches(text, "pattern")',
    'does the whole text fit the pattern?',
    'butun matn andozaga mos keladimi?',
    'подходит ли весь текст под образец?',
  ),
  builtIn(
    'date_of',
    1,
    1,
    'date_of(instant)',
    'the date of an instant in the zone',
    'lahzaning mintaqadagi sanasi',
    'дата момента в часовом поясе',
  ),
  builtIn(
    'time_of',
    1,
    1,
    'time_of(instant)',
    'the time of day of an instant in the zone',
    'lahzaning mintaqadagi soati',
    'время суток момента в часовом поясе',
  ),
  builtIn(
    'days_between',
    2,
    2,
    'days_between(a, b)',
    'days from date a to date b',
    'a sanadan b sanagacha kunlar',
    'дней от даты a до даты b',
  ),
  builtIn(
    'weekday',
    1,
    1,
    'weekday(date)',
    'monday … sunday',
    'hafta kuni: monday … sunday',
    'день недели: monday … sunday',
  ),
  builtIn(
    'shift_of',
    1,
    3,
    'shift_of(instant)',
    'the shift an instant falls in: its date, kind, start and end',
    'lahza tushgan smena: sanasi, turi, boshi va oxiri',
    'смена, на которую приходится момент: дата, вид, начало и конец',
  ),
  builtIn(
    'coalesce',
    1,
    MANY,
    'coalesce(a, b, …)',
    'the first that is not missing',
    'birinchi mavjud qiymat',
    'первое, что не отсутствует',
  ),
];

const aggregate = (name: string, signature: string, en: string, uz: string, ru: string): BuiltIn =>
  builtIn(name, 1, 1, signature, en, uz, ru);

/** Functions over a list: `sum(x for v in list where …)` or, over plain values, `sum(list)`. */
export const AGGREGATES: readonly BuiltIn[] = [
  aggregate(
    'sum',
    'sum(x for v in list where …)',
    'the sum; 0 of an empty list',
    'yig‘indi; bo‘sh ro‘yxatda 0',
    'сумма; 0 для пустого списка',
  ),
  aggregate(
    'count',
    'count(for v in list where …)',
    'how many; 0 of an empty list',
    'nechta; bo‘sh ro‘yxatda 0',
    'сколько; 0 для пустого списка',
  ),
  aggregate(
    'avg',
    'avg(x for v in list where …)',
    'the mean; missing of an empty list',
    'o‘rtacha; bo‘sh ro‘yxatda yo‘q',
    'среднее; отсутствует для пустого списка',
  ),
  aggregate(
    'min',
    'min(x for v in list where …)',
    'the smallest; missing of an empty list',
    'eng kichigi; bo‘sh ro‘yxatda yo‘q',
    'наименьшее; отсутствует для пустого списка',
  ),
  aggregate(
    'max',
    'max(x for v in list where …)',
    'the largest; missing of an empty list',
    'eng kattasi; bo‘sh ro‘yxatda yo‘q',
    'наибольшее; отсутствует для пустого списка',
  ),
  aggregate(
    'any',
    'any(c for v in list where …)',
    'is one true? no in an empty list',
    'birortasi rostmi? bo‘sh ro‘yxatda yo‘q',
    'верно ли хоть одно? для пустого списка нет',
  ),
  aggregate(
    'all',
    'all(c for v in list where …)',
    'are all true? yes in an empty list',
    'hammasi rostmi? bo‘sh ro‘yxatda ha',
    'верны ли все? для пустого списка да',
  ),
  aggregate(
    'none',
    'none(c for v in list where …)',
    'is none true? yes in an empty list',
    'birortasi ham rost emasmi? bo‘sh ro‘yxatda ha',
    'неверны ли все? для пустого списка да',
  ),
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
