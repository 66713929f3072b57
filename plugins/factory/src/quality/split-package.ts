import type { BaseContext, RowOf } from '@qoida/core';
import type { sku } from '../master/records.ts';
import { nextQr } from '../packaging/qr.ts';
import { packageRecord } from '../packaging/records.ts';
import { rejectedLot } from '../scrap/lots.ts';
import { qcRecord } from './records.ts';
import type { SplitParts } from './split.ts';

interface Split {
  readonly row: RowOf<typeof packageRecord>;
  readonly product: RowOf<typeof sku>;
  /** The parent's decision. */
  readonly stamped: RowOf<typeof qcRecord>;
  readonly parts: SplitParts;
}

/**
 * Divides a package: the OK part is a package of its own in the balance, the rejected part becomes
 * a scrap lot, the parent leaves the balance; both parts sum to it to the gram (F-OP-08, F-INV-07).
 */
export async function splitPackage(context: BaseContext, given: Split) {
  const ok = await child(context, given, 'ok');
  const rejected = await child(context, given, 'reject');
  await rejectedLot(context, rejected, given.product, 'qc_partial');
  return [ok, rejected].map(({ id, qr_code, status, weight_kg, weight_trusted }) => ({
    id,
    qr_code,
    status,
    weight_kg,
    weight_trusted,
  }));
}

async function child(
  context: BaseContext,
  { row, stamped, parts }: Split,
  part: 'ok' | 'reject',
): Promise<RowOf<typeof packageRecord>> {
  const made = await context.db.of(packageRecord).insert({
    session_id: row.session_id,
    sku_id: row.sku_id,
    status: part === 'ok' ? 'qc_ok' : 'qc_reject',
    weight_kg: part === 'ok' ? parts.ok_kg : parts.reject_kg,
    weight_trusted: parts.source === 'split_rs' && row.weight_trusted,
    weight_source: parts.source,
    scale_event_id: parts.scale_event_id,
    tolerance_status: row.tolerance_status,
    review_state: row.review_state,
    parent_package_id: row.id,
    degaz_status: row.degaz_status,
    created_by: stamped.inspector_id,
    qr_code: await nextQr(context),
  });
  await context.db.of(qcRecord).insert({
    package_id: made.id,
    inspector_id: stamped.inspector_id,
    decision: part,
    e_pechat_hash: stamped.e_pechat_hash,
    photos: stamped.photos,
    parent_record_id: stamped.id,
    derived: true,
  });
  return made;
}
