const NOON = 12;

/**
 * A time zone in which it is past noon: with it as PLANT_TZ no day, shift or month ends while a test
 * runs, whatever time it is.
 * @param now the moment, unless it is the present one
 * @returns e.g. `Etc/GMT-5`, whose clocks are five hours ahead of UTC (the sign is POSIX's)
 */
export function zoneAtNoon(now: Date = new Date()): string {
  const ahead = NOON - now.getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
