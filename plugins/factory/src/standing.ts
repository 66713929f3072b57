import {
  integer,
  list,
  number,
  object,
  quantity,
  type StandingFact,
  standing,
  text,
} from '@qoida/core';

/** How the plant stands at a moment, for its alerts (F-ALT-01, F-ALT-03). */
export const plantStanding: readonly StandingFact[] = [
  standing(
    'running_sessions',
    {
      uz: 'ishlab chiqarish borayotgan sessiyalar',
      ru: 'сессии, в которых идёт производство',
      en: 'sessions whose production is running',
    },
    list(
      object({
        session_id: text(),
        workcenter: text(),
        running_for: quantity('s', { min: 0 }),
      }),
    ),
    ({ db, now }) =>
      db.sql(
        `select s.id as session_id, w.code as workcenter,
           greatest(0, round(extract(epoch from ?::timestamptz - s.started_at)))::float8 as running_for
         from sessions s join workcenters w on w.id = s.workcenter_id
         where s.status = 'opened' and s.production_ended_at is null order by w.code limit 200`,
        [now],
      ),
  ),
  standing(
    'trusted_weighings',
    {
      uz: 'bir sutkada tarozidan olingan vaznlar ulushi (F-ALG-16)',
      ru: 'доля взвешиваний на весах за сутки (F-ALG-16)',
      en: 'share of weighings of the last 24 hours that came from a scale (F-ALG-16)',
    },
    quantity('%', { resolution: 0.001, min: 0, max: 100 }),
    async ({ db, now }) => {
      const [row] = await db.sql<{ trusted: number; every: number }>(
        `with weighed as (
           select weight_trusted as trusted from packages
           where created_at > ?::timestamptz - interval '1 day' and status <> 'void'
           union all
           select true from stock_txn
           where created_at > ?::timestamptz - interval '1 day' and scale_event_id is not null
           union all
           select trusted from disposed_log where created_at > ?::timestamptz - interval '1 day')
         select count(*) filter (where trusted) as trusted, count(*) as every from weighed`,
        [now, now, now],
      );
      const { trusted, every } = row ?? { trusted: 0, every: 0 };
      return every === 0 ? 100 : Math.floor((trusted / every) * 100_000) / 1000;
    },
  ),
  standing(
    'transfers_in_dispute',
    {
      uz: 'farqi qabul qilinmagan ko‘chirishlar soni',
      ru: 'перемещения с непринятой разницей',
      en: 'transfers whose difference nobody has accepted yet',
    },
    integer({ min: 0 }),
    async ({ db }) => {
      const [row] = await db.sql<{ count: number }>(
        `select count(*) as count from stock_transfers where status = 'discrepancy'`,
      );
      return row?.count ?? 0;
    },
  ),
  standing(
    'delta_trend',
    {
      uz: 'yopilgan sessiyalarda Δ ning chegaraga nisbati: oxirgi 7 kun va undan oldingi 7 kun (F-OP-50)',
      ru: 'отношение Δ к пределу в закрытых сессиях: за 7 дней и за 7 дней до них (F-OP-50)',
      en: 'Δ as a share of its limit over closed sessions: of the last 7 days and of the 7 days before (F-OP-50)',
    },
    object({
      recent: number({ resolution: 0.001, min: 0 }).optional(),
      before: number({ resolution: 0.001, min: 0 }).optional(),
    }),
    async ({ db, now }) => {
      const [row] = await db.sql<{ recent: number | null; before: number | null }>(
        `select round(avg(share) filter (where ended_at >= ?::timestamptz - interval '7 days'), 3)::float8 as recent,
           round(avg(share) filter (where ended_at < ?::timestamptz - interval '7 days'), 3)::float8 as before
         from (
           select s.ended_at, b.delta_session_kg / b.limit_kg as share
           from sessions s join session_balances b on b.session_id = s.id
           where s.ended_at > ?::timestamptz - interval '14 days' and b.closed and b.limit_kg > 0) as closed`,
        [now, now, now],
      );
      return row ?? { recent: null, before: null };
    },
  ),
];
