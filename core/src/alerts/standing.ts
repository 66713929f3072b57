import { integer, list, object, quantity, text } from '../api/fields.ts';
import { type StandingFact, standing } from '../api/standing.ts';

/** How the platform's own things stand, for alerts of any plant. */
export const platformStanding: readonly StandingFact[] = [
  standing(
    'silent_for',
    {
      uz: 'tarozilardan oxirgi vazn kelganidan beri o‘tgan vaqt',
      ru: 'сколько нет показаний весов',
      en: 'time since the last reading of any scale',
    },
    quantity('s', { min: 0 }),
    async ({ db, now }) => {
      // Where nothing was read for days it counts from the newest scale; without a scale nothing is silent.
      const [row] = await db.sql<{ at: Date | null }>(
        `select coalesce(
           (select max(ts_ingested) from scale_events where ts_ingested > ?::timestamptz - interval '3 days'),
           (select greatest(max(created_at), ?::timestamptz - interval '3 days') from devices
            where active and device_type = 'scale' having count(*) > 0)) as at`,
        [now, now],
      );
      return row?.at == null
        ? 0
        : Math.max(0, Math.round((now.getTime() - row.at.getTime()) / 1000));
    },
  ),
  standing(
    'calibrations_due',
    {
      uz: 'kalibrlash muddati 30 kun ichida tugaydigan qurilmalar',
      ru: 'приборы, поверка которых кончается за 30 дней',
      en: 'devices whose calibration ends within 30 days, or has ended',
    },
    list(object({ code: text(), days_left: integer() })),
    async ({ db, now }) =>
      db.sql(
        `select code, floor(extract(epoch from calibration_due_at - ?::timestamptz) / 86400)::int as days_left
         from devices where active and calibration_due_at < ?::timestamptz + interval '30 days'
         order by calibration_due_at, code limit 500`,
        [now, now],
      ),
  ),
  standing(
    'devices_unheard',
    {
      uz: 'signali kelmayotgan faol qurilmalar',
      ru: 'включённые приборы, которых не слышно',
      en: 'active devices that have been heard before and are silent now',
    },
    list(object({ code: text(), silent_for: quantity('s', { min: 0 }) })),
    async ({ db, now }) =>
      db.sql(
        `select code, greatest(0, round(extract(epoch from ?::timestamptz - last_heartbeat_at)))::float8 as silent_for
         from devices where active and last_heartbeat_at < ?::timestamptz - interval '1 minute'
         order by last_heartbeat_at, code limit 500`,
        [now, now],
      ),
  ),
  standing(
    'partitions_missing',
    {
      uz: 'oldindan ochilmagan jadval bo‘limlari (bugungi va keyingi davr)',
      ru: 'не созданные заранее разделы таблиц (на сейчас и на следующий срок)',
      en: 'partitions of tables that were not made ahead, for now and the period that follows',
    },
    integer({ min: 0 }),
    async ({ db, now }) => {
      const [row] = await db.sql<{ count: number }>(
        `select count(*) as count from partitioned_tables t cross join generate_series(0, 1) as ahead
         where to_regclass(quote_ident(t.table_name || to_char(
           (?::timestamptz at time zone 'UTC') + ahead * ('1 ' || t.every)::interval,
           case t.every when 'day' then '_YYYY_MM_DD' else '_YYYY_MM' end))) is null`,
        [now],
      );
      return row?.count ?? 0;
    },
  ),
  standing(
    'messages_given_up',
    {
      uz: 'bir sutkada yetib bormagan xabarlar soni',
      ru: 'сообщения, не дошедшие за сутки',
      en: 'messages of alerts that were given up within a day',
    },
    integer({ min: 0 }),
    async ({ db, now }) => {
      const [row] = await db.sql<{ count: number }>(
        `select count(*) as count from alert_deliveries
         where status = 'dead' and created_at > ?::timestamptz - interval '1 day'`,
        [now],
      );
      return row?.count ?? 0;
    },
  ),
  standing(
    'events_waiting',
    {
      uz: 'bir daqiqadan beri yetkazilmagan hodisalar soni',
      ru: 'события, не доставленные дольше минуты',
      en: 'events that have not been delivered for a minute or longer',
    },
    integer({ min: 0 }),
    async ({ db, now }) => {
      const [row] = await db.sql<{ count: number }>(
        `select count(*) as count from outbox
         where delivered_at is null and created_at < ?::timestamptz - interval '1 minute'`,
        [now],
      );
      return row?.count ?? 0;
    },
  ),
  standing(
    'actions_given_up',
    {
      uz: 'bajarilmay qolgan va odamni kutayotgan amallar soni',
      ru: 'действия, которые не удались и ждут человека',
      en: 'actions of automations that were given up and wait for a person',
    },
    integer({ min: 0 }),
    async ({ db }) => {
      const [row] = await db.sql<{ count: number }>(
        `select count(*) as count from rule_actions where status = 'dead'`,
      );
      return row?.count ?? 0;
    },
  ),
  standing(
    'schedule_lag',
    {
      uz: 'jadval ishga tushishi qancha kechikmoqda: oxirgi 10 daqiqada yoki hozir',
      ru: 'насколько опаздывают запуски по расписанию: за 10 минут или сейчас',
      en: 'how late runs of schedules begin: within 10 minutes, or now where one is due',
    },
    quantity('s', { resolution: 0.001, min: 0 }),
    async ({ db, now }) => {
      // A run that is due and has not begun is late already; one that a person switched off is not due.
      const [row] = await db.sql<{ late: number | null }>(
        `select greatest(max((s.state->'late'->>'seconds')::float8)
             filter (where (s.state->'late'->>'at')::float8 > ?::float8 - 600000),
           max(?::float8 - (s.state->>'next')::float8) filter (where o.rule is null) / 1000, 0) as late
         from rule_states s left join rule_switches o on o.rule = s.rule and o.off
         where jsonb_exists(s.state, 'upTo')`,
        [now.getTime(), now.getTime()],
      );
      return Math.round((row?.late ?? 0) * 1000) / 1000;
    },
  ),
];
