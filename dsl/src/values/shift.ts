import { DAY_MS, dateOf, fromLocal } from './calendar.ts';

/** One shift: from its start until the next one begins. */
export interface Shift {
  /** The local date on which it begins, in days. */
  readonly date: number;
  readonly kind: 'day' | 'night';
  /** Milliseconds; the end belongs to the next shift. */
  readonly start: number;
  readonly end: number;
}

/**
 * The shift an instant falls in: the last one that has begun by then.
 * @param instant milliseconds
 * @param day when day shifts begin, in milliseconds after local midnight
 * @param night the same for night shifts
 * @returns undefined when both begin at once
 */
export function shiftAt(
  instant: number,
  day: number,
  night: number,
  zone: string,
): Shift | undefined {
  if (day === night) return undefined;
  const today = dateOf(instant, zone);
  const begins = [-1, 0, 1]
    .flatMap((offset) => [
      { date: today + offset, kind: 'day' as const, clock: day },
      { date: today + offset, kind: 'night' as const, clock: night },
    ])
    .map(({ date, kind, clock }) => ({ date, kind, start: fromLocal(date * DAY_MS + clock, zone) }))
    .sort((a, b) => a.start - b.start);
  let current: Shift | undefined;
  for (const [i, begin] of begins.entries()) {
    const next = begins[i + 1];
    if (begin.start <= instant && next !== undefined) current = { ...begin, end: next.start };
  }
  return current;
}
