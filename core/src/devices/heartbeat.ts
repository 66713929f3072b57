import { invalid, Refusal } from '../api/errors.ts';
import { beginning, isStorableText } from '../api/storable.ts';
import type { Database } from '../data/index.ts';
import type { RouteDef } from '../http/index.ts';
import { SecretReplaced } from '../operations/proof.ts';
import type { Door, KnownDevice } from './door.ts';
import { doorRequest, SIGNED_HEADERS, signedJson } from './signed-request.ts';

const BODY_LIMIT = 4096;
const MAX_SKEW_MS = 2 ** 40;

/** `POST /devices/{id}/heartbeat` (F-API-023): the device lives; the answer lets it set its clock. */
export function heartbeatRoute(door: Door, db: Database, now: () => Date): RouteDef {
  return {
    method: 'POST',
    path: '/devices/:id/heartbeat',
    access: 'public',
    raw: true,
    bodyLimit: BODY_LIMIT,
    rateLimit: 'none',
    openapi: {
      summary: 'Sign of life of a device',
      tags: ['devices'],
      operationId: 'device.heartbeat',
      roles: [],
      parameters: SIGNED_HEADERS.map((header) =>
        header.name === 'X-Device-Id' ? { ...header, required: false } : header,
      ),
      requestBody: {
        type: 'object',
        required: ['ts'],
        properties: {
          ts: { type: 'string', format: 'date-time' },
          firmware: { type: 'string' },
          uptime: { type: 'number' },
        },
      },
      responses: {
        200: {
          description: 'the time of the server',
          schema: {
            type: 'object',
            properties: { server_time: { type: 'string', format: 'date-time' } },
          },
        },
      },
    },
    async handle(request) {
      return door.serve(doorRequest(request, request.params.id), (device) => {
        const claimed = request.headers['x-device-id'];
        if (claimed !== undefined && claimed !== device.id && claimed !== device.code) {
          throw new Refusal(
            'unauthorized',
            'bad_signature',
            'X-Device-Id names another device than the address',
          );
        }
        return keepBeat(db, device, heartbeatOf(signedJson(request.rawBody)), now());
      });
    },
  };
}

/** @throws SecretReplaced where the device has another secret by now */
async function keepBeat(
  db: Database,
  { id, organizationId, secretRef }: KnownDevice,
  { ts, firmware }: ReturnType<typeof heartbeatOf>,
  server_time: Date,
): Promise<{ readonly server_time: Date }> {
  const skew = Math.min(Math.max(ts.getTime() - server_time.getTime(), -MAX_SKEW_MS), MAX_SKEW_MS);
  const kept = await db.transaction(organizationId, (tx) =>
    tx.sql(
      `update devices set last_heartbeat_at = ?, clock_skew_ms = ?, firmware = coalesce(?, firmware)
       where id = ? and secret_ref = ? returning 1`,
      [server_time, skew, firmware, id, secretRef],
    ),
  );
  if (kept.length === 0) throw new SecretReplaced();
  return { server_time };
}

function heartbeatOf(body: unknown): { ts: Date; firmware: string | null } {
  const { ts, firmware } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const moment = new Date(typeof ts === 'string' ? ts : Number.NaN);
  if (Number.isNaN(moment.getTime()))
    throw invalid('ts_invalid', 'ts must be an ISO-8601 moment', { fields: { ts: 'ISO-8601' } });
  const named = typeof firmware === 'string' && isStorableText(firmware);
  return { ts: moment, firmware: named ? beginning(firmware, 100) : null };
}
