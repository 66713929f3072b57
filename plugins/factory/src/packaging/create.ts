import { randomUUID } from 'node:crypto';
import type { Approvals, BaseContext, BoundReading, RowOf, ValueOf } from '@qoida/core';
import {
  byId,
  conflict,
  device,
  id,
  oneOf,
  operation,
  quantity,
  Refusal,
  Reply,
  recordOf,
  rows,
  text,
  via,
} from '@qoida/core';
import { askFor } from '../approvals/packages.ts';
import { packageCreated } from '../events.ts';
import { sku } from '../master/records.ts';
import { actingUser } from '../people.ts';
import { OPR, SEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { isStrict } from '../settings.ts';
import {
  scaleOf,
  typedWeightRefused,
  type WeighingSource,
  weigh,
  weighingFields,
} from '../weighing.ts';
import { lengthOf, requireLength } from './length.ts';
import { nextQr } from './qr.ts';
import { packageRecord } from './records.ts';
import { toleranceOf } from './tolerance.ts';

const scaleLine = { device: recordOf(device), capture_id: text().optional() };

/** The pack scale as the one line of the call, so that gates on scales read alike everywhere. */
const scaleFacts = rows(scaleLine, async (context) => [
  await scaleOf(context, context.input as WeighingSource),
]);

const input = {
  session_id: id('session'),
  sku_id: id('sku'),
  ...weighingFields(),
  length_mode: oneOf('auto', 'manual').default('auto'),
  length_m: quantity('m', { resolution: 0.01, min: 0 }).optional(),
  length_device_id: id('device').optional(),
  manual_reason: text({ maxLength: 500 }).optional(),
  weight_kg: quantity('kg', { resolution: 0.001, min: 0 })
    .optional()
    .doc('only where STRICT_RS_ONLY is off; waits for the chief'),
  comment: text({ maxLength: 500 }).optional(),
};
type Input = ValueOf<typeof input>;

/**
 * M5: one stable reading makes one package. Without a reading in the window it becomes a draft
 * that waits for the chief (F-M5-06).
 */
export const createPackage = operation({
  name: 'package.create',
  http: 'POST /packages',
  summary: { uz: 'Paket yaratish', ru: 'Создать упаковку', en: 'Make a package' },
  roles: [OPR, SEX],
  effect: 'record',
  input,
  facts: {
    session: byId(session, 'session_id', { lock: true }),
    sku: via('session.sku_id', sku),
    lines: scaleFacts,
  },
  emits: [packageCreated],
  async prepare(context) {
    const { facts, input: given, settings } = context;
    if (given.weight_kg !== null && isStrict(settings)) throw typedWeightRefused();
    if (facts.session.status !== 'opened') {
      throw conflict('session_not_open', 'Packages are made in an open session', {
        status: facts.session.status,
      });
    }
    const named = await context.db.of(sku).get(given.sku_id);
    if (named.id !== facts.sku.id) {
      throw conflict('sku_mismatch', 'The session makes another product', {
        session_sku: facts.sku.code,
        sku: named.code,
      });
    }
    requireLength(given);
    return undefined;
  },
  async run(context) {
    const { facts } = context;
    const packageId = randomUUID();
    const bound = await weighPackage(context, packageId);
    const made = await storePackage(context, packageId, bound);
    const approvals = await askApprovals(context, made);
    await context.emit(packageCreated, {
      package_id: made.id,
      session_id: facts.session.id,
      qr_code: made.qr_code,
      status: made.status,
      tolerance_status: made.tolerance_status,
      weight_kg: made.weight_kg,
    });
    const pending = made.status === 'draft_manual';
    return new Reply(pending ? 202 : 201, {
      ...made,
      sku: facts.sku.code,
      partiya_no: facts.session.partiya_no,
      ...(pending ? { pending_approval: true } : {}),
      ...approvals,
    });
  },
});

type CreateContext = BaseContext & {
  readonly approvals: Approvals;
  readonly input: Input;
  readonly facts: {
    readonly session: RowOf<typeof session>;
    readonly sku: RowOf<typeof sku>;
    readonly lines: ValueOf<typeof scaleLine>[];
  };
};

/** Null when the scale has nothing to bind, or a weight was typed where that is allowed. */
async function weighPackage(
  context: CreateContext,
  packageId: string,
): Promise<BoundReading | null> {
  const { input: given, facts } = context;
  const [scale] = facts.lines;
  if (scale === undefined || given.weight_kg !== null) return null;
  try {
    return await weigh(context, scale, { package_id: packageId }, { tare_kg: facts.sku.tare_kg });
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'rs_not_found_in_window') return null;
    throw error;
  }
}

async function storePackage(
  context: CreateContext,
  packageId: string,
  bound: BoundReading | null,
): Promise<RowOf<typeof packageRecord>> {
  const { facts, input: given } = context;
  const { counted_m, ...length } = await lengthOf(context, facts.session, given);
  const tolerance = toleranceOf(context, facts.sku, {
    weight_kg: bound?.net_kg ?? null,
    length_m: length.length_m,
    counter_length_m: counted_m,
  });
  return context.db.of(packageRecord).insert({
    id: packageId,
    session_id: facts.session.id,
    sku_id: facts.sku.id,
    status: bound === null ? 'draft_manual' : 'awaiting_qc',
    gross_kg: bound?.gross_kg ?? null,
    tare_kg: facts.sku.tare_kg,
    weight_kg: bound?.net_kg ?? null,
    weight_trusted: bound !== null,
    weight_source: bound === null ? 'manual' : 'rs',
    scale_event_id: bound?.scale_event_id ?? null,
    ...length,
    ...tolerance,
    degaz_status: facts.sku.degaz_required ? 'pending' : null,
    comment: given.comment,
    created_by: actingUser(context),
    qr_code: await nextQr(context),
  });
}

async function askApprovals(context: CreateContext, made: RowOf<typeof packageRecord>) {
  const { input: given } = context;
  const asked: { approval_id?: string; length_approval_id?: string } = {};
  if (made.status === 'draft_manual') {
    asked.approval_id = await askFor(context, 'manual_weight', made, {
      ...(given.weight_kg === null ? {} : { weight_kg: given.weight_kg }),
    });
  }
  if (made.length_state === 'pending') {
    asked.length_approval_id = await askFor(context, 'manual_length', made, {
      ...(given.manual_reason === null ? {} : { reason: given.manual_reason }),
    });
  }
  return asked;
}
