import { randomUUID } from 'node:crypto';
import type { Prepared } from '../api/operations.ts';
import type { Transaction } from '../data/index.ts';
import { SecretReplaced } from '../operations/proof.ts';
import type { ScaleEvent } from './event-check.ts';
import { type DeviceFault, noteFaults } from './faults.ts';
import { type LoadMemory, loadStillOn } from './same-load.ts';
import type { DeviceSettings } from './settings.ts';

/** What one request or one driver hands over at a time. */
export interface IngestJob {
  readonly deviceId: string;
  readonly events: readonly ScaleEvent[];
  readonly receivedAt: Date;
  readonly traceId: string;
  /** The secret by which the device was let in; a driver's needs none. */
  readonly secretRef?: string;
}

export interface Stored {
  /** Newly stored, late ones included. */
  readonly accepted: number;
  readonly duplicates: number;
  /** The part of the accepted that came late. */
  readonly late: number;
  /** The part of the duplicates that has another content than what is stored (F-OP-56). */
  readonly conflicts: number;
}

interface Row {
  readonly job: number;
  readonly deviceId: string;
  readonly event: ScaleEvent;
  readonly id: string;
  readonly receivedAt: Date;
  readonly late: boolean;
  readonly trusted: boolean;
  readonly sameLoad: boolean;
  readonly traceId: string;
}

/**
 * Stores the events of many jobs with two multi-row inserts, the keys first: what is there already is
 * a duplicate and stays as it was (F-ALG-02 step 3).
 * @returns one account a job, in order
 */
export async function storeEvents(
  tx: Transaction,
  jobs: readonly IngestJob[],
  settings: DeviceSettings,
  loads: LoadMemory | null,
): Promise<Stored[]> {
  refuseReplaced(tx, jobs);
  if (loads !== null) await learnLoads(tx, jobs, settings, loads);
  const rows = jobs.flatMap((job, index) => rowsOf(job, index, settings, loads));
  const fresh = await insertRows(tx, rows);
  const again = rows.filter(({ id }) => !fresh.has(id));
  const differing = again.length > 0 ? await findConflicts(tx, again) : new Set<string>();
  await noteFaults(tx, faultsOf(rows, fresh, differing), {
    now: jobs[0]?.receivedAt ?? new Date(),
    traceId: jobs[0]?.traceId ?? randomUUID(),
  });
  return accountsOf(jobs, rows, fresh, differing);
}

const REPLACED: Prepared = {
  name: 'qoida_secrets_replaced',
  text: `select 1 from unnest($1::uuid[], $2::text[]) as g (id, secret_ref)
    left join devices d on d.id = g.id where d.secret_ref is distinct from g.secret_ref limit 1`,
};

/** Goes out beside the other statements: it costs no way to the database of its own. */
function refuseReplaced(tx: Transaction, jobs: readonly IngestJob[]): void {
  const proved = jobs.flatMap(({ deviceId, secretRef }) =>
    secretRef ? [{ deviceId, secretRef }] : [],
  );
  if (proved.length === 0) return;
  const values = [proved.map(({ deviceId }) => deviceId), proved.map(({ secretRef }) => secretRef)];
  tx.post(REPLACED, values, (rows) => {
    if (rows.length > 0) throw new SecretReplaced();
  });
}

async function learnLoads(
  tx: Transaction,
  jobs: readonly IngestJob[],
  settings: DeviceSettings,
  loads: LoadMemory,
): Promise<void> {
  const unknown = loads.unknown(jobs.map(({ deviceId }) => deviceId));
  if (unknown.length === 0) return;
  const found = new Map(
    (await loadStillOn(tx, unknown, settings)).map((row) => [row.device_id, row.gross_kg]),
  );
  for (const deviceId of unknown) loads.learn(deviceId, found.get(deviceId) ?? null);
}

function rowsOf(
  job: IngestJob,
  index: number,
  settings: DeviceSettings,
  loads: LoadMemory | null,
): Row[] {
  const received = job.receivedAt.getTime();
  return job.events.map((event) => {
    const age = received - event.ts_device.getTime();
    const late = age > settings.IOT_LATE_SEC * 1000;
    return {
      job: index,
      deviceId: job.deviceId,
      event,
      id: randomUUID(),
      receivedAt: job.receivedAt,
      late,
      trusted: -age <= settings.IOT_CLOCK_AHEAD_SEC * 1000,
      sameLoad: loads?.judge(job.deviceId, event, late) ?? false,
      traceId: job.traceId,
    };
  });
}

