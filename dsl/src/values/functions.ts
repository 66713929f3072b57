import { WEEKDAYS } from '../types/functions.ts';
import {
  addMonths,
  atMidnight,
  dateOf,
  fromLocal,
  parseTime,
  timeOf,
  weekdayOf,
} from './calendar.ts';
import { matches } from './pattern-match.ts';
import { shiftAt } from './shift.ts';

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
  | 'matches'
  | 'date_of'
  | 'time_of'
  | 'weekday'
  | 'add_months'
  | 'at_midnight'
  | 'from_local'
  | 'clock_time'
  | 'shift_date'
  | 'shift_kind'
  | 'shift_start'
  | 'shift_end';

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
    case 'matches':
      return matches(s(a), s(b));
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
    case 'clock_time':
      return parseTime(s(a)) ?? NaN;
    default:
      return callShift(name, n(a), n(b), n(c), zone);
  }
}

function callShift(
  name: 'shift_date' | 'shift_kind' | 'shift_start' | 'shift_end',
  instant: number,
  day: number,
  night: number,
  zone: string,
): Scalar {
  const shift = inCalendar(instant) ? shiftAt(instant, day, night, zone) : undefined;
  if (shift === undefined) return NaN;
  switch (name) {
    case 'shift_date':
      return shift.date;
    case 'shift_kind':
      return shift.kind;
    case 'shift_start':
      return shift.start;
    case 'shift_end':
      return shift.end;
  }
}

/** The instants a `Date` can hold, less a margin for zones. */
const inCalendar = (ms: number): boolean => Math.abs(ms) <= 8.64e15 - 1e9;
