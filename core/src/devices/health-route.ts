import type { DeviceHealth } from '../api/devices.ts';
import type { Database } from '../data/index.ts';
import type { RouteDef } from '../http/index.ts';

/** INT, SEX, TEX, DIR (F-API-022). */
export const HEALTH_READERS = ['integrator', 'sex_boshligi', 'texnolog', 'direktor', 'admin'];
/** A gateway that was silent for so long counts as lost. */
const SILENT_MS = 120_000;

interface Row {
  readonly id: string;
  readonly code: string;
  readonly device_type: string;
  readonly purpose: string | null;
  readonly active: boolean;
  readonly driver_model: string | null;
  readonly calibration_due_at: Date | null;
  readonly last_heartbeat_at: Date | null;
  readonly clock_skew_ms: number | null;
  readonly firmware: string | null;
  readonly last_event_at: Date | null;
  readonly faults:
    | readonly {
        kind: string;
        count: number;
        first_at: string;
        last_at: string;
        details: { seq: number };
      }[]
    | null;
}

/** `GET /devices/health` (F-API-022, F-M15-06): heartbeat, calibration term, state and faults of each device. */
export function healthRoute(
  db: Database,
  devices: { health(): readonly DeviceHealth[] },
  now: () => Date,
): RouteDef {
  return {
    method: 'GET',
    path: '/devices/health',
    access: 'user',
    openapi: {
      summary: 'How the devices are',
      tags: ['devices'],
      operationId: 'device.health',
      roles: HEALTH_READERS,
      responses: { 200: { description: 'every device with its state' } },
    },
    async handle(request) {
      const rows = await db.read(request.actor?.organizationId ?? '', (tx) => tx.sql<Row>(DEVICES));
      const driven = new Map(devices.health().map((health) => [health.code, health]));
      const items = rows.map((row) => viewOf(row, driven.get(row.code), now()));
      return { items, page: 1, page_size: items.length, total: items.length };
    },
  };
}

const DEVICES = `
select d.id, d.code, d.device_type, d.purpose, d.active, d.driver_model, d.calibration_due_at, d.last_heartbeat_at,
  d.clock_skew_ms, d.firmware, last.ts_ingested as last_event_at, f.faults
from devices d
left join lateral (
  select ts_ingested from scale_events e where e.device_id = d.id order by ts_ingested desc, seq desc limit 1
) last on true
left join lateral (
  select jsonb_agg(jsonb_build_object('kind', kind, 'count', count, 'first_at', first_at, 'last_at', last_at,
    'details', details) order by kind) as faults
  from device_faults where device_id = d.id
) f on true
where d.removed_at is null
order by d.code`;

function viewOf(row: Row, driven: DeviceHealth | undefined, now: Date) {
  const { faults, driver_model, ...device } = row;
  const due = row.calibration_due_at;
  return {
    ...device,
    driven: driver_model !== null,
    calibration: due === null ? 'missing' : due < now ? 'expired' : 'valid',
    ...stateOf(row, driven, now),
    counters: driven?.counters ?? {},
    seq_conflicts: faults?.find(({ kind }) => kind === 'seq_conflict')?.count ?? 0,
    faults: faults ?? [],
  };
}

function stateOf(row: Row, driven: DeviceHealth | undefined, now: Date) {
  if (!row.active) return { state: 'stopped', since: null, reason: null };
  if (driven) return { state: driven.state, since: driven.since, reason: driven.reason ?? null };
  const signs = [row.last_heartbeat_at, row.last_event_at].filter((at) => at !== null);
  const last = Math.max(0, ...signs.map((at) => at.getTime()));
  const silent = now.getTime() - last > SILENT_MS;
  return {
    state: silent ? 'no_data' : 'ok',
    since: last === 0 ? null : new Date(last),
    reason: null,
  };
}
