import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';

/** A date, or a date and time without a zone: as the plant's clocks show it. */
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/;

/**
 * The moments that a person names on the command line: `2025-09-01` is the midnight of the plant,
 * whatever the clocks of this machine say.
 * @throws CommandError with wrong usage for what is no date and no moment
 */
export async function momentsOf(
  api: Connection,
  given: readonly (string | undefined)[],
): Promise<(string | undefined)[]> {
  const needsZone = given.some((one) => one !== undefined && LOCAL.test(one));
  const { zone } = needsZone
    ? ((await api.call('GET', '/meta')) as { zone: string })
    : { zone: '' };
  return given.map((one) => (one === undefined ? undefined : momentOf(one, zone)));
}

/** Complains of what is no moment, before anybody is asked. */
export function checkMoment(given: string): string {
  momentOf(given, 'UTC');
  return given;
}

function momentOf(given: string, zone: string): string {
  const [, day, time = '00:00'] = LOCAL.exec(given) ?? [];
  const moment = day === undefined ? new Date(given) : inZone(`${day}T${time}`, zone);
  if (!Number.isNaN(moment.getTime()) && (day === undefined || isDay(day)))
    return moment.toISOString();
  throw new CommandError(`"${given}" is not a date or moment, e.g. 2025-09-01`, EXIT.usage);
}

/** The 31st of September is no day, though a `Date` takes it for the 1st of October. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function inZone(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return new Date(Number.NaN);
  // Twice, so that near a change of the clocks the offset of that moment is taken.
  const first = asUtc - offsetAt(asUtc, zone);
  return new Date(asUtc - offsetAt(first, zone));
}

/** How much the clocks of a zone are ahead, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000;
}
