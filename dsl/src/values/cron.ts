/** A cron text, read: each field's values in order. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Days of the month, 1 to 31. */
  readonly days: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekdays: readonly number[];
  /** Both day fields say something: then a day that fits one of them will do (as in Vixie cron). */
  readonly either: boolean;
}
export interface CronFault {
  readonly reason: string;
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Names for values, the first for `low`. */
  readonly names: readonly string[];
}
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  { name: 'day of the month', low: 1, high: 31, names: [] },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  { name: 'day of the week', low: 0, high: 7, names: WEEKDAYS },
];
/** Of months 1 to 12; a leap year has 29 days in February. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads five fields: minute, hour, day of the month, month, day of the week. A field is `*`, or
 * values and ranges `a-b` with commas, each with a step `/n`; months and weekdays have names too,
 * and 7 is Sunday. There are no seconds and no `L W # ?`.
 */
export function parseCron(text: string): Cron | CronFault {
  const parts = text.trim().split(/\s+/);
  if (parts.length === 6) return { reason: 'six fields; there are no seconds' };
  if (parts.length !== 5) return { reason: `${parts[0] === '' ? 0 : parts.length} fields` };
  const sets: (readonly number[])[] = [];
  for (const [i, field] of FIELDS.entries()) {
    const values = readField(parts[i] ?? '', field);
    if ('reason' in values) return values;
    sets.push(values);
  }
  const [minutes = [], hours = [], days = [], months = [], week = []] = sets;
  const weekdays = [...new Set(week.map((day) => day % 7))].sort((a, b) => a - b);
  const either = !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*');
  const possible = either || months.some((month) => (days[0] ?? 0) <= (LONGEST[month - 1] ?? 0));
  if (!possible) return { reason: `no such month has a day ${days[0]}` };
  return { minutes, hours, days, months, weekdays, either };
}

function readField(text: string, field: Field): readonly number[] | CronFault {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const fault = readPart(part, field, found);
    if (fault !== undefined) return fault;
  }
  return [...found].sort((a, b) => a - b);
}

function readPart(part: string, field: Field, found: Set<number>): CronFault | undefined {
  const wrong = { reason: `\`${part.slice(0, 20)}\` is no ${field.name}` };
  const [range = '', stepText, more] = part.split('/');
  const [fromText = '', toText, rest] = range === '*' ? [] : range.split('-');
  if (more !== undefined || rest !== undefined) return wrong;
  const step = stepText === undefined ? 1 : digits(stepText);
  if (step === undefined || step === 0) return { reason: `\`${part.slice(0, 20)}\` has no step` };
  const from = range === '*' ? field.low : numberOf(fromText, field);
  // `a/n` runs from a to the end, as in most crons.
  const open = range === '*' || (toText === undefined && stepText !== undefined);
  const last = field.high === 7 ? 6 : field.high;
  const to = open ? last : toText === undefined ? from : numberOf(toText, field);
  if (from === undefined || to === undefined) return wrong;
  if (from < field.low || to > field.high) {
    return { reason: `${field.name} is ${field.low} to ${field.high}, not ${part.slice(0, 20)}` };
  }
  if (from > to) return { reason: `the range \`${part.slice(0, 20)}\` runs backwards` };
  for (let value = from; value <= to; value += step) found.add(value);
  return undefined;
}

const digits = (text: string): number | undefined =>
  /^\d{1,4}$/.test(text) ? Number(text) : undefined;

function numberOf(text: string, { low, names }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + low : digits(text);
}
