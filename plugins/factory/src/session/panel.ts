import type { BaseContext } from '@qoida/core';
import { byId, id, operation } from '@qoida/core';
import { workcenter } from '../master/records.ts';
import { DIR, OPR, SEX, TEX } from '../roles.ts';
import { BALANCE_TERMS, balanceOf } from './balance.ts';
import { session } from './records.ts';

/** F-API-107, F-M3-11: what a work centre is doing now; no session means no figures, not zeros. */
export const sessionLive = operation({
  name: 'session.live',
  http: 'GET /dash/session-live',
  summary: { uz: 'Sessiya paneli', ru: 'Панель сессии', en: 'Live session panel' },
  roles: [SEX, TEX, DIR, OPR],
  effect: 'read',
  input: { workcenter_id: id('workcenter') },
  facts: { workcenter: byId(workcenter, 'workcenter_id') },
  async run(context) {
    const place = context.facts.workcenter;
    const [running] = await context.db.sql<{ id: string }>(
      `select id from sessions where workcenter_id = ? and status in ('opened', 'paused')
       order by (production_ended_at is null) desc, started_at desc limit 1`,
      [place.id],
    );
    if (running === undefined) return { workcenter: place.code, session: null };
    const row = await context.db.of(session).get(running.id, { computed: [...BALANCE_TERMS] });
    const balance = balanceOf(context, row);
    return {
      workcenter: place.code,
      session: { id: row.id, status: row.status, partiya_no: row.partiya_no },
      input: balance.input_kg,
      good: balance.good_kg,
      wip: balance.wip_kg,
      scrap_expected: balance.scrap_expected_kg,
      delta: balance.delta_session_kg,
      limit: balance.limit_kg,
      gates: await openGates(context, row.id),
    };
  },
});

const openGates = (context: BaseContext, sessionId: string) =>
  context.db.sql(
    `select id as gate_id, gate, message, last_hit_at as ts from gate_log
     where session_id = ? and released_at is null order by last_hit_at desc`,
    [sessionId],
  );

/** F-M7-05: everything from which the difference of a session could come. */
export const investigateSession = operation({
  name: 'session.investigate',
  http: 'GET /sessions/:session_id/investigate',
  summary: { uz: 'Farqni tekshirish', ru: 'Разбор расхождения', en: 'Investigate the difference' },
  roles: [SEX, TEX, DIR],
  effect: 'read',
  input: { session_id: id('session') },
  facts: { session: byId(session, 'session_id', { computed: [...BALANCE_TERMS] }) },
  async run(context) {
    const sessionId = context.facts.session.id;
    const found: Record<string, unknown> = {
      session_id: sessionId,
      balance: balanceOf(context, context.facts.session),
    };
    for (const [name, text] of Object.entries(LISTS)) {
      found[name] = await context.db.sql(text, [sessionId]);
    }
    return found;
  },
});

const LISTS = {
  inputs: `
    select l.material_id, m.code as material, k.code as sku, l.batch_no, l.qty_kg, l.is_vt, l.stock_txn_id,
           t.scale_event_id, l.created_at
    from session_input_links l
    left join materials m on m.id = l.material_id left join skus k on k.id = l.sku_id
    left join stock_txn t on t.id = l.stock_txn_id and t.ts = l.stock_txn_ts
    where l.session_id = ? order by l.created_at, l.id`,
  packages: `
    select id, qr_code, status, weight_kg, gross_kg, weight_trusted, weight_source, length_m, tolerance_status,
           review_state, scale_event_id, created_at
    from packages where session_id = ? order by created_at, id`,
  snapshots: `
    select w.wip_kg, w.superseded, l.measured_kg, l.book_kg, l.variance_kg, m.code as material, l.batch_no,
           l.session_id is not null as at_machine, l.scale_event_id, l.created_at
    from shop_snapshot_wip w join shop_snapshot_lines l on l.id = w.line_id join materials m on m.id = l.material_id
    where w.session_id = ? order by l.created_at, w.id`,
  lots: `
    select id, source, seal_no, qty_kg, remaining_kg, recyclable, status, package_id, scale_event_id, created_at
    from scrap_lots where session_id = ? order by created_at, id`,
  rework_links: `
    select scrap_lot_id, scrap_kg, vt_kg, mode, created_at
    from scrap_links where session_id = ? order by created_at, id`,
  disposed: `
    select id, qty_kg, reason, scrap_lot_id, trusted, scale_event_id, created_at
    from disposed_log where session_id = ? order by created_at, id`,
  // Only the partitions of the session's time are looked into.
  rs_events: `
    with s as (select id, started_at from sessions where id = ?),
    bound as (
      select p.scale_event_id as id from packages p join s on s.id = p.session_id
      union select t.scale_event_id from session_input_links l join s on s.id = l.session_id
            join stock_txn t on t.id = l.stock_txn_id and t.ts = l.stock_txn_ts
      union select n.scale_event_id from shop_snapshot_wip w join s on s.id = w.session_id
            join shop_snapshot_lines n on n.id = w.line_id
      union select c.scale_event_id from scrap_lots c join s on s.id = c.session_id
      union select d.scale_event_id from disposed_log d join s on s.id = d.session_id)
    select e.id, d.code as device, e.ts_device, e.ts_ingested, e.gross_kg, e.bind_ref
    from scale_events e join bound b on b.id = e.id join devices d on d.id = e.device_id
    where e.ts_ingested >= (select started_at - interval '1 day' from s)
    order by e.ts_ingested`,
} as const;
