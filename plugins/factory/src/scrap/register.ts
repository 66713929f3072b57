import { randomUUID } from 'node:crypto';
import {
  byId,
  conflict,
  device,
  flag,
  id,
  operation,
  quantity,
  recordOf,
  rows,
  text,
  via,
} from '@qoida/core';
import { sku } from '../master/records.ts';
import { actingUser } from '../people.ts';
import { DRB, OPR, SEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { scaleOf, type WeighingSource, weigh, weighingFields } from '../weighing.ts';
import { scrapLot } from './records.ts';

/** The one scale of a call, as a line, so that gates on scales read alike everywhere. */
export const oneScale = rows(
  { device: recordOf(device), capture_id: text().optional() },
  async (context) => {
    const source = context.input as WeighingSource;
    const given = source.device_id != null || source.capture_id != null;
    return given ? [await scaleOf(context, source)] : [];
  },
);

/** F-API-121: weighed scrap of a session that isn't closed; only weighed scrap is outstanding (F-OP-01). */
export const registerScrap = operation({
  name: 'scrap.register',
  http: 'POST /sessions/:session_id/scrap',
  summary: {
    uz: 'Chiqindini tortib qayd etish',
    ru: 'Взвесить отходы',
    en: 'Register weighed scrap',
  },
  roles: [OPR, SEX, DRB],
  effect: 'record',
  input: {
    session_id: id('session'),
    ...weighingFields(),
    seal_no: text({ maxLength: 64 }).optional(),
    tare_kg: quantity('kg', { resolution: 0.001, min: 0 }).default(0),
    recyclable: flag().optional(),
  },
  facts: {
    session: byId(session, 'session_id', { lock: true }),
    sku: via('session.sku_id', sku),
    lines: oneScale,
  },
  async prepare({ facts }) {
    if (facts.session.status !== 'closed') return undefined;
    throw conflict('session_closed', 'A closed session takes no new scrap', {
      session_id: facts.session.id,
    });
  },
  async run(context) {
    const { db, facts, input } = context;
    const scale = facts.lines[0] ?? (await scaleOf(context, input));
    const lotId = randomUUID();
    const bound = await weigh(context, scale, { scrap_lot_id: lotId }, { tare_kg: input.tare_kg });
    return db.of(scrapLot).insert({
      id: lotId,
      session_id: facts.session.id,
      source: 'container',
      seal_no: input.seal_no,
      gross_kg: bound.gross_kg,
      tare_kg: input.tare_kg,
      qty_kg: bound.net_kg,
      remaining_kg: bound.net_kg,
      recyclable: input.recyclable ?? facts.sku.is_recyclable_for_rework,
      scale_event_id: bound.scale_event_id,
      created_by: actingUser(context),
    });
  },
});
