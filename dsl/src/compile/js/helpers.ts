import { goesOut } from '../../values/border.ts';
import {
  DEFAULT_ZONE,
  dateOf,
  formatDate,
  formatTime,
  parseDate,
  parseInstant,
  parseTime,
} from '../../values/calendar.ts';
import { compareValues } from '../../values/compare.ts';
import { callStrict, type Scalar, type StrictName } from '../../values/functions.ts';
import { roundTo, steps } from '../../values/numbers.ts';

/** When and where a rule is asked; what is not said is now and the default zone. */
export interface Asked {
  readonly now?: Date;
  readonly zone?: string;
}

const zoneOf = (asked: Asked | undefined): string => asked?.zone ?? DEFAULT_ZONE;
const nowOf = (asked: Asked | undefined): number => asked?.now?.getTime() ?? Date.now();

/** Texts read before: the same dates come again and again. */
function remembering(read: (text: string) => number | undefined): (data: unknown) => number {
  const known = new Map<string, number>();
  return (data) => {
    if (typeof data !== 'string') return NaN;
    const before = known.get(data);
    if (before !== undefined) return before;
    const value = read(data) ?? NaN;
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(data, value);
    return value;
  };
}
const MOST_REMEMBERED = 5_000;

/** What generated code may call. Data of the wrong form comes out as NaN. */
export const HELPERS = {
  /** An object without a prototype: all that is in it is its own. */
  bare: (target: object): boolean => Object.getPrototypeOf(target) === null,
  among: (values: readonly string[], data: unknown): boolean =>
    typeof data === 'string' && values.includes(data),
  now: nowOf,
  today: (asked: Asked | undefined): number => dateOf(nowOf(asked), zoneOf(asked)),
  date: remembering(parseDate),
  time: remembering(parseTime),
  instant(data: unknown, asked: Asked | undefined): number {
    if (data instanceof Date) return data.getTime();
    return typeof data === 'string' ? (parseInstant(data, zoneOf(asked)) ?? NaN) : NaN;
  },
  /** Is it a moment that can be written down? */
  fits: (value: number | null, kind: 'date' | 'time' | 'instant'): boolean =>
    value === null || goesOut(value, { kind }),
  leave(value: number | null, kind: 'date' | 'time' | 'instant'): Date | string | null {
    if (value === null) return null;
    if (kind === 'instant') return new Date(value);
    return kind === 'date' ? formatDate(value) : formatTime(value);
  },
  call: (name: StrictName, args: readonly Scalar[], asked: Asked | undefined): Scalar =>
    callStrict(name, args, zoneOf(asked)),
  round: (x: number, step: number): number => roundTo(x, step, 'round'),
  floor: (x: number, step: number): number => roundTo(x, step, 'floor'),
  ceil: (x: number, step: number): number => roundTo(x, step, 'ceil'),
  compare: compareValues,
  steps,
};

export type Helpers = typeof HELPERS;
