import type { BaseContext, ImportDef } from '@qoida/core';
import { conflict, instant, invalid, number, oneOf, text } from '@qoida/core';
import { material, materialBatch, sku, stockLocation } from '../master/records.ts';
import { INT } from '../roles.ts';
import type { StockKey } from '../stock/ledger.ts';
import { materialKey, post, skuKey } from '../stock/ledger.ts';
import { placeId } from '../stock/locations.ts';
import { named } from './master.ts';
import { upsert } from './upsert.ts';

/** F-CSV-07, F-OP-31: how stock first appears. A repeated row changes nothing, a different one is refused. */
export const importOpeningStock: ImportDef = {
  entity: 'opening_stock',
  roles: [INT, 'admin'],
  columns: {
    location: text({ maxLength: 64 }),
    item_type: oneOf('material', 'sku', 'vt'),
    code: text({ maxLength: 64 }),
    batch_no: text({ maxLength: 64 }).optional(),
    qty: number({ resolution: 0.001, min: 0.001 }),
    uom: oneOf('kg', 'm', 'm2').default('kg'),
    received_at: instant().optional(),
  },
  async apply(row, context) {
    const place = await locationOf(context, String(row.location));
    const item = await itemOf(context, row);
    const qty = Number(row.qty);
    const [opened] = await context.db.sql<{ qty: number }>(OPENED, [
      place,
      item.material_id ?? item.sku_id,
      item.batch_no ?? '',
    ]);
    if (opened?.qty === qty) return;
    if (opened !== undefined) {
      throw conflict('opening_exists', `This item was opened with ${opened.qty}`, {
        column: 'qty',
        opened: opened.qty,
      });
    }
    const uom = row.uom as 'kg' | 'm' | 'm2';
    await post(context, [{ type: 'OPENING', item, to: place, qty, uom, ref_doc: {} }]);
  },
};

const OPENED = `
select qty from stock_txn
where type = 'OPENING' and to_location_id = ? and coalesce(material_id, sku_id) = ? and coalesce(batch_no, '') = ?`;

async function locationOf(context: BaseContext, code: string): Promise<string> {
  if (code === 'MAIN' || code === 'SHOP' || code === 'FG') return placeId(context, code);
  return (await named(context, stockLocation, 'location', code)).id;
}

async function itemOf(
  context: BaseContext,
  row: Readonly<Record<string, unknown>>,
): Promise<StockKey> {
  const batch = row.batch_no as string | null;
  const code = String(row.code);
  if (row.item_type === 'sku') return skuKey((await named(context, sku, 'code', code)).id, batch);
  const found = await named(context, material, 'code', code);
  if ((found.category === 'vt') !== (row.item_type === 'vt')) {
    throw invalid('item_type_mismatch', `${code} is of category ${found.category}`, {
      column: 'item_type',
    });
  }
  if (batch === null)
    throw invalid('batch_missing', 'A material has a batch number', { column: 'batch_no' });
  const received = row.received_at as Date | null;
  await upsert(
    context,
    materialBatch,
    { material_id: found.id, batch_no: batch },
    received === null ? {} : { received_at: received },
  );
  return materialKey(found, batch);
}
