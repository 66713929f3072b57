import { randomUUID } from 'node:crypto';
import type { BaseContext, RowOf } from '@qoida/core';
import { byId, conflict, id, operation } from '@qoida/core';
import { transferReceived } from '../events.ts';
import { grams, subtractKg, sumKg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { MAI, SHP } from '../roles.ts';
import { weigh } from '../weighing.ts';
import { LEGS, requireStorekeeper } from './direction.ts';
import { materialKey, post } from './ledger.ts';
import { placeId } from './locations.ts';
import { stockTransfer, stockTransferLine } from './records.ts';
import type { BatchLine } from './transfer-lines.ts';
import { batchLineFacts, batchLines, refuseRepeatedBatches } from './transfer-lines.ts';

type TransferLine = RowOf<typeof stockTransferLine>;
type Transfer = RowOf<typeof stockTransfer>;

/**
 * The receiving end: each line is weighed again, the receiver's stock rises by what its own scale
 * says, and a difference beyond tolerance becomes a discrepancy for the chief (F-M1-05, F-M1-10).
 */
export const receiveTransfer = operation({
  name: 'stock.transfer.receive',
  http: 'POST /stock/transfers/:transfer_id/receive',
  status: 200,
  summary: {
    uz: 'Materialni tortib qabul qilish',
    ru: 'Взвесить и принять материал',
    en: 'Weigh and receive material',
  },
  roles: [SHP, MAI],
  effect: 'record',
  input: { transfer_id: id('stock_transfer'), lines: batchLines() },
  facts: {
    transfer: byId(stockTransfer, 'transfer_id', { lock: true }),
    lines: batchLineFacts,
  },
  emits: [transferReceived],
  async prepare(context) {
    const { transfer, lines } = context.facts;
    requireStorekeeper(context, LEGS[transfer.direction].receiver);
    if (transfer.status !== 'in_transit') {
      throw conflict('already_completed', 'The transfer is no longer on its way', {
        status: transfer.status,
      });
    }
    refuseRepeatedBatches(lines);
    await matchLines(context, transfer.id, lines);
    return undefined;
  },
  async run(context) {
    const { transfer, lines } = context.facts;
    const received = await receiveLines(context, transfer, lines);
    const status = await settle(context, transfer);
    await context.emit(transferReceived, {
      transfer_id: transfer.id,
      status,
      lines: received.length,
      total_kg: sumKg(received.map((line) => line.received_kg)),
    });
    return { transfer_id: transfer.id, status, lines: received };
  },
});

interface Match {
  readonly line: BatchLine;
  readonly sent: TransferLine;
}

/** @throws Refusal business_conflict line_unknown, line_received */
async function matchLines(
  context: BaseContext,
  transferId: string,
  lines: readonly BatchLine[],
): Promise<Match[]> {
  const sentLines = await context.db.of(stockTransferLine).list({ transfer_id: transferId });
  return lines.map((line) => {
    const sent = sentLines.find(
      (item) => item.material_id === line.material.id && item.batch_no === line.batch_no,
    );
    const named = { material: line.material.code, batch_no: line.batch_no };
    if (sent === undefined) throw conflict('line_unknown', 'The transfer has no such line', named);
    if (sent.received_kg !== null) {
      throw conflict('line_received', 'This line has been received already', named);
    }
    return { line, sent };
  });
}

async function receiveLines(context: BaseContext, transfer: Transfer, lines: readonly BatchLine[]) {
  const leg = LEGS[transfer.direction];
  const to = await placeId(context, leg.to);
  const weighed = [];
  for (const { line, sent } of await matchLines(context, transfer.id, lines)) {
    const txnId = randomUUID();
    weighed.push({ line, sent, txnId, bound: await weigh(context, line, { stock_txn_id: txnId }) });
  }
  await post(
    context,
    weighed.map(({ line, txnId, bound }) => ({
      id: txnId,
      type: leg.type,
      item: materialKey(line.material, line.batch_no),
      to,
      qty: bound.net_kg,
      scale_event_id: bound.scale_event_id,
      ref_doc: { leg: 'receive' as const, transfer_id: transfer.id },
    })),
  );
  for (const { sent, bound } of weighed) {
    await context.db.of(stockTransferLine).update(sent.id, {
      received_kg: bound.net_kg,
      received_event_id: bound.scale_event_id,
      received_at: context.now,
    });
  }
  return weighed.map(({ line, sent, txnId, bound }) => ({
    material_id: line.material.id,
    material: line.material.code,
    batch_no: line.batch_no,
    sent_kg: sent.sent_kg,
    received_kg: bound.net_kg,
    diff_kg: subtractKg(sent.sent_kg, bound.net_kg),
    scale_event_id: bound.scale_event_id,
    stock_txn_id: txnId,
  }));
}

/** The transfer ends with its last line: completed, or a discrepancy when any line differs too much. */
async function settle(
  context: BaseContext,
  transfer: Transfer,
): Promise<'in_transit' | 'completed' | 'discrepancy'> {
  const lines = await context.db.of(stockTransferLine).list({ transfer_id: transfer.id });
  if (lines.some((line) => line.received_kg === null)) return 'in_transit';
  const differs = lines.some((line) => {
    const tolerance = context.rules.compute<number>('factory.stock.transfer_tolerance', {
      sent_kg: line.sent_kg,
    });
    const difference = Math.abs(grams(line.sent_kg) - grams(line.received_kg ?? 0));
    return difference > tolerance * 1000;
  });
  const status = differs ? ('discrepancy' as const) : ('completed' as const);
  await context.db.of(stockTransfer).update(transfer.id, {
    status,
    received_by: actingUser(context),
    received_at: context.now,
  });
  return status;
}
