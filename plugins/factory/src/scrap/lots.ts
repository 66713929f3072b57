import type { BaseContext, RowOf } from '@qoida/core';
import type { sku } from '../master/records.ts';
import type { packageRecord } from '../packaging/records.ts';
import { actingUser } from '../people.ts';
import { scrapLot } from './records.ts';

/** A rejected package or part becomes scrap of its session with the weight it has already (F-M6-09). */
export function rejectedLot(
  context: BaseContext,
  row: RowOf<typeof packageRecord>,
  product: RowOf<typeof sku>,
  source: 'qc_reject' | 'qc_partial' | 'review_reject',
): Promise<RowOf<typeof scrapLot>> {
  if (row.weight_kg === null) throw new Error(`package ${row.qr_code} has no weight to scrap`);
  return context.db.of(scrapLot).insert({
    session_id: row.session_id,
    source,
    package_id: row.id,
    gross_kg: row.gross_kg,
    tare_kg: row.tare_kg,
    qty_kg: row.weight_kg,
    remaining_kg: row.weight_kg,
    recyclable: product.is_recyclable_for_rework,
    scale_event_id: row.scale_event_id,
    created_by: actingUser(context),
  });
}
