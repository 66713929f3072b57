/** Dates are whole days since 1970-01-01, times of day and instants whole milliseconds. */
export const DAY_MS = 86_400_000;
/** 0001-01-01 and 9999-12-31: the dates that can be written. */
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
export const DEFAULT_ZONE = 'Asia/Tashkent';

/** The day number of `YYYY-MM-DD`; undefined when there is no such day. Years begin with 1. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return undefined;
  if (text.startsWith('0000')) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || formatDate(ms / DAY_MS) !== text ? undefined : ms / DAY_MS;
}

export function formatDate(days: number): string {
  const date = new Date(days * DAY_MS);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** Milliseconds since midnight of `HH:MM[:SS[.mmm]]`; undefined when it is no time of day. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(\.\d{1,3})?)?$/.exec(text);
  if (match === null) return undefined;
  const [, h = '', m = '', s = '0', fraction = '0'] = match;
  if (Number(h) > 23 || Number(m) > 59 || Number(s) > 59) return undefined;
  return Math.round((Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(fraction)) * 1000);
}

export function formatTime(ms: number): string {
  const text = new Date(ms).toISOString().slice(11, 23);
  return text.endsWith(':00.000') ? text.slice(0, 5) : text.replace('.000', '');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Is it a time zone this machine knows? */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Offsets by zone and quarter of an hour. */
const offsets = new Map<string, Map<number, number>>();
const MOST_OFFSETS = 10_000;
const QUARTER = 900_000;
/** The first instants the calendar counts, with a day to spare: before them no clock has moved. */
const EARLIEST = -62_135_510_400_000;

/** Milliseconds by which a zone's clocks are ahead of UTC at an instant. */
export function zoneOffset(ms: number, zone: string): number {
  // One answer serves a whole quarter of an hour, unless the clocks moved within it.
  const at = Math.max(ms, EARLIEST);
  const quarter = Math.floor(at / QUARTER);
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    offsets.set(zone, known);
  }
  const found = known.get(quarter);
  if (found !== undefined) return found;
  const exactly = (instant: number): number => localOf(instant, zone) - instant;
  const offset = exactly(quarter * QUARTER);
  // Only dates before clocks were set by law come here: zones then moved at odd seconds.
  if (offset !== exactly(quarter * QUARTER + QUARTER - 1000))
    return exactly(Math.floor(at / 1000) * 1000);
  if (known.size >= MOST_OFFSETS) known.clear();
  known.set(quarter, offset);
  return offset;
}

/** What a zone's clocks show at an instant, as milliseconds. */
function localOf(ms: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(ms);
  const get = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const local = new Date(0);
  // `Date.UTC` would take the years before 100 for those of the 20th century.
  local.setUTCFullYear(get('year'), get('month') - 1, get('day'));
  return local.setUTCHours(get('hour'), get('minute'), get('second'));
}

/**
 * The instant at which a zone's clocks show a local time. Of a time they show twice it is the
 * second, of one they skip the instant as far behind the gap: the rule that PostgreSQL has.
 */
export function fromLocal(localMs: number, zone: string): number {
  const before = zoneOffset(localMs - DAY_MS, zone);
  const after = zoneOffset(localMs + DAY_MS, zone);
  const shown = [localMs - before, localMs - after].filter(
    (ms) => ms + zoneOffset(ms, zone) === localMs,
  );
  return shown.length === 0 ? localMs - Math.min(before, after) : Math.max(...shown);
}

/** The local midnight a date begins with. */
export const atMidnight = (days: number, zone: string): number => fromLocal(days * DAY_MS, zone);

export const dateOf = (ms: number, zone: string): number =>
  Math.floor((ms + zoneOffset(ms, zone)) / DAY_MS);

export function timeOf(ms: number, zone: string): number {
  const local = ms + zoneOffset(ms, zone);
  return local - Math.floor(local / DAY_MS) * DAY_MS;
}

/** An ISO instant; one without `Z` or offset is local. Undefined when it is none. */
export function parseInstant(text: string, zone: string): number | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, day = '', clock = '', offset] = match;
  const date = parseDate(day);
  const time = parseTime(clock.replace(/(\.\d{3})\d+$/, '$1'));
  if (date === undefined || time === undefined) return undefined;
  const local = date * DAY_MS + time;
  if (offset === undefined) return fromLocal(local, zone);
  if (offset === 'Z') return local;
  const [, hours = '0', minutes = '0'] = /^.(\d\d):?(\d\d)?$/.exec(offset) ?? [];
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return offset.startsWith('-') ? local + ahead : local - ahead;
}

/** A date some months later; a day the month doesn't have becomes its last. */
export function addMonths(days: number, months: number): number {
  const date = new Date(days * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const last = firstOf(year, month + 1) - 1;
  return Math.min(firstOf(year, month) + date.getUTCDate() - 1, last);
}

/** The day a month begins with. `Date.UTC` would take the years before 100 for the 20th century's. */
const firstOf = (year: number, month: number): number =>
  new Date(0).setUTCFullYear(year, month, 1) / DAY_MS;

/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (days: number): number => (((days + 3) % 7) + 7) % 7;
