import { computed } from 'vue';
import { FIGURE_TAGS } from '../i18n.ts';
import { useMeta } from '../stores/meta.ts';
import { usePreferences } from '../stores/preferences.ts';

const NOTHING = '–';
/** Figures and times in the reader's language, times in the plant's zone. */
export function useFormat() {
  const preferences = usePreferences();
  const meta = useMeta();
  const tag = computed(() => FIGURE_TAGS[preferences.locale]);

  function number(value: number | null | undefined, places: number): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
    const style = { minimumFractionDigits: places, maximumFractionDigits: places };
    return new Intl.NumberFormat(tag.value, style).format(value);
  }

  function time(
    value: string | Date | null | undefined,
    options: Intl.DateTimeFormatOptions,
  ): string {
    if (value === null || value === undefined) return NOTHING;
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) return NOTHING;
    return new Intl.DateTimeFormat(tag.value, { timeZone: meta.timeZone, ...options }).format(date);
  }

  return {
    number,
    kg: (value: number | null | undefined) => number(value, 3),
    metres: (value: number | null | undefined) => number(value, 2),
    percent: (value: number | null | undefined) => number(value, 2),
    clock: (value: string | Date | null | undefined) =>
      time(value, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    moment: (value: string | Date | null | undefined) =>
      time(value, {
        day: '2-digit',
        month: '2-digit',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    day: (value: string | Date | null | undefined) =>
      time(value, { day: '2-digit', month: '2-digit', year: 'numeric' }),
    /** A day of the calendar, `YYYY-MM-DD`, which is the same in every zone. */
    date: (value: string) =>
      time(value, { timeZone: 'UTC', day: '2-digit', month: '2-digit', year: 'numeric' }),
  };
}
