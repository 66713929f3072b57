import { DAY_MS, dateOf, formatDate, weekdayOf, zoneOffset } from './calendar.ts';
import type { Cron } from './cron.ts';

export type DayName =
  | 'day'
  | 'workday'
  | 'monday'
  | 'tuesday'
  | 'wednesday'
  | 'thursday'
  | 'friday'
  | 'saturday'
  | 'sunday';

/** When a schedule runs, in the clock of its zone. Times are milliseconds since midnight. */
export type Timing =
  /** Counted from each midnight in time that passes. */
  | { readonly kind: 'interval'; readonly ms: number }
  | { readonly kind: 'days'; readonly days: readonly DayName[]; readonly times: readonly number[] }
  | {
      readonly kind: 'month';
      readonly days: readonly (number | 'last')[];
      readonly times: readonly number[];
    }
  | { readonly kind: 'cron'; readonly cron: Cron };

export interface Recurrence {
  readonly timing: Timing;
  readonly zone: string;
  readonly holidays: 'skip' | 'only' | undefined;
}

/** Days to look ahead: the 29th of February on a given weekday comes every 28 to 40 years. */
const HORIZON = 15_000;
const WEEK: readonly DayName[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

/**
 * The runs after an instant, in their order; they end when 40 years have none.
 * @param after in milliseconds; a run at this very instant is not after it
 * @param holidays local dates `YYYY-MM-DD`
 */
export function* runsAfter(
  { timing, zone, holidays: how }: Recurrence,
  after: number,
  holidays: ReadonlySet<string>,
): Generator<number, void> {
  const times = timesOf(timing);
  let latest = after;
  // A time that the clocks skip runs later than its own day may say: so the day before counts too.
  let day = dateOf(after, zone) - 1;
  for (let idle = 0; idle < HORIZON; idle++, day++) {
    if (!isDay(timing, day)) continue;
    if (how !== undefined && holidays.has(formatDate(day)) !== (how === 'only')) continue;
    const runs =
      timing.kind === 'interval'
        ? intervalRuns(timing.ms, day, latest, zone)
        : clockRuns(times, day, latest, zone);
    for (const run of runs) {
      yield run;
      latest = run;
      idle = 0;
    }
  }
}

function* intervalRuns(ms: number, day: number, after: number, zone: string): Generator<number> {
  const begin = instantAt(day * DAY_MS, zone);
  const end = instantAt((day + 1) * DAY_MS, zone);
  let run = after < begin ? begin : begin + (Math.floor((after - begin) / ms) + 1) * ms;
  for (; run < end; run += ms) yield run;
}

/** Two times that the clocks skip are the same instant: it runs once. */
function* clockRuns(
  times: readonly number[],
  day: number,
  after: number,
  zone: string,
): Generator<number> {
  let latest = after;
  // No clock is a whole day off: most of the times that are over need no look at the zone.
  const over = after + zoneOffset(after, zone) - DAY_MS;
  for (const time of times) {
    const local = day * DAY_MS + time;
    if (local < over) continue;
    const run = instantAt(local, zone);
    if (run <= latest) continue;
    yield run;
    latest = run;
  }
}

function timesOf(timing: Timing): readonly number[] {
  if (timing.kind === 'cron') {
    const { hours, minutes } = timing.cron;
    return hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * 60_000));
  }
  return timing.kind === 'interval' ? [] : timing.times;
}

function isDay(timing: Timing, day: number): boolean {
  switch (timing.kind) {
    case 'interval':
      return true;
    case 'days': {
      const weekday = weekdayOf(day);
      return timing.days.some(
        (name) => name === 'day' || (name === 'workday' ? weekday < 5 : WEEK[weekday] === name),
      );
    }
    case 'month': {
      const date = new Date(day * DAY_MS).getUTCDate();
      const isLast = new Date((day + 1) * DAY_MS).getUTCDate() === 1;
      return timing.days.some((wanted) => (wanted === 'last' ? isLast : wanted === date));
    }
    case 'cron':
      return isCronDay(timing.cron, day);
  }
}

function isCronDay({ days, months, weekdays, either }: Cron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const byDate = days.includes(date.getUTCDate());
  const byWeekday = weekdays.includes(date.getUTCDay());
  return either ? byDate || byWeekday : byDate && byWeekday;
}

/**
 * The instant of a local time: of two the first, and where the clocks skip it the instant at which
 * they do.
 * @param local milliseconds since 1970-01-01T00:00 of the zone's clock
 */
export function instantAt(local: number, zone: string): number {
  // No zone is more than a day from UTC, and none changes twice within two days.
  const before = zoneOffset(local - DAY_MS, zone);
  const behind = zoneOffset(local + DAY_MS, zone);
  const early = local - Math.max(before, behind);
  const late = local - Math.min(before, behind);
  if (early + zoneOffset(early, zone) === local) return early;
  if (late + zoneOffset(late, zone) === local) return late;
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(middle, zone) === behind) high = middle;
    else low = middle;
  }
  return high;
}
