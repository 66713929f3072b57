import { invalid } from '../api/errors.ts';
import { Reply } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import type { RouteDef } from '../http/index.ts';
import type { Devices } from './devices.ts';
import type { Door } from './door.ts';
import { checkEvents } from './event-check.ts';
import { eventListRoute } from './event-list.ts';
import { healthRoute } from './health-route.ts';
import { heartbeatRoute } from './heartbeat.ts';
import type { Ingest } from './ingest.ts';
import { deviceSettingsOf } from './settings.ts';
import { doorRequest, SIGNED_HEADERS, signedJson } from './signed-request.ts';

export interface IngestRouteOptions {
  readonly db: Database;
  readonly ingest: Ingest;
  /** The drivers of this platform, for the health of their devices. */
  readonly devices: Pick<Devices, 'health'>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
  readonly door: Door;
}

const BODY_LIMIT = 256 * 1024;

/** Routes of devices: ingest, heartbeat, diagnostics, health (F-API-022…025). */
export function ingestRoutes(options: IngestRouteOptions): RouteDef[] {
  const { db, ingest, now, door } = options;
  const settings = deviceSettingsOf(options.settings);
  return [
    ingestRoute(door, ingest, settings.INGEST_BATCH_MAX, now),
    heartbeatRoute(door, db, now),
    eventListRoute(db),
    healthRoute(db, options.devices, now),
  ];
}

function ingestRoute(door: Door, ingest: Ingest, batchMax: number, now: () => Date): RouteDef {
  return {
    method: 'POST',
    path: '/ingest/scale-events',
    access: 'public',
    raw: true,
    bodyLimit: BODY_LIMIT,
    rateLimit: 'none',
    openapi: {
      summary: 'Readings of a device, one or many; repeating a call is harmless',
      description: `Signed with the device's secret: X-Signature = HMAC-SHA256 of the body in hexadecimal, or of X-Timestamp + "." + body. At most ${batchMax} events.`,
      tags: ['devices'],
      operationId: 'ingest.scale_events',
      roles: [],
      parameters: [...SIGNED_HEADERS],
      requestBody: REQUEST,
      responses: { 201: { description: 'stored durably', schema: ANSWER } },
    },
    async handle(request) {
      const receivedAt = now();
      const { traceId } = request;
      const taken = await door.serve(doorRequest(request), async (device) => {
        const events = eventsOf(request.rawBody, batchMax);
        if (device.type === 'relay_switch')
          throw invalid('device_sends_no_readings', 'A relay switch sends no readings', {
            device: device.code,
          });
        const { valid, rejected } = checkEvents(events, device.type);
        if (valid.length === 0)
          throw invalid('events_invalid', 'None of the events can be stored', { rejected });
        const { id, organizationId, code, secretRef } = device;
        const options = { receivedAt, traceId, liveAs: code, secretRef };
        return { stored: await ingest.submit(id, organizationId, valid, options), rejected };
      });
      const { accepted, duplicates, late, conflicts } = taken.stored;
      const { rejected } = taken;
      return new Reply(201, {
        accepted,
        duplicates,
        late,
        ...(conflicts > 0 ? { conflicts } : {}),
        ...(rejected.length > 0 ? { rejected } : {}),
      });
    },
  };
}

/** `{events: […]}`, or one event alone. */
function eventsOf(body: Buffer, batchMax: number): readonly unknown[] {
  const given = signedJson(body);
  const listed = (given as { events?: unknown } | null)?.events;
  const events = listed === undefined ? [given] : listed;
  if (!Array.isArray(events) || events.length === 0) {
    throw invalid('events_missing', 'The body holds no events', {
      fields: { events: 'a list of at least one event' },
    });
  }
  if (events.length > batchMax) {
    throw invalid('batch_too_large', `At most ${batchMax} events in one call`, {
      limit: batchMax,
      events: events.length,
    });
  }
  return events;
}

const EVENT = {
  type: 'object',
  required: ['seq', 'ts_device'],
  properties: {
    seq: {
      type: 'integer',
      minimum: 0,
      description: 'grows with every event of the device and is kept over its restarts',
    },
    ts_device: { type: 'string', format: 'date-time' },
    gross_kg: { type: 'number', minimum: 0, description: 'scales; at most 3 decimals' },
    length_m: { type: 'number', minimum: 0, description: 'length counters; at most 2 decimals' },
    stable: { type: 'boolean' },
    raw: { type: 'string', description: 'the frame as it came' },
  },
};
const REQUEST = {
  type: 'object',
  required: ['events'],
  properties: { events: { type: 'array', minItems: 1, items: EVENT } },
};
const COUNT = { type: 'integer', minimum: 0 };
const ANSWER = {
  type: 'object',
  required: ['accepted', 'duplicates', 'late'],
  properties: {
    accepted: COUNT,
    duplicates: COUNT,
    late: COUNT,
    conflicts: COUNT,
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        required: ['index', 'reason'],
        properties: { index: COUNT, reason: { type: 'string' } },
      },
    },
  },
};
