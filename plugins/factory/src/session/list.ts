import { byId, id, oneOf, operation } from '@qoida/core';
import { paged, pageOf } from '../paging.ts';
import type { RecipeSnapshot } from './records.ts';
import { session } from './records.ts';

/** F-M3-12: `open` is opened and paused. */
const STATUSES = {
  open: ['opened', 'paused'],
  opened: ['opened'],
  paused: ['paused'],
  closed: ['closed'],
} as const;

/** GET /sessions: the newest first, with the names a screen shows (F-API-047). */
export const listSessions = operation({
  name: 'session.list',
  http: 'GET /sessions',
  summary: { uz: 'Sessiyalar', ru: 'Сессии', en: 'Sessions' },
  roles: '*',
  effect: 'read',
  input: {
    status: oneOf('open', 'opened', 'paused', 'closed').optional(),
    workcenter_id: id('workcenter').optional(),
    ...paged(),
  },
  run({ db, input }) {
    const statuses = input.status == null ? null : [...STATUSES[input.status]];
    return pageOf(db, LIST, [statuses, input.workcenter_id], input);
  },
});

const LIST = `
with wanted as (select ?::text[] as statuses, ?::uuid as workcenter_id)
select s.id, s.status, s.partiya_no, s.shift, s.business_date, s.started_at, s.production_ended_at, s.ended_at,
       s.pause_reason, s.reopen_count, s.operators, s.recipe_snapshot, s.workcenter_id,
       w.code as workcenter_code, s.sku_id, k.code as sku_code, k.name as sku_name, count(*) over () as total
from sessions s
cross join wanted
join workcenters w on w.id = s.workcenter_id
join skus k on k.id = s.sku_id
where (wanted.statuses is null or s.status = any(wanted.statuses))
  and (wanted.workcenter_id is null or s.workcenter_id = wanted.workcenter_id)
order by s.started_at desc, s.id
limit ? offset ?`;

/** One session with its operators' names and its frozen recipe. */
export const getSession = operation({
  name: 'session.get',
  http: 'GET /sessions/:session_id',
  summary: { uz: 'Sessiya', ru: 'Сессия', en: 'One session' },
  roles: '*',
  effect: 'read',
  input: { session_id: id('session') },
  facts: {
    session: byId(session, 'session_id', {
      computed: ['workcenter_code', 'sku_code', 'pending_packages', 'open_vt_gates'],
    }),
  },
  async run({ db, facts }) {
    const row = facts.session;
    const people = await db.sql<{ id: string; username: string; full_name: string }>(
      'select id, username, full_name from users where id = any(?) order by username',
      [row.operators],
    );
    return {
      id: row.id,
      status: row.status,
      workcenter_id: row.workcenter_id,
      workcenter_code: row.workcenter_code,
      sku_id: row.sku_id,
      sku_code: row.sku_code,
      partiya_no: row.partiya_no,
      shift: row.shift,
      business_date: row.business_date,
      started_at: row.started_at,
      production_ended_at: row.production_ended_at,
      ended_at: row.ended_at,
      pause_reason: row.pause_reason,
      reopen_count: row.reopen_count,
      operators: row.operators,
      people,
      recipe_snapshot: row.recipe_snapshot as RecipeSnapshot | null,
      pending_packages: row.pending_packages,
      open_vt_gates: row.open_vt_gates,
    };
  },
});
