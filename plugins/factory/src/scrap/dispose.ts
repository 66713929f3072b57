import { randomUUID } from 'node:crypto';
import type { BaseContext, RowOf, ValueOf } from '@qoida/core';
import { conflict, id, invalid, operation, quantity, text } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { DRB, SEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { isStrict } from '../settings.ts';
import { post, skuKey } from '../stock/ledger.ts';
import { scaleOf, typedWeightRefused, weigh, weighingFields } from '../weighing.ts';
import { disposedLog, scrapLot } from './records.ts';
import { oneScale } from './register.ts';

const input = {
  session_id: id('session').optional(),
  scrap_lot_id: id('scrap_lot').optional(),
  seal_no: text({ maxLength: 64 }).optional(),
  ...weighingFields(),
  tare_kg: quantity('kg', { resolution: 0.001, min: 0 }).default(0),
  qty_kg: quantity('kg', { resolution: 0.001, min: 0 })
    .optional()
    .doc(
      'part of a lot that was weighed before; outside strict mode also typed, when others agree',
    ),
  reason: text({ pattern: '\\S', maxLength: 500 }),
};
type Input = ValueOf<typeof input>;
type Lot = RowOf<typeof scrapLot>;

/**
 * Scrap that can't be used again leaves the plant (F-API-064, F-OP-32): out of a weighed lot, or
 * weighed now for a session that isn't closed, which lowers what is unexplained.
 */
export const disposeScrap = operation({
  name: 'rework.dispose',
  http: 'POST /rework/dispose',
  summary: { uz: 'Chiqindini yo‘q qilish', ru: 'Утилизировать отходы', en: 'Dispose of scrap' },
  roles: [DRB, SEX],
  effect: 'record',
  input,
  facts: { lines: oneScale },
  async run(context) {
    const found = await findLot(context, context.input);
    const place = await lockedSession(context, found?.session_id ?? context.input.session_id);
    const lot = found === null ? null : await context.db.of(scrapLot).get(found.id, { lock: true });
    if (lot === null && place.status === 'closed') {
      throw conflict(
        'session_closed_unregistered',
        'A closed session gives only from its own lots',
        {
          session_id: place.id,
        },
      );
    }
    const disposedId = randomUUID();
    const taken = await disposedMass(context, context.input, lot, disposedId);
    if (lot !== null) await takeFromLot(context, lot, taken.qty_kg);
    return keepDisposal(context, {
      disposedId,
      place,
      lot,
      reason: context.input.reason,
      ...taken,
    });
  },
});

async function findLot(context: BaseContext, given: Input): Promise<Lot | null> {
  if (given.scrap_lot_id !== null) return context.db.of(scrapLot).get(given.scrap_lot_id);
  if (given.seal_no === null) return null;
  const [open] = (await context.db.of(scrapLot).list({ seal_no: given.seal_no })).filter(
    (lot) => lot.status !== 'consumed',
  );
  if (open !== undefined) return open;
  throw conflict('seal_consumed', 'No open lot has this seal', { seal_no: given.seal_no });
}

function lockedSession(context: BaseContext, sessionId: string | null) {
  if (sessionId !== null)
    return context.db.of(session).get(sessionId, { lock: true, computed: [] });
  throw invalid('session_or_lot_required', 'Name a session or a scrap lot');
}

interface Taken {
  readonly qty_kg: number;
  readonly scale_event_id: string | null;
  /** Whether a scale has said it. */
  readonly trusted: boolean;
}

async function disposedMass(
  context: BaseContext,
  given: Input,
  lot: Lot | null,
  disposedId: string,
): Promise<Taken> {
  if (given.device_id !== null || given.capture_id !== null) {
    const scale = await scaleOf(context, given);
    const options = { tare_kg: given.tare_kg };
    const bound = await weigh(context, scale, { disposed_id: disposedId }, options);
    return { qty_kg: bound.net_kg, scale_event_id: bound.scale_event_id, trusted: true };
  }
  if (lot !== null) {
    const qty = given.qty_kg ?? lot.remaining_kg;
    if (qty > 0) return { qty_kg: qty, scale_event_id: lot.scale_event_id, trusted: true };
    throw conflict('lot_insufficient', 'Nothing is left of this lot', {
      remaining_kg: lot.remaining_kg,
    });
  }
  if (given.qty_kg !== null && isStrict(context.settings)) throw typedWeightRefused();
  // F-OP-32: only once those have agreed whom `factory.stock` names.
  if (given.qty_kg !== null && given.qty_kg > 0)
    return { qty_kg: given.qty_kg, scale_event_id: null, trusted: false };
  throw invalid('weighing_source', 'Weigh what is disposed of, or name a weighed lot');
}

async function takeFromLot(context: BaseContext, lot: Lot, qtyKg: number): Promise<void> {
  const rest = grams(lot.remaining_kg) - grams(qtyKg);
  if (rest < 0) {
    throw conflict('lot_insufficient', 'The lot has less than that', {
      remaining_kg: lot.remaining_kg,
      qty_kg: qtyKg,
    });
  }
  await context.db.of(scrapLot).update(lot.id, {
    remaining_kg: kg(rest),
    ...(rest === 0 ? { status: 'consumed' as const } : {}),
  });
}

interface Disposal extends Taken {
  readonly disposedId: string;
  readonly place: RowOf<typeof session>;
  readonly lot: Lot | null;
  readonly reason: string;
}

async function keepDisposal(context: BaseContext, disposal: Disposal) {
  const { disposedId, place, lot, reason, qty_kg, scale_event_id, trusted } = disposal;
  // Scrap lies in no stock location: the ledger row tells of it and moves no book.
  const [txn] = await post(context, [
    {
      type: 'DISPOSE_WASTE',
      item: skuKey(place.sku_id, null),
      qty: qty_kg,
      ...(scale_event_id === null ? {} : { scale_event_id }),
      ref_doc: { disposed_id: disposedId, session_id: place.id },
    },
  ]);
  return context.db.of(disposedLog).insert({
    id: disposedId,
    reason,
    qty_kg,
    by_user: actingUser(context),
    session_id: place.id,
    scrap_lot_id: lot?.id ?? null,
    scale_event_id,
    stock_txn_id: txn?.id ?? null,
    trusted,
  });
}