const INSERT = `
with incoming as materialized (
  select * from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::timestamptz[], ?::timestamptz[], ?::numeric[],
    ?::numeric[], ?::boolean[], ?::boolean[], ?::boolean[], ?::boolean[], ?::text[], ?::uuid[])
  with ordinality as i (device_id, seq, id, ts_ingested, ts_device, gross_kg, length_m, stable, trusted, late,
    same_load, raw, trace_id, n)
), fresh as (
  insert into scale_event_keys (device_id, seq, event_id, ts_ingested)
  select device_id, seq, id, ts_ingested from incoming order by device_id, seq, n
  on conflict do nothing returning event_id
), stored as (
  insert into scale_events (id, device_id, seq, ts_device, ts_ingested, gross_kg, length_m, stable_bool,
    trusted_bool, late_bool, same_load_bool, raw, trace_id)
  select i.id, i.device_id, i.seq, i.ts_device, i.ts_ingested, i.gross_kg, i.length_m, i.stable, i.trusted, i.late,
    i.same_load, i.raw, i.trace_id
  from incoming i join fresh f on f.event_id = i.id
)
select event_id from fresh`;

/** @returns the ids of those that were not there yet */
async function insertRows(tx: Transaction, rows: readonly Row[]): Promise<Set<string>> {
  const stored = await tx.sql<{ event_id: string }>(INSERT, [
    rows.map((row) => row.deviceId),
    rows.map((row) => row.event.seq),
    rows.map((row) => row.id),
    rows.map((row) => row.receivedAt.toISOString()),
    rows.map((row) => row.event.ts_device.toISOString()),
    rows.map((row) => row.event.gross_kg),
    rows.map((row) => row.event.length_m),
    rows.map((row) => row.event.stable),
    rows.map((row) => row.trusted),
    rows.map((row) => row.late),
    rows.map((row) => row.sameLoad),
    rows.map((row) => row.event.raw),
    rows.map((row) => row.traceId),
  ]);
  return new Set(stored.map((row) => row.event_id));
}

/** Of duplicates: those whose content is not the stored one. An archived event can't be compared. */
async function findConflicts(tx: Transaction, rows: readonly Row[]): Promise<Set<string>> {
  const found = await tx.sql<{ id: string }>(
    `select i.id
     from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::timestamptz[], ?::numeric[], ?::numeric[], ?::boolean[])
       as i (device_id, seq, id, ts_device, gross_kg, length_m, stable)
     join scale_event_keys k on k.device_id = i.device_id and k.seq = i.seq
     join scale_events e on e.id = k.event_id and e.ts_ingested = k.ts_ingested
     where (e.ts_device, e.gross_kg, e.length_m, e.stable_bool)
       is distinct from (i.ts_device, i.gross_kg, i.length_m, i.stable)`,
    [
      rows.map((row) => row.deviceId),
      rows.map((row) => row.event.seq),
      rows.map((row) => row.id),
      rows.map((row) => row.event.ts_device.toISOString()),
      rows.map((row) => row.event.gross_kg),
      rows.map((row) => row.event.length_m),
      rows.map((row) => row.event.stable),
    ],
  );
  return new Set(found.map(({ id }) => id));
}

function faultsOf(
  rows: readonly Row[],
  fresh: ReadonlySet<string>,
  differing: ReadonlySet<string>,
): DeviceFault[] {
  const faults = new Map<string, DeviceFault>();
  const count = ({ deviceId, event }: Row, kind: DeviceFault['kind']) => {
    const key = `${deviceId} ${kind}`;
    faults.set(key, { deviceId, kind, seq: event.seq, count: (faults.get(key)?.count ?? 0) + 1 });
  };
  for (const row of rows) {
    if (differing.has(row.id)) count(row, 'seq_conflict');
    if (!row.trusted && fresh.has(row.id)) count(row, 'clock_ahead');
  }
  return [...faults.values()];
}

function accountsOf(
  jobs: readonly IngestJob[],
  rows: readonly Row[],
  fresh: ReadonlySet<string>,
  differing: ReadonlySet<string>,
): Stored[] {
  const accounts = jobs.map(() => ({ accepted: 0, duplicates: 0, late: 0, conflicts: 0 }));
  for (const row of rows) {
    const account = accounts[row.job];
    if (account === undefined) continue;
    if (!fresh.has(row.id)) account.duplicates += 1;
    else account.accepted += 1;
    if (row.late && fresh.has(row.id)) account.late += 1;
    if (differing.has(row.id)) account.conflicts += 1;
  }
  return accounts;
}
