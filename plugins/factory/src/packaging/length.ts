import type { BaseContext, RowOf } from '@qoida/core';
import { conflict, device, invalid } from '@qoida/core';
import type { session } from '../session/records.ts';
import { packageRecord } from './records.ts';

export interface LengthInput {
  readonly length_mode: 'auto' | 'manual';
  readonly length_m: number | null;
  readonly length_device_id: string | null;
  readonly manual_reason: string | null;
}

/** The length of a package as it is stored; a typed one waits for the chief (F-APR-02). */
export interface PackageLength {
  readonly length_mode: 'auto' | 'manual';
  readonly length_m: number | null;
  readonly length_trusted: boolean | null;
  readonly length_reason: string | null;
  readonly length_counter_m: number | null;
  readonly length_device_id: string | null;
  readonly length_state: 'none' | 'pending';
}

/** @throws Refusal validation_error length_missing, length_reason_missing (F-M5-02) */
export function requireLength(input: LengthInput): void {
  if (input.length_mode === 'auto') return;
  if (input.length_m === null || input.length_m <= 0) {
    throw invalid('length_missing', 'A manual length needs length_m above zero');
  }
  if (!input.manual_reason?.trim()) {
    throw invalid('length_reason_missing', 'A manual length needs manual_reason');
  }
}

/**
 * The length that the input names.
 * @throws Refusal business_conflict length_not_counted when the counter of an automatic length is silent
 */
export async function lengthOf(
  context: BaseContext,
  place: RowOf<typeof session>,
  input: LengthInput,
): Promise<PackageLength & { readonly counted_m: number | null }> {
  const counter = await counterOf(context, place.workcenter_id, input.length_device_id);
  const counted = counter === null ? null : await countedLength(context, counter);
  const at = {
    length_counter_m: counted?.counter_m ?? null,
    length_device_id: counter?.id ?? null,
    counted_m: counted?.length_m ?? null,
  };
  if (input.length_mode === 'manual') {
    return {
      ...at,
      length_mode: 'manual',
      length_m: input.length_m,
      length_trusted: false,
      length_reason: input.manual_reason,
      length_state: 'pending',
    };
  }
  if (counter !== null && counted === null) {
    throw conflict('length_not_counted', 'The length counter is silent; give the length by hand', {
      device: counter.code,
    });
  }
  return {
    ...at,
    length_mode: 'auto',
    length_m: at.counted_m,
    length_trusted: counted === null ? null : true,
    length_reason: null,
    length_state: 'none',
  };
}

async function counterOf(
  context: BaseContext,
  workcenterId: string,
  named: string | null,
): Promise<RowOf<typeof device> | null> {
  if (named === null) {
    return context.db
      .of(device)
      .find({ workcenter_id: workcenterId, device_type: 'length_counter', active: true });
  }
  const row = await context.db.of(device).get(named);
  if (row.device_type === 'length_counter' && row.active) return row;
  throw invalid('not_a_length_counter', 'This device counts no length', { device: row.code });
}

/**
 * What ran since the last package of this counter (F-OP-18); after a reset of the counter, what it
 * shows. Null when it sent nothing inside the window.
 */
async function countedLength(
  context: BaseContext,
  counter: RowOf<typeof device>,
): Promise<{ readonly length_m: number; readonly counter_m: number } | null> {
  const [reading] = await context.db.sql<{ length_m: number }>(LAST_LENGTH, [
    counter.id,
    context.now,
    Number(context.settings.IOT_ACCEPT_WINDOW_SEC),
  ]);
  if (reading === undefined) return null;
  const former = await context.db
    .of(packageRecord)
    .list({ length_device_id: counter.id }, { sort: 'created_at desc', limit: 1 });
  const before = former[0]?.length_counter_m ?? 0;
  const now = reading.length_m;
  const run = now >= before ? now - before : now;
  return { length_m: Math.round(run * 100) / 100, counter_m: now };
}

const LAST_LENGTH = `
select length_m from scale_events
where device_id = ? and ts_ingested >= ?::timestamptz - make_interval(secs => ?)
  and length_m is not null and stable_bool and trusted_bool and not late_bool
order by ts_ingested desc, seq desc limit 1`;
