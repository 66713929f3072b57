import { id, operation, text } from '@qoida/core';
import { paged, pageOf } from '../paging.ts';
import { OTK, SEX, TEX } from '../roles.ts';

/** F-API-055, F-M6-01: what waits for OTK; a package that the chief hasn't let through isn't here. */
export const qcQueue = operation({
  name: 'qc.queue',
  http: 'GET /qc/queue',
  summary: { uz: 'OTK navbati', ru: 'Очередь ОТК', en: 'Quality queue' },
  roles: [OTK, SEX, TEX],
  effect: 'read',
  input: {
    workcenter_id: id('workcenter').optional(),
    sku_id: id('sku').optional(),
    partiya_no: text({ maxLength: 64 }).optional(),
    ...paged(),
  },
  run: ({ db, input }) =>
    pageOf(db, QUEUE, [input.workcenter_id, input.sku_id, input.partiya_no], input),
});

const QUEUE = `
with wanted as (select ?::uuid as workcenter_id, ?::uuid as sku_id, ?::text as partiya_no)
select p.id, p.session_id, p.sku_id, p.qr_code, p.status, p.weight_kg, p.weight_trusted, p.length_m,
       p.length_trusted, p.norm_kg, p.diff_pct, p.tolerance_status, p.review_state, p.degaz_status, p.created_at,
       k.code as sku, w.code as workcenter, s.partiya_no,
       exists (select 1 from approval_requests r
          where r.operation = 'package.void' and r.object_id = p.id and r.state = 'pending') as void_asked,
       count(*) over () as total
from packages p
cross join wanted
join sessions s on s.id = p.session_id
join skus k on k.id = p.sku_id
join workcenters w on w.id = s.workcenter_id
where p.status = 'awaiting_qc'
  and (p.tolerance_status = 'ok' or p.review_state = 'approved')
  and p.length_state in ('none', 'approved')
  and (wanted.workcenter_id is null or s.workcenter_id = wanted.workcenter_id)
  and (wanted.sku_id is null or p.sku_id = wanted.sku_id)
  and (wanted.partiya_no is null or s.partiya_no = wanted.partiya_no)
order by p.created_at, p.id
limit ? offset ?`;
