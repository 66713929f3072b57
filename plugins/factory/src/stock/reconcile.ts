import { operation } from '@qoida/core';
import { stockReconciled } from '../events.ts';
import { DIR, INT } from '../roles.ts';

interface Difference {
  readonly place: string;
  readonly item: string;
  readonly batch_no: string;
  readonly booked: number;
  readonly ledger: number;
}

const SHOWN = 200;
const LONGEST = 500;

/**
 * F-ALG-20, F-DM-56: each balance of a place against the sum of its ledger, Σ to − Σ from, where a snapshot
 * counts by its effect. It changes nothing: what differs is listed and told.
 */
export const reconcileStock = operation({
  name: 'stock.reconcile',
  http: 'POST /stock/reconcile',
  status: 200,
  summary: { uz: 'Qoldiqlarni solishtirish', ru: 'Сверка остатков', en: 'Reconcile the stock' },
  roles: [DIR, INT],
  effect: 'record',
  input: {},
  emits: [stockReconciled],
  async run({ db, emit }) {
    const found = await db.sql<Difference & { every: number }>(DIFFERENCES);
    const differences = found[0]?.every ?? 0;
    const lines = found.map(({ place, item, batch_no }) =>
      [place, item, batch_no].filter((part) => part !== '').join(' '),
    );
    await emit(stockReconciled, { differences, places: lines.join(', ').slice(0, LONGEST) || '–' });
    const items = found.map(({ every: _, ...difference }) => difference);
    return { differences, items };
  },
});

const DIFFERENCES = `
  with moved as (
    select to_location_id as location_id, item_type, coalesce(material_id, sku_id) as thing,
      coalesce(batch_no, '') as batch_no, coalesce((ref_doc->>'effect_kg')::numeric, qty) as qty
    from stock_txn where to_location_id is not null
    union all
    select from_location_id, item_type, coalesce(material_id, sku_id), coalesce(batch_no, ''),
      -coalesce((ref_doc->>'effect_kg')::numeric, qty)
    from stock_txn where from_location_id is not null
  ), ledger as (
    select location_id, item_type, thing, batch_no, sum(qty) as qty from moved group by 1, 2, 3, 4
  ), booked as (
    select location_id, item_type, coalesce(material_id, sku_id) as thing,
      coalesce(batch_no, '') as batch_no, qty from stock_items
  )
  select l.code as place, coalesce(m.name, s.code) as item, batch_no,
    coalesce(booked.qty, 0)::float8 as booked, coalesce(ledger.qty, 0)::float8 as ledger,
    (count(*) over ())::int as every
  from booked full join ledger using (location_id, item_type, thing, batch_no)
  join stock_locations l on l.id = location_id
  left join materials m on m.id = thing left join skus s on s.id = thing
  where abs(coalesce(booked.qty, 0) - coalesce(ledger.qty, 0)) >= 0.001
  order by 1, 2, 3 limit ${SHOWN}`;
