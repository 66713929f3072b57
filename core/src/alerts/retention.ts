import { AT_ONCE, forgetKeys, forgetRows } from '../automations/retention.ts';
import type { Database } from '../data/index.ts';
import type { AlertRules } from './rules.ts';

export interface Limits {
  /** Alerts that were closed longer ago are forgotten, with their history and messages; and silences. */
  readonly alertDays: number;
  /** Messages that ended longer ago are forgotten; never those that wait for a person. */
  readonly messageDays: number;
}

const DAY_MS = 86_400_000;

export const limitsOf = (settings: Readonly<Record<string, unknown>>): Limits => ({
  alertDays: Number(settings.ALERT_KEEP_DAYS),
  messageDays: Number(settings.MESSAGE_KEEP_DAYS),
});

/** Forgets what is older than the limits keep; the audit log keeps who acknowledged and closed what. */
export async function forgetOld(
  db: Database,
  organizationId: string,
  { alertDays, messageDays }: Limits,
  { now, mayGoOn, rules }: { now: Date; mayGoOn: () => boolean; rules: AlertRules },
): Promise<number> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const rows = await forgetRows(
    db,
    organizationId,
    [
      [
        `delete from alerts where id in (
           select id from alerts where status = 'closed' and closed_at < ? order by closed_at limit ${AT_ONCE})
         returning 1`,
        [before(alertDays)],
      ],
      [
        `delete from alert_deliveries where id in (
           select id from alert_deliveries where finished_at < ? and (status <> 'dead' or alert_id is null)
           limit ${AT_ONCE}) returning 1`,
        [before(messageDays)],
      ],
      [
        `delete from silences where id in (
           select id from silences where ended_at < ? or (kind = 'once' and to_at < ?) limit ${AT_ONCE})
         returning 1`,
        [before(alertDays), before(alertDays)],
      ],
    ],
    mayGoOn,
  );
  const memories = [...rules.alerts.values()]
    .filter(({ rule }) => rule.trigger.keyed && rule.trigger.remembers)
    .map(({ id, rule }) => ({
      rule: id,
      keptMs: Math.max(DAY_MS, 2 * rule.trigger.durationMs),
    }));
  const keys = { table: 'alert_triggers', memories, keptDays: alertDays } as const;
  return rows + (await forgetKeys(db, organizationId, keys, mayGoOn));
}
