import type { BaseContext, RowOf, ValueOf } from '@qoida/core';
import {
  byId,
  conflict,
  device,
  forbidden,
  id,
  invalid,
  json,
  list,
  object,
  oneOf,
  operation,
  quantity,
  recordOf,
  rows,
  text,
  via,
} from '@qoida/core';
import { packageDecided } from '../events.ts';
import { sku } from '../master/records.ts';
import { lockedPackage } from '../packaging/lock.ts';
import { packageRecord } from '../packaging/records.ts';
import { reviewIsOpen } from '../packaging/review.ts';
import { OTK } from '../roles.ts';
import { rejectedLot } from '../scrap/lots.ts';
import { scaleOf, weighingFields } from '../weighing.ts';
import { stampFits } from './e-pechat.ts';
import { qcRecord } from './records.ts';
import { partsOf, type SplitInput } from './split.ts';
import { splitPackage } from './split-package.ts';
import { ownKey } from './stamp-key.ts';

type Package = RowOf<typeof packageRecord>;
const DECIDED = ['qc_ok', 'qc_partial', 'qc_reject'] as const;
const STATUS_AFTER = { ok: 'qc_ok', partial: 'qc_partial', reject: 'qc_reject' } as const;

const input = {
  package_id: id('package'),
  decision: oneOf('ok', 'partial', 'reject'),
  protocol: json<Record<string, unknown>>().optional(),
  e_pechat: text({ pattern: '^[0-9a-fA-F]{64}$' }),
  photos: list(text({ maxLength: 500 }), { max: 20 }).default([]),
  split: object({
    ...weighingFields(),
    weighed: oneOf('ok', 'reject').optional(),
    ok_length_m: quantity('m', { resolution: 0.01, min: 0 }).optional(),
    ok_kg: quantity('kg', { resolution: 0.001, min: 0 }).optional(),
  }).optional(),
};
export type DecisionInput = ValueOf<typeof input>;

/** The scale of a re-read part, so that its calibration is judged like everywhere. */
const scaleFacts = rows(
  { device: recordOf(device), capture_id: text().optional() },
  async (context) => {
    const split = context.input.split as SplitInput | null;
    if (split === null || (split.device_id === null && split.capture_id === null)) return [];
    return [await scaleOf(context, split)];
  },
);

/** M6: one decision per package, stamped, never edited (F-M6-02, F-M6-03). */
export const decideQuality = operation({
  name: 'qc.decide',
  http: 'POST /qc/decide',
  status: 200,
  summary: { uz: 'OTK qarori', ru: 'Решение ОТК', en: 'Decide on quality' },
  roles: [OTK],
  effect: 'record',
  input,
  facts: {
    package: byId(packageRecord, 'package_id'),
    sku: via('package.sku_id', sku),
    lines: scaleFacts,
  },
  emits: [packageDecided],
  async prepare(context) {
    requireWaiting(context.facts.package);
    requireStamp(context, context.facts.package, context.input);
    requireSplit(context.input);
    return undefined;
  },
  async run(context) {
    const { facts, input: given } = context;
    const row = await lockedPackage(context, facts.package);
    requireWaiting(row);
    const { inspector } = ownKey(context);
    const parts = given.split === null ? null : await partsOf(context, row, given.split);
    const stamped = await context.db.of(qcRecord).insert({
      ok_kg: parts?.ok_kg ?? null,
      reject_kg: parts?.reject_kg ?? null,
      package_id: row.id,
      inspector_id: inspector,
      decision: given.decision,
      protocol: given.protocol,
      e_pechat_hash: given.e_pechat.toLowerCase(),
      photos: given.photos,
    });
    const status = STATUS_AFTER[given.decision];
    const decided = await context.db.of(packageRecord).update(row.id, { status });
    const children =
      parts === null
        ? []
        : await splitPackage(context, { row, product: facts.sku, stamped, parts });
    if (given.decision === 'reject') await rejectedLot(context, decided, facts.sku, 'qc_reject');
    await context.emit(packageDecided, {
      package_id: row.id,
      session_id: row.session_id,
      decision: given.decision,
      status,
    });
    return { package_id: row.id, qr_code: row.qr_code, status, record_id: stamped.id, children };
  },
});

function requireWaiting(row: Package): void {
  if (DECIDED.some((status) => status === row.status)) {
    throw conflict('already_decided', 'This package has its decision', { status: row.status });
  }
  if (row.status !== 'awaiting_qc') {
    throw conflict('not_awaiting_qc', 'The package does not wait for OTK', { status: row.status });
  }
  const lengthWaits = row.length_state === 'pending' || row.length_state === 'rejected';
  if (reviewIsOpen(row) || lengthWaits) {
    throw conflict('review_open', 'The package waits for the chief first', {
      review_state: row.review_state,
      length_state: row.length_state,
    });
  }
}

function requireStamp(context: BaseContext, row: Package, given: DecisionInput): void {
  const { inspector, key } = ownKey(context);
  const decision = {
    package_id: row.id,
    decision: given.decision,
    weight_kg: row.weight_kg ?? 0,
    inspector_id: inspector,
  };
  if (stampFits(given.e_pechat, key, decision)) return;
  throw forbidden('e_pechat_invalid', 'The stamp does not fit this decision');
}

/** A partial decision says how the package was parted; no other does. */
function requireSplit(given: DecisionInput): void {
  if (given.decision !== 'partial') {
    if (given.split === null) return;
    throw invalid('split_unasked', 'Only a partial decision has a split');
  }
  if (given.split === null) throw invalid('split_missing', 'A partial decision needs split');
  if (given.photos.length === 0) {
    throw invalid('photo_missing', 'A partial decision needs a photo of the separation');
  }
}
