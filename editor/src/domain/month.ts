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

/** Days in a row under one name, both ends themselves too. */
export interface DayRange {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** Puts days that follow one another under the same name together; they come in order. */
export function rangesOf(
  days: readonly { readonly date: string; readonly name: string }[],
): readonly DayRange[] {
  const ranges: DayRange[] = [];
  for (const { date, name } of days) {
    const last = ranges.at(-1);
    const follows = last !== undefined && Date.parse(date) - Date.parse(last.to) === DAY_MS;
    if (follows && last.name === name)
      ranges[ranges.length - 1] = { ...last, to: date, count: last.count + 1 };
    else ranges.push({ name, from: date, to: date, count: 1 });
  }
  return ranges;
}
