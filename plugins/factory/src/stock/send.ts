import { randomUUID } from 'node:crypto';
import type { BaseContext } from '@qoida/core';
import { conflict, id, oneOf, operation, text } from '@qoida/core';
import { transferSent } from '../events.ts';
import { sumKg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { MAI, SHP } from '../roles.ts';
import { weigh } from '../weighing.ts';
import type { Direction } from './direction.ts';
import { LEGS, requireStorekeeper } from './direction.ts';
import { materialKey, post } from './ledger.ts';
import { placeId } from './locations.ts';
import { materialRequest, stockTransfer, stockTransferLine } from './records.ts';
import type { BatchLine } from './transfer-lines.ts';
import {
  batchLineFacts,
  batchLines,
  refuseRepeatedBatches,
  requireBatch,
} from './transfer-lines.ts';

/** Path of the requirement → direction. */
const DIRECTIONS = { 'main-to-shop': 'main_to_shop', 'shop-to-main': 'shop_to_main' } as const;

/**
 * M1 and the return of M2: the sending end. The sender's stock falls by the weighed mass at once,
 * the material is on its way until the other end weighs it (F-M1-04, F-OP-13).
 */
export const sendTransfer = operation({
  name: 'stock.transfer.send',
  http: 'POST /stock/transfers/:direction',
  summary: {
    uz: 'Materialni tortib jo‘natish',
    ru: 'Взвесить и отправить материал',
    en: 'Weigh and send material',
  },
  roles: [MAI, SHP],
  effect: 'record',
  input: {
    direction: oneOf('main-to-shop', 'shop-to-main'),
    lines: batchLines(),
    comment: text({ maxLength: 500 }).optional(),
    request_id: id('material_request').optional(),
  },
  facts: { lines: batchLineFacts },
  emits: [transferSent],
  async prepare(context) {
    requireStorekeeper(context, LEGS[DIRECTIONS[context.input.direction]].sender);
    refuseRepeatedBatches(context.facts.lines);
    for (const line of context.facts.lines)
      await requireBatch(context, line.material, line.batch_no);
    return undefined;
  },
  async run(context) {
    const { db, input, facts } = context;
    const direction = DIRECTIONS[input.direction];
    const requestId =
      input.request_id == null ? null : await fulfilRequest(context, input.request_id);
    const transfer = await db.of(stockTransfer).insert({
      direction,
      comment: input.comment,
      request_id: requestId,
      created_by: actingUser(context),
    });
    const lines = await sendLines(context, transfer.id, direction, facts.lines);
    await context.emit(transferSent, {
      transfer_id: transfer.id,
      direction,
      lines: lines.length,
      total_kg: sumKg(lines.map((line) => line.qty_kg)),
    });
    return { transfer_id: transfer.id, status: transfer.status, direction, lines };
  },
});

async function sendLines(
  context: BaseContext,
  transferId: string,
  direction: Direction,
  lines: readonly BatchLine[],
) {
  const leg = LEGS[direction];
  const from = await placeId(context, leg.from);
  const sent = [];
  for (const line of lines) {
    const txnId = randomUUID();
    const bound = await weigh(context, line, { stock_txn_id: txnId });
    sent.push({ line, txnId, kg: bound.net_kg, scale_event_id: bound.scale_event_id });
  }
  await post(
    context,
    sent.map(({ line, txnId, kg, scale_event_id }) => ({
      id: txnId,
      type: leg.type,
      item: materialKey(line.material, line.batch_no),
      from,
      qty: kg,
      scale_event_id,
      ref_doc: { leg: 'send' as const, transfer_id: transferId },
    })),
  );
  for (const { line, kg, scale_event_id } of sent) {
    await context.db.of(stockTransferLine).insert({
      transfer_id: transferId,
      material_id: line.material.id,
      batch_no: line.batch_no,
      sent_kg: kg,
      sent_event_id: scale_event_id,
    });
  }
  return sent.map(({ line, txnId, kg, scale_event_id }) => ({
    material_id: line.material.id,
    material: line.material.code,
    batch_no: line.batch_no,
    qty_kg: kg,
    scale_event_id,
    stock_txn_id: txnId,
  }));
}

async function fulfilRequest(context: BaseContext, requestId: string): Promise<string> {
  const request = await context.db.of(materialRequest).get(requestId, { lock: true });
  if (request.status !== 'open') {
    throw conflict('request_not_open', 'The request is no longer open', { status: request.status });
  }
  await context.db.of(materialRequest).update(request.id, { status: 'fulfilled' });
  return request.id;
}
