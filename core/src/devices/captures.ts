import { randomUUID } from 'node:crypto';
import { device } from '../api/core-records.ts';
import { conflict } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, instant, quantity, text } from '../api/fields.ts';
import { operation } from '../api/operations.ts';
import { rsCapture } from './records.ts';

/** Everyone who puts something on a scale for a transfer, a session, a snapshot, rework or disposal. */
export const WEIGHING_ROLES = [
  'main_ombor',
  'shop_op',
  'operator',
  'sex_boshligi',
  'drabilka_op',
  'fg_ombor',
  'otk',
];
const VALID_MS = 30 * 60_000;

/** `POST /rs/captures` (F-API-119): binds the weight on a scale to a line that is still being written. */
export const captureReading = operation({
  name: 'reading.capture',
  http: 'POST /rs/captures',
  summary: { uz: 'Vaznni qayd etish', ru: 'Зафиксировать вес', en: 'Hold a weight for a line' },
  roles: WEIGHING_ROLES,
  effect: 'record',
  input: { device_id: id('device'), purpose: text({ maxLength: 100 }).optional() },
  output: {
    capture_id: id('rs_capture'),
    kg: quantity('kg', { resolution: 0.001 }),
    scale_event_id: id('scale_event'),
    expires_at: instant(),
  },
  facts: { device: byId(device, 'device_id') },
  async run({ input, facts, readings, db, now, actor }) {
    const captureId = randomUUID();
    const bound = await readings.bind(
      facts.device.id,
      { capture_id: captureId },
      { allowZero: true },
    );
    const expires_at = new Date(now.getTime() + VALID_MS);
    await db.of(rsCapture).insert({
      id: captureId,
      device_id: facts.device.id,
      scale_event_id: bound.scale_event_id,
      ts_ingested: bound.ts,
      gross_kg: bound.gross_kg,
      purpose: input.purpose,
      captured_by: actor.kind === 'user' ? actor.id : null,
      expires_at,
    });
    return {
      capture_id: captureId,
      kg: bound.gross_kg,
      scale_event_id: bound.scale_event_id,
      expires_at,
    };
  },
});

/** `DELETE /rs/captures/{id}`: lets an unused weight go; the same load may then be bound again. */
export const releaseCapture = operation({
  name: 'reading.release_capture',
  http: 'DELETE /rs/captures/:id',
  summary: {
    uz: 'Qayd etilgan vazndan voz kechish',
    ru: 'Отпустить зафиксированный вес',
    en: 'Let a held weight go',
  },
  roles: WEIGHING_ROLES,
  effect: 'record',
  input: { id: id('rs_capture') },
  output: { id: id('rs_capture'), released_at: instant() },
  facts: { capture: byId(rsCapture, 'id', { lock: true }) },
  async run({ facts: { capture }, db, now }) {
    if (capture.used_at !== null) {
      throw conflict('reading_already_used', 'This weighing is used already', {
        capture_id: capture.id,
      });
    }
    if (capture.released_at !== null) return { id: capture.id, released_at: capture.released_at };
    await db.of(rsCapture).update(capture.id, { released_at: now });
    await db.sql('update scale_events set bind_ref = null where id = ? and ts_ingested = ?', [
      capture.scale_event_id,
      capture.ts_ingested,
    ]);
    return { id: capture.id, released_at: now };
  },
});
