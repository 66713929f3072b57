import { randomUUID } from 'node:crypto';
import type { FactContext } from '@qoida/core';
import { byId, conflict, id, invalid, one, operation, quantity, text } from '@qoida/core';
import { transferReceived } from '../events.ts';
import { grams, kg, sumKg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { MAI, SEX, SHP } from '../roles.ts';
import { weigh } from '../weighing.ts';
import { LEGS, requireStorekeeper } from './direction.ts';
import { materialKey, post } from './ledger.ts';
import { placeId } from './locations.ts';
import { stockTransfer, stockTransferLine } from './records.ts';
import { batchLineFacts, batchLines, refuseRepeatedBatches } from './transfer-lines.ts';

const mass = () => quantity('kg', { resolution: 0.001 });

/** What is in dispute: what too much and what too little arrived do not make up for each other. */
const disputeFact = one(
  { sent_kg: mass(), received_kg: mass(), difference_kg: mass() },
  async ({ db, input }: FactContext) => {
    const transfer_id = String(input.transfer_id);
    const lines = await db.of(stockTransferLine).list({ transfer_id });
    return {
      sent_kg: sumKg(lines.map((line) => line.sent_kg)),
      received_kg: sumKg(lines.map((line) => line.received_kg ?? 0)),
      difference_kg: sumKg(
        lines.map((line) => kg(Math.abs(grams(line.sent_kg) - grams(line.received_kg ?? 0)))),
      ),
    };
  },
);

/**
 * F-OP-13: the chief accepts a difference beyond tolerance, with a reason; the stock is posted already. Who
 * agrees to a large one stands in `factory.stock` (F-APR-09).
 */
export const acceptDiscrepancy = operation({
  name: 'stock.transfer.accept_discrepancy',
  http: 'POST /stock/transfers/:transfer_id/accept-discrepancy',
  status: 200,
  summary: {
    uz: 'Ko‘chirishdagi farqni qabul qilish',
    ru: 'Принять расхождение',
    en: 'Accept the difference of a transfer',
  },
  roles: [SEX],
  effect: 'record',
  input: { transfer_id: id('stock_transfer'), reason: text({ pattern: '\\S', maxLength: 500 }) },
  facts: {
    transfer: byId(stockTransfer, 'transfer_id', { lock: true }),
    dispute: disputeFact,
  },
  emits: [transferReceived],
  async run(context) {
    const { transfer } = context.facts;
    if (transfer.status !== 'discrepancy') {
      throw conflict('no_discrepancy', 'The transfer has no difference to accept', {
        status: transfer.status,
      });
    }
    await context.db.of(stockTransfer).update(transfer.id, {
      status: 'completed',
      accepted_by: actingUser(context),
      accept_reason: context.input.reason,
    });
    // Nothing more arrived: it tells that the dispute is over.
    await context.emit(transferReceived, {
      transfer_id: transfer.id,
      status: 'completed',
      lines: 0,
      total_kg: 0,
    });
    return { transfer_id: transfer.id, status: 'completed' };
  },
});

/**
 * F-M1-11: a transfer of which nothing was received goes back; every line is weighed again at the
 * sender, whose stock rises by what came back.
 */
export const cancelTransfer = operation({
  name: 'stock.transfer.cancel',
  http: 'POST /stock/transfers/:transfer_id/cancel',
  status: 200,
  summary: {
    uz: 'Ko‘chirishni bekor qilish',
    ru: 'Отменить перемещение',
    en: 'Cancel a transfer',
  },
  roles: [MAI, SHP],
  effect: 'record',
  input: { transfer_id: id('stock_transfer'), lines: batchLines() },
  facts: {
    transfer: byId(stockTransfer, 'transfer_id', { lock: true }),
    lines: batchLineFacts,
  },
  async prepare(context) {
    const { transfer, lines } = context.facts;
    requireStorekeeper(context, LEGS[transfer.direction].sender);
    refuseRepeatedBatches(lines);
    const sent = await context.db.of(stockTransferLine).list({ transfer_id: transfer.id });
    if (transfer.status !== 'in_transit' || sent.some((line) => line.received_kg !== null)) {
      throw conflict('already_completed', 'Part of the transfer has arrived', {
        status: transfer.status,
      });
    }
    const missing = sent.filter(
      (line) =>
        !lines.some(
          (item) => item.material.id === line.material_id && item.batch_no === line.batch_no,
        ),
    );
    if (missing.length > 0 || lines.length !== sent.length) {
      throw invalid('lines_incomplete', 'Weigh every line of the transfer, and no other', {
        expected: sent.length,
        given: lines.length,
      });
    }
    return undefined;
  },
  async run(context) {
    const { transfer, lines } = context.facts;
    const leg = LEGS[transfer.direction];
    const to = await placeId(context, leg.from);
    const postings = [];
    for (const line of lines) {
      const txnId = randomUUID();
      const bound = await weigh(context, line, { stock_txn_id: txnId });
      postings.push({
        id: txnId,
        type: leg.type,
        item: materialKey(line.material, line.batch_no),
        to,
        qty: bound.net_kg,
        scale_event_id: bound.scale_event_id,
        ref_doc: { leg: 'cancel' as const, transfer_id: transfer.id },
      });
    }
    await post(context, postings);
    await context.db.of(stockTransfer).update(transfer.id, { status: 'cancelled' });
    return { transfer_id: transfer.id, status: 'cancelled' };
  },
});
