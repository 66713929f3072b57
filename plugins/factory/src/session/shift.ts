import type { ShiftSettings } from '../settings.ts';

export type Shift = 'day' | 'night';

/** One shift of one date (F-ALG-15): the night belongs to the date it starts on. */
export interface ShiftInstance {
  /** Local date of the start, 'YYYY-MM-DD'. */
  readonly business_date: string;
  readonly shift: Shift;
  readonly start: Date;
  readonly end: Date;
}

const DAY_MS = 86_400_000;

/** The instance of the declared shift whose start is nearest to `at`; of two equally near the earlier. */
export function shiftInstance(at: Date, shift: Shift, settings: ShiftSettings): ShiftInstance {
  const time = shift === 'day' ? settings.dayStart : settings.nightStart;
  const today = localDate(at, settings.zone);
  let nearest: ShiftInstance | undefined;
  for (const offset of [-1, 0, 1]) {
    const date = addDays(today, offset);
    const start = zonedInstant(date, time, settings.zone);
    const end = new Date(start.getTime() + settings.hours * 3_600_000);
    const candidate = { business_date: date, shift, start, end };
    if (nearest === undefined || distance(candidate, at) < distance(nearest, at))
      nearest = candidate;
  }
  return nearest as ShiftInstance;
}

/** Calendar date of a moment in a time zone, 'YYYY-MM-DD'. */
export function localDate(at: Date, zone: string): string {
  return new Date(at.getTime() + offsetAt(at, zone)).toISOString().slice(0, 10);
}

const distance = (instance: ShiftInstance, at: Date) =>
  Math.abs(instance.start.getTime() - at.getTime());

const addDays = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The moment at which clocks of the zone show this date and time. */
function zonedInstant(date: string, time: string, zone: string): Date {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  // Twice, so that a start near a change of the clocks takes the offset that holds then.
  const first = asUtc - offsetAt(new Date(asUtc), zone);
  return new Date(asUtc - offsetAt(new Date(first), zone));
}

/** Milliseconds by which the zone's clocks are ahead of UTC. */
function offsetAt(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((item) => item.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(at.getTime() / 1000) * 1000;
}
