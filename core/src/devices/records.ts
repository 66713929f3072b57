import { id, instant, json, quantity, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

/** A reading held for one line of a call that weighs many (F-API-119, F-OP-61). */
export const rsCapture = record(
  'rs_capture',
  'rs_captures',
  {
    device_id: ref('device'),
    scale_event_id: id('scale_event').changeable(false),
    ts_ingested: instant().changeable(false),
    gross_kg: quantity('kg', { resolution: 0.001, min: 0 }).changeable(false),
    purpose: text({ maxLength: 100 }).optional(),
    captured_by: id('user').optional().changeable(false),
    expires_at: instant(),
    used_at: instant().optional().changeable(false),
    used_for: json<Record<string, string>>().optional(),
    released_at: instant().optional().changeable(false),
  },
  { lockOrder: 60 },
);

export const deviceRecords = [rsCapture] as const;
