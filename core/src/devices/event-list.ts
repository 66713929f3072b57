import { invalid } from '../api/errors.ts';
import { decimalOf } from '../api/from-text.ts';
import type { Database } from '../data/index.ts';
import type { RouteDef, RouteRequest } from '../http/index.ts';

const READERS = ['integrator', 'sex_boshligi', 'texnolog', 'admin'];
const DAY_MS = 86_400_000;

/** `GET /ingest/scale-events` (F-API-025): what a device sent, newest first, and what it was bound to. */
export function eventListRoute(db: Database): RouteDef {
  return {
    method: 'GET',
    path: '/ingest/scale-events',
    access: 'user',
    openapi: {
      summary: 'Readings by device and period',
      tags: ['devices'],
      operationId: 'ingest.list',
      roles: READERS,
      parameters: ['device_id', 'from', 'to', 'page', 'page_size'].map((name) => ({
        name,
        in: 'query',
        schema: { type: 'string' },
      })),
      responses: {
        200: { description: 'a page of readings; without from and to those of the last day' },
      },
    },
    async handle(request) {
      const { page, page_size } = pageOf(request);
      const to = momentOf(request, 'to') ?? new Date(Date.now() + DAY_MS);
      const from =
        momentOf(request, 'from') ??
        new Date((momentOf(request, 'to') ?? new Date()).getTime() - DAY_MS);
      const device = request.query.device_id || null;
      const where = [from, to, device, device, device];
      return db.read(request.actor?.organizationId ?? '', async (tx) => {
        const items = await tx.sql(
          `${SELECT} ${WHERE} order by e.ts_ingested desc, e.seq desc limit ? offset ?`,
          [...where, page_size, (page - 1) * page_size],
        );
        const [count] = await tx.sql<{ total: number }>(
          `select count(*) as total ${FROM} ${WHERE}`,
          where,
        );
        return { items, page, page_size, total: count?.total ?? 0 };
      });
    },
  };
}

const FROM = 'from scale_events e join devices d on d.id = e.device_id';
const SELECT = `select e.id, e.device_id, d.code as device, e.seq, e.ts_device, e.ts_ingested, e.gross_kg, e.length_m,
  e.stable_bool, e.trusted_bool, e.late_bool, e.same_load_bool, e.bind_ref, e.raw, e.trace_id ${FROM}`;
const WHERE = `where e.ts_ingested >= ?::timestamptz and e.ts_ingested < ?::timestamptz
  and (?::text is null or e.device_id = (select id from devices
    where code = ?::text or id::text = ?::text order by removed_at desc nulls first limit 1))`;

function momentOf({ query }: RouteRequest, name: string): Date | null {
  const text = query[name];
  if (text === undefined || text === '') return null;
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw invalid('filter_invalid', `${name} must be an ISO-8601 moment`, {
    fields: { [name]: 'ISO-8601' },
  });
}

function pageOf({ query }: RouteRequest): { page: number; page_size: number } {
  const page = decimalOf(query.page || '1');
  const page_size = decimalOf(query.page_size || '50');
  const whole = Number.isInteger(page) && page >= 1 && page <= 1e9 && Number.isInteger(page_size);
  if (whole && page_size >= 1 && page_size <= 200) return { page, page_size };
  throw invalid('page_invalid', 'page from 1, page_size from 1 to 200', {
    page: query.page ?? null,
    page_size: query.page_size ?? null,
  });
}
