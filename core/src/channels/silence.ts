import type { RowOf } from '../api/records.ts';
import type { silence } from './records.ts';

export type SilenceRow = RowOf<typeof silence>;

export interface Addressed {
  readonly channel: string;
  readonly user_id: string | null;
  readonly severity: string | null;
  readonly reason: string;
}

/** What a silence makes of a message: it waits until then, or is left out. */
export type Hush =
  | { readonly kind: 'hold'; readonly until: Date; readonly silence: string }
  | { readonly kind: 'drop'; readonly silence: string };

/** The platform's own channel wakes nobody; only a silence that names it is for it. */
export const OWN_CHANNEL = 'in_app';

/** What silences make of a message now; undefined where none concerns it. Leaving out goes before waiting. */
export function hushOf(
  message: Addressed,
  silences: readonly SilenceRow[],
  now: Date,
  zone: string,
): Hush | undefined {
  const found = silences.flatMap((row): Hush[] => {
    if (!concerns(row, message)) return [];
    const until = endOf(row, now, zone);
    if (until === undefined) return [];
    if (row.mode === 'drop') return [{ kind: 'drop', silence: row.id }];
    return [{ kind: 'hold', until, silence: row.id }];
  });
  const longest = (a: Hush, b: Hush) =>
    a.kind === 'hold' && b.kind === 'hold' && b.until > a.until ? b : a;
  return (
    found.find(({ kind }) => kind === 'drop') ??
    found.reduce<Hush | undefined>((a, b) => (a === undefined ? b : longest(a, b)), undefined)
  );
}

function concerns(row: SilenceRow, { channel, user_id, severity, reason }: Addressed): boolean {
  if (reason === 'test') return false;
  if (row.ended_at !== null) return false;
  if (row.channel === null ? channel === OWN_CHANNEL : row.channel !== channel) return false;
  if (row.user_id !== null && row.user_id !== user_id) return false;
  return !(severity === 'P1' && row.p1_passes);
}

/** The end of the window that `now` lies in; undefined outside. */
function endOf(row: SilenceRow, now: Date, zone: string): Date | undefined {
  if (row.kind === 'once') {
    const { from_at, to_at } = row;
    return from_at !== null && to_at !== null && from_at <= now && now < to_at ? to_at : undefined;
  }
  const from = minuteOf(row.from_time);
  const to = minuteOf(row.to_time);
  if (from === undefined || to === undefined) return undefined;
  const { day, minute } = localOf(now, zone);
  const overMidnight = to <= from;
  const applies = (offset: number) =>
    row.days.length === 0 || row.days.includes(DAYS[(day + offset + 7) % 7] ?? 'mon');
  const left = (minutes: number) => {
    const plain = Math.floor(now.getTime() / MINUTE) * MINUTE + minutes * MINUTE;
    // Where clocks are set in between, the end comes by what they show then.
    const off = localOf(new Date(plain), zone).minute - to;
    const end =
      plain - (((((off + 720) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES) - 720) * MINUTE;
    return new Date(end > now.getTime() ? end : plain);
  };
  if (!overMidnight)
    return minute >= from && minute < to && applies(0) ? left(to - minute) : undefined;
  // What began yesterday evening lasts into this morning.
  if (minute >= from && applies(0)) return left(DAY_MINUTES - minute + to);
  return minute < to && applies(-1) ? left(to - minute) : undefined;
}

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** `HH:MM` as minutes of the day. */
export function minuteOf(text: string | null): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * 60 + Number(found[2]);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(zone, format);
  return format;
}

function localOf(now: Date, zone: string): { day: number; minute: number } {
  const parts = formatOf(zone).formatToParts(now);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const day = DAYS.findIndex((name) => of('weekday').toLowerCase().startsWith(name));
  return { day, minute: Number(of('hour')) * 60 + Number(of('minute')) };
}
