import { useI18n } from 'vue-i18n';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Says how long something has lasted, to the two units that count: 2 d 5 h, 3 h 20 min, 4 min. */
export function useLasting(): (ms: number) => string {
  const { t } = useI18n();
  const said = (unit: 'days' | 'hours' | 'minutes', n: number) =>
    t(`automation.lasting.${unit}`, { n });
  return (ms) => {
    const days = Math.floor(ms / DAY_MS);
    const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
    const minutes = Math.max(0, Math.floor((ms % HOUR_MS) / 60_000));
    if (days > 0) return `${said('days', days)} ${said('hours', hours)}`;
    return hours > 0
      ? `${said('hours', hours)} ${said('minutes', minutes)}`
      : said('minutes', minutes);
  };
}
