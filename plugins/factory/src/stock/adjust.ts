import { randomUUID } from 'node:crypto';
import type { BaseContext, FactContext, ValueOf } from '@qoida/core';
import { conflict, one, oneOf, operation, quantity, Refusal, text } from '@qoida/core';
import { stockAdjusted } from '../events.ts';
import { grams, kg } from '../mass.ts';
import { MAI, SHP } from '../roles.ts';
import { weigh } from '../weighing.ts';
import { requireStorekeeper } from './direction.ts';
import { lockedBook, materialKey, post } from './ledger.ts';
import { placeId } from './locations.ts';
import type { BatchLine } from './transfer-lines.ts';
import { batchLineFields, lineOfInput, requireBatch } from './transfer-lines.ts';

const STOREKEEPER = { MAIN: MAI, SHOP: SHP } as const;
const place = () => oneOf('MAIN', 'SHOP');
const mass = () => quantity('kg', { resolution: 0.001 });

const counted = {
  location: place(),
  material: text(),
  batch_no: text(),
  book_kg: mass(),
  /** Known once the reading is bound, which is before the gates judge. */
  measured_kg: mass().optional(),
  difference_kg: mass().optional(),
  scale_event_id: text().optional(),
  stock_txn_id: text(),
};
type Count = ValueOf<typeof counted>;

const countFact = one(counted, async (context: FactContext) => {
  const line = lineOf(context.facts as { lines: readonly BatchLine[] });
  const location = context.input.location as keyof typeof STOREKEEPER;
  const item = materialKey(line.material, line.batch_no);
  const book = await lockedBook(context, await placeId(context, location), [item]);
  return {
    location,
    material: line.material.code,
    batch_no: line.batch_no,
    book_kg: book.get(item) ?? 0,
    measured_kg: null,
    difference_kg: null,
    scale_event_id: null,
    stock_txn_id: randomUUID(),
  };
});

/**
 * F-API-126, F-OP-12: what lies there is weighed, and the book follows. Who has to agree stands in
 * `factory.stock`; stock that moved meanwhile is counted anew.
 */
export const adjustStock = operation({
  name: 'stock.adjust',
  http: 'POST /stock/adjust',
  status: 200,
  summary: {
    uz: 'Qoldiqni tuzatish',
    ru: 'Исправить остаток',
    en: 'Correct a stock by weighing it',
  },
  roles: [MAI, SHP],
  effect: 'record',
  input: {
    location: place(),
    ...batchLineFields(),
    reason: text({ pattern: '\\S', maxLength: 500 }),
  },
  facts: { lines: lineOfInput, count: countFact },
  emits: [stockAdjusted],
  async prepare(context) {
    const { facts, input } = context;
    requireStorekeeper(context, STOREKEEPER[input.location]);
    const line = lineOf(facts);
    await requireBatch(context, line.material, line.batch_no);
    try {
      await measure(context, line, facts.count);
    } catch (error) {
      // The calibration comes first: `run` meets the same refusal if the gates let it come so far.
      if (!(error instanceof Refusal)) throw error;
    }
    return { count: { ...facts.count } };
  },
  async run(context) {
    const { facts, input } = context;
    const { count } = facts;
    const line = lineOf(facts);
    const difference = await measure(context, line, count);
    if (difference === 0) {
      throw conflict('stock_agrees', 'The book has what was weighed', { book_kg: count.book_kg });
    }
    const at = await placeId(context, input.location);
    await post(context, [
      {
        id: count.stock_txn_id,
        type: 'ADJUST',
        item: materialKey(line.material, line.batch_no),
        ...(difference > 0 ? { to: at } : { from: at }),
        qty: kg(Math.abs(difference)),
        scale_event_id: String(count.scale_event_id),
        ref_doc: { book_kg: count.book_kg },
      },
    ]);
    const { location, batch_no, book_kg } = count;
    const told = {
      location,
      material_id: line.material.id,
      batch_no,
      book_kg,
      measured_kg: kg(grams(book_kg) + difference),
      difference_kg: kg(difference),
    };
    await context.emit(stockAdjusted, told);
    return { ...told, material: count.material, stock_txn_id: count.stock_txn_id };
  },
});

function lineOf(facts: { readonly lines: readonly BatchLine[] }): BatchLine {
  const [line] = facts.lines;
  if (line === undefined) throw new Error('a count has one line');
  return line;
}

/** Weighs once; an empty place is a count as well. @returns measured less book, grams */
async function measure(context: BaseContext, line: BatchLine, count: Count): Promise<number> {
  if (count.measured_kg === null) {
    const target = { stock_txn_id: count.stock_txn_id };
    const bound = await weigh(context, line, target, { allowZero: true });
    count.measured_kg = bound.net_kg;
    count.difference_kg = kg(grams(bound.net_kg) - grams(count.book_kg));
    count.scale_event_id = bound.scale_event_id;
  }
  return grams(count.measured_kg) - grams(count.book_kg);
}
