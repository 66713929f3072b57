import { integer, object, quantity, type StandingFact, standing } from '@qoida/core';
import { relaySettingsOf } from '../settings.ts';

const percent = () => quantity('%', { resolution: 0.001, min: 0, max: 100 });

/** How switching goes at a moment, for its alerts (S-MET-04). */
export const relayStanding: readonly StandingFact[] = [
  standing(
    'relay_commands_lately',
    {
      uz: 'oxirgi 10 daqiqada tugagan rele buyruqlari',
      ru: 'команды реле, завершённые за 10 минут',
      en: 'commands to relays that ended within 10 minutes',
    },
    object({
      counted: integer({ min: 0 }).doc({
        uz: 'nechta buyruq tugadi',
        ru: 'сколько команд завершилось',
        en: 'how many ended',
      }),
      failed: integer({ min: 0 }).doc({
        uz: 'nechtasi bajarilmadi',
        ru: 'сколько не выполнено',
        en: 'how many were not done',
      }),
      success: percent().optional().doc({
        uz: 'bajarilganlar ulushi',
        ru: 'доля выполненных',
        en: 'share of those that were done',
      }),
      answered: integer({ min: 0 }).doc({
        uz: 'nechtasiga qurilma javob berdi',
        ru: 'на сколько устройство ответило',
        en: 'how many were answered as done',
      }),
      p95: quantity('s', { resolution: 0.001, min: 0 }).optional().doc({
        uz: '100 tadan 95 tasi shu vaqt ichida bajarilgan',
        ru: '95 из 100 выполнены за это время',
        en: '95 of 100 were done within this time',
      }),
    }),
    async ({ db, now, settings }) => {
      // What is away is told by its own alert, and what a higher rank has overtaken was not to be done any more.
      // A late answer took at least as long as it was waited for.
      const [row] = await db.sql<{
        counted: number;
        failed: number;
        answered: number;
        p95: number | null;
      }>(
        `select count(*)::int as counted, count(*) filter (where status not in ('ok', 'late'))::int as failed,
           count(*) filter (where status in ('ok', 'late'))::int as answered,
           percentile_disc(0.95) within group (order by coalesce(latency_ms, ?::float8))
             filter (where status in ('ok', 'late')) as p95
         from relay_commands
         where answered_at > ?::timestamptz - interval '10 minutes' and answered_at <= ?::timestamptz
           and status not in ('pending', 'offline') and code is distinct from 'overtaken'`,
        [relaySettingsOf(settings).COMMAND_ACK_TIMEOUT_MS, now, now],
      );
      const { counted, failed, answered, p95 } = row ?? {
        counted: 0,
        failed: 0,
        answered: 0,
        p95: null,
      };
      return {
        counted,
        failed,
        success: counted === 0 ? null : Math.floor((1 - failed / counted) * 100_000) / 1000,
        answered,
        p95: p95 === null ? null : Math.round(p95) / 1000,
      };
    },
  ),
  standing(
    'relays_away',
    {
      uz: 'aloqasi yo‘q relelar',
      ru: 'реле без связи',
      en: 'relay devices that are offline',
    },
    object({
      known: integer({ min: 0 }).doc({
        uz: 'faol va avval ulangan qurilmalar soni',
        ru: 'сколько включённых устройств уже бывали на связи',
        en: 'how many are active and have been connected before',
      }),
      offline: integer({ min: 0 }).doc({
        uz: 'shulardan nechtasi aloqada emas',
        ru: 'сколько из них не на связи',
        en: 'how many of them are offline',
      }),
      share: percent().optional().doc({
        uz: 'aloqasi yo‘qlar ulushi',
        ru: 'доля тех, кто не на связи',
        en: 'share of those that are offline',
      }),
    }),
    async ({ db }) => {
      const [row] = await db.sql<{ known: number; offline: number }>(
        `select count(*)::int as known, count(*) filter (where not online)::int as offline
         from devices where device_type = 'relay_switch' and active and last_heartbeat_at is not null`,
      );
      const { known, offline } = row ?? { known: 0, offline: 0 };
      return {
        known,
        offline,
        share: known === 0 ? null : Math.floor((offline / known) * 100_000) / 1000,
      };
    },
  ),
];
