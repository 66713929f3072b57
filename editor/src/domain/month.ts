/** A day of a calendar, as `YYYY-MM-DD` on the plant's clocks. */
export interface Day {
  readonly date: string;
  readonly number: number;
}

const DAY_MS = 86_400_000;

/** The date that the clocks of a zone show. */
export const dateIn = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);

/** The whole weeks, Monday first, that hold `count` days from a date on. */
export function weeksOf(from: string, count: number): readonly (readonly Day[])[] {
  const start = Date.parse(`${from}T00:00Z`);
  const before = (new Date(start).getUTCDay() + 6) % 7;
  const monday = start - before * DAY_MS;
  const weeks = Math.ceil((before + count) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_day, day) => {
      const at = new Date(monday + (week * 7 + day) * DAY_MS);
      return { date: at.toISOString().slice(0, 10), number: at.getUTCDate() };
    }),
  );
}
