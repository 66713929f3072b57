import type { TriggerInfo } from '@qoida/dsl';
import { useI18n } from 'vue-i18n';
import type { Automation, Timing } from '../data/automations.ts';

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1_000],
] as const;

const clock = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** Says in the reader's language what sets a rule off. */
export function useTriggerWords(): (rule: Automation) => string {
  const { t } = useI18n();

  function lasting(ms: number): string {
    const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? UNITS[3];
    return t(`automation.lasting.${unit}`, { n: ms / size });
  }

  function triggered({ kind, events, durationMs, times }: TriggerInfo): string {
    const [event = '', then = ''] = events;
    return t(`automation.trigger.${kind}`, { event, then, times, time: lasting(durationMs) });
  }

  function timed(timing: Timing, zone: string): string {
    if (timing.kind === 'interval')
      return t('automation.timing.interval', { time: lasting(timing.ms), zone });
    if (timing.kind === 'cron') return t('automation.timing.cron', { zone });
    const times = timing.times.map(clock).join(', ');
    const days = timing.days.map((day) =>
      typeof day === 'number' ? String(day) : t(`automation.day.${day}`),
    );
    return t(`automation.timing.${timing.kind}`, { days: days.join(', '), times, zone });
  }

  return (rule) =>
    rule.kind === 'schedule' ? timed(rule.timing, rule.zone) : triggered(rule.trigger);
}
