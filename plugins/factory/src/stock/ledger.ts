import { randomUUID } from 'node:crypto';
import type { BaseContext, RowOf } from '@qoida/core';
import { conflict } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import type { material } from '../master/records.ts';
import { actingUser } from '../people.ts';
import type { RefDoc, TxnType } from './records.ts';
import { stockTxn } from './records.ts';

/** What lies in a place: a material (or VT, which is a material too, F-OP-46) or a product, of one batch. */
export interface StockKey {
  readonly item_type: 'material' | 'sku' | 'vt';
  readonly material_id: string | null;
  readonly sku_id: string | null;
  readonly batch_no: string | null;
}

/** One row of the ledger to be. `qty` in `uom` (kilograms by default), three decimals. */
export interface Posting {
  readonly id?: string;
  readonly type: TxnType;
  readonly item: StockKey;
  readonly from?: string;
  readonly to?: string;
  readonly qty: number;
  readonly uom?: 'kg' | 'm' | 'm2';
  readonly scale_event_id?: string;
  readonly ref_doc: RefDoc;
}

export interface Posted {
  readonly id: string;
  readonly ts: Date;
}

/** The stock key of a material's batch. */
export const materialKey = (row: RowOf<typeof material>, batchNo: string): StockKey => ({
  item_type: row.category === 'vt' ? 'vt' : 'material',
  material_id: row.id,
  sku_id: null,
  batch_no: batchNo,
});

export const skuKey = (skuId: string, batchNo: string | null): StockKey => ({
  item_type: 'sku',
  material_id: null,
  sku_id: skuId,
  batch_no: batchNo,
});

interface Balance {
  readonly id: string;
  readonly qty: number;
}
interface Movement {
  readonly location: string;
  readonly item: StockKey;
  readonly uom: string;
  /** Thousandths of the unit, signed. */
  delta: number;
}

const keyText = (location: string, item: StockKey) =>
  [location, item.item_type, item.material_id ?? item.sku_id, item.batch_no ?? ''].join(' ');

/**
 * Writes ledger rows and moves the stock they move, all or nothing.
 * Stock rows are locked in id order; none may fall below zero (F-INV-01, F-OP-12).
 * @returns the rows' ids in the order of `postings`
 * @throws Refusal business_conflict insufficient_stock with the book value
 */
export async function post(context: BaseContext, postings: readonly Posting[]): Promise<Posted[]> {
  const movements = netMovements(postings);
  const balances = await lockBalances(context, movements);
  for (const movement of movements) {
    const balance = balances.get(keyText(movement.location, movement.item)) as Balance;
    const after = grams(balance.qty) + movement.delta;
    if (after < 0) throw await insufficient(context, movement, balance.qty);
    await context.db.sql('update stock_items set qty = ? where id = ?', [kg(after), balance.id]);
  }
  const posted: Posted[] = [];
  for (const posting of postings) posted.push(await insertTxn(context, posting));
  return posted;
}

/**
 * Book quantity of one item in one place, its row locked until the end of the operation.
 * An item that was never there has 0.
 */
export async function lockedBook(
  context: BaseContext,
  location: string,
  items: readonly StockKey[],
): Promise<Map<StockKey, number>> {
  const movements = items.map((item) => ({ location, item, uom: 'kg', delta: 0 }));
  const balances = await lockBalances(context, movements);
  return new Map(items.map((item) => [item, balances.get(keyText(location, item))?.qty ?? 0]));
}

/** What the postings do to each place and item, summed. A snapshot acts by its effect (F-DM-56). */
export function netMovements(postings: readonly Posting[]): Movement[] {
  const net = new Map<string, Movement>();
  const add = (location: string, posting: Posting, delta: number) => {
    const key = keyText(location, posting.item);
    const known = net.get(key);
    if (known === undefined) {
      net.set(key, { location, item: posting.item, uom: posting.uom ?? 'kg', delta });
    } else known.delta += delta;
  };
  for (const posting of postings) {
    const moved = grams(posting.ref_doc.effect_kg ?? posting.qty);
    if (posting.from !== undefined) add(posting.from, posting, -moved);
    if (posting.to !== undefined) add(posting.to, posting, moved);
  }
  return [...net.values()];
}

async function lockBalances(
  context: BaseContext,
  movements: readonly Movement[],
): Promise<Map<string, Balance>> {
  const byKey = [...movements].sort((a, b) =>
    keyText(a.location, a.item) < keyText(b.location, b.item) ? -1 : 1,
  );
  for (const { location, item, uom } of byKey) {
    await context.db.sql(
      `insert into stock_items (location_id, item_type, material_id, sku_id, batch_no, uom)
       values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
      [location, item.item_type, item.material_id, item.sku_id, item.batch_no, uom],
    );
  }
  const locked = await context.db.sql<Balance & StockKey & { location_id: string }>(LOCK, [
    movements.map(({ location }) => location),
    movements.map(({ item }) => item.material_id ?? item.sku_id),
    movements.map(({ item }) => item.item_type),
    movements.map(({ item }) => item.batch_no ?? ''),
  ]);
  return new Map(
    locked.map((row) => [keyText(row.location_id, row), { id: row.id, qty: row.qty }]),
  );
}

const LOCK = `
select i.id, i.qty, i.location_id, i.item_type, i.material_id, i.sku_id, i.batch_no
from stock_items i
where (i.location_id, coalesce(i.material_id, i.sku_id), i.item_type, coalesce(i.batch_no, '')) in
      (select * from unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[]))
order by i.id for update`;

async function insertTxn(context: BaseContext, posting: Posting): Promise<Posted> {
  const row = await context.db.of(stockTxn).insert({
    id: posting.id ?? randomUUID(),
    type: posting.type,
    from_location_id: posting.from ?? null,
    to_location_id: posting.to ?? null,
    ...posting.item,
    qty: posting.qty,
    uom: posting.uom ?? 'kg',
    ts: context.now,
    by_user: actingUser(context),
    ref_doc: posting.ref_doc,
    scale_event_id: posting.scale_event_id ?? null,
    trace_id: context.traceId,
  });
  return { id: row.id, ts: row.ts };
}

async function insufficient(context: BaseContext, movement: Movement, book: number) {
  const [names] = await context.db.sql<{ location: string; item: string }>(
    `select (select code from stock_locations where id = ?) as location,
            coalesce((select code from materials where id = ?), (select code from skus where id = ?)) as item`,
    [movement.location, movement.item.material_id, movement.item.sku_id],
  );
  return conflict('insufficient_stock', 'The book has less than was weighed', {
    location: names?.location,
    item: names?.item,
    batch_no: movement.item.batch_no,
    book_kg: book,
    needed_kg: kg(-movement.delta),
  });
}
