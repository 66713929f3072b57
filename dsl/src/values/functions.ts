import { WEEKDAYS } from '../types/functions.ts';
import { addMonths, atMidnight, dateOf, fromLocal, timeOf, weekdayOf } from './calendar.ts';

/** Strict functions: they see only values that are there. */
export type StrictName =
  | 'abs'
  | 'min'
  | 'max'
  | 'clamp'
  | 'sqrt'
  | 'length'
  | 'lower'
  | 'upper'
  | 'starts_with'
  | 'contains'
  | 'date_of'
  | 'time_of'
  | 'weekday'
  | 'add_months'
  | 'at_midnight'
  | 'from_local';

export type Scalar = number | string | boolean;

const n = (value: Scalar | undefined): number => value as number;
const s = (value: Scalar | undefined): string => value as string;

/**
 * Calls a strict function. Numbers that come out are checked by the caller: a result that is not
 * finite is a fault (the root of a negative number, a date beyond the calendar).
 */
export function callStrict(name: StrictName, args: readonly Scalar[], zone: string): Scalar {
  const [a, b, c] = args;
  switch (name) {
    case 'abs':
      return Math.abs(n(a));
    case 'min':
      return Math.min(...(args as readonly number[]));
    case 'max':
      return Math.max(...(args as readonly number[]));
    case 'clamp':
      return Math.max(n(b), Math.min(n(c), n(a)));
    case 'sqrt':
      return Math.sqrt(n(a));
    case 'length':
      return Array.from(s(a)).length;
    case 'lower':
      return s(a).toLowerCase();
    case 'upper':
      return s(a).toUpperCase();
    case 'starts_with':
      return s(a).startsWith(s(b));
    case 'contains':
      return s(a).includes(s(b));
    case 'date_of':
      return inCalendar(n(a)) ? dateOf(n(a), zone) : NaN;
    case 'time_of':
      return inCalendar(n(a)) ? timeOf(n(a), zone) : NaN;
    case 'weekday':
      return WEEKDAYS[weekdayOf(n(a))] ?? '';
    case 'add_months':
      return addMonths(n(a), n(b));
    case 'at_midnight':
      return inCalendar(n(a) * 86_400_000) ? atMidnight(n(a), zone) : NaN;
    case 'from_local':
      return fromLocal(n(a), zone);
  }
}

/** The instants a `Date` can hold, less a margin for zones. */
const inCalendar = (ms: number): boolean => Math.abs(ms) <= 8.64e15 - 1e9;
