import { byId, id, oneOf, operation, quantity } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import { material } from '../master/records.ts';

export interface BatchStock {
  readonly batch_no: string;
  readonly qty_kg: number;
  readonly received_at: Date | null;
}
export interface ProposedBatch {
  readonly batch_no: string;
  readonly qty_kg: number;
  readonly book_kg: number;
}

/**
 * Batches by age until the wanted quantity is covered (F-ALG-18): oldest first, those without a
 * date last, then by number. What can't be covered is the caller's to see: the sum is then smaller.
 */
export function proposeBatches(stock: readonly BatchStock[], wantedKg: number): ProposedBatch[] {
  const ordered = stock.filter((batch) => batch.qty_kg > 0).toSorted(byAge);
  const proposal: ProposedBatch[] = [];
  let missing = grams(wantedKg);
  for (const batch of ordered) {
    if (missing <= 0) break;
    const taken = Math.min(missing, grams(batch.qty_kg));
    proposal.push({ batch_no: batch.batch_no, qty_kg: kg(taken), book_kg: batch.qty_kg });
    missing -= taken;
  }
  return proposal;
}

function byAge(a: BatchStock, b: BatchStock): number {
  const age = (batch: BatchStock) => batch.received_at?.getTime() ?? Number.POSITIVE_INFINITY;
  const [left, right] = [age(a), age(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a.batch_no < b.batch_no ? -1 : 1;
}

/** F-M1-02: the storekeeper sees which batches to take and may choose others. */
export const fifoProposal = operation({
  name: 'stock.fifo_proposal',
  http: 'GET /stock/proposal',
  summary: {
    uz: 'Qaysi partiyalarni olish (FIFO)',
    ru: 'Какие партии взять (FIFO)',
    en: 'Which batches to take (FIFO)',
  },
  roles: '*',
  effect: 'read',
  input: {
    material_id: id('material'),
    qty_kg: quantity('kg', { resolution: 0.001, min: 0 }),
    location: oneOf('MAIN', 'SHOP').default('MAIN'),
  },
  facts: { material: byId(material, 'material_id') },
  async run({ db, facts, input }) {
    const stock = await db.sql<BatchStock>(
      `select i.batch_no, i.qty as qty_kg, b.received_at
       from stock_items i
       join stock_locations l on l.id = i.location_id and l.code = ?
       left join material_batches b on b.material_id = i.material_id and b.batch_no = i.batch_no
       where i.material_id = ? and i.batch_no is not null and i.qty > 0`,
      [input.location, facts.material.id],
    );
    const batches = proposeBatches(stock, input.qty_kg);
    const covered = batches.reduce((sum, batch) => sum + grams(batch.qty_kg), 0);
    return {
      material_id: facts.material.id,
      batches,
      missing_kg: kg(grams(input.qty_kg) - covered),
    };
  },
});
