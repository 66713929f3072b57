import type { Actor } from '../api/operations.ts';
import { enqueueEvent, type Transaction } from '../data/index.ts';
import { deviceClockSkew, deviceSeqConflict } from './events.ts';

export type FaultKind = 'seq_conflict' | 'clock_ahead';

/** A fault of a device, seen in one commit. */
export interface DeviceFault {
  readonly deviceId: string;
  readonly kind: FaultKind;
  readonly count: number;
  /** The event's number, the last of them. */
  readonly seq: number;
}

const QUIET = '1 hour';
const EVENT_OF = { seq_conflict: deviceSeqConflict, clock_ahead: deviceClockSkew };

/**
 * Counts faults of devices, and raises the event of a kind when it is the first one or none was seen
 * for an hour: a gateway that lost its counter would else raise thousands.
 */
export async function noteFaults(
  tx: Transaction,
  faults: readonly DeviceFault[],
  context: { now: Date; traceId: string },
): Promise<void> {
  const ordered = [...faults].sort((a, b) => (a.deviceId + a.kind < b.deviceId + b.kind ? -1 : 1));
  for (const fault of ordered) {
    const { now } = context;
    const details = JSON.stringify({ seq: fault.seq });
    const [row] = await tx.sql<{ count: number; raise: boolean }>(
      `with was as materialized (select last_at from device_faults where device_id = ?::uuid and kind = ?)
       insert into device_faults as f (device_id, kind, count, first_at, last_at, details)
       values (?::uuid, ?, ?, ?::timestamptz, ?::timestamptz, ?::jsonb)
       on conflict (device_id, kind) do update
         set count = f.count + excluded.count, last_at = excluded.last_at, details = excluded.details
       returning count, coalesce((select last_at < ?::timestamptz - interval '${QUIET}' from was), true) as raise`,
      [fault.deviceId, fault.kind, fault.deviceId, fault.kind, fault.count, now, now, details, now],
    );
    if (row?.raise) await raise(tx, fault, row.count, context.traceId);
  }
}

async function raise(
  tx: Transaction,
  fault: DeviceFault,
  count: number,
  traceId: string,
): Promise<void> {
  const { name } = EVENT_OF[fault.kind];
  await enqueueEvent(tx, {
    name,
    stream: `${name}:${fault.deviceId}`,
    payload: { device_id: fault.deviceId, seq: fault.seq, count },
    actor: deviceActor(fault.deviceId, tx.organizationId),
    traceId,
  });
}

const deviceActor = (id: string, organizationId: string): Actor => ({
  kind: 'device',
  id,
  name: 'device',
  roles: [],
  locale: 'uz',
  organizationId,
});
