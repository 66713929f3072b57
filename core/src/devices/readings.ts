import { device } from '../api/core-records.ts';
import { conflict, invalid, notFound, Refusal } from '../api/errors.ts';
import type { Actor, BoundReading, Readings, Tx } from '../api/operations.ts';
import { gramsOf, kgOf } from './mass.ts';
import { rsCapture } from './records.ts';
import { isSameLoad } from './same-load.ts';
import { type DeviceSettings, deviceSettingsOf } from './settings.ts';

type Target = Readonly<Record<string, string>>;
interface BindOptions {
  readonly tare_kg?: number;
  readonly allowZero?: boolean;
}

export interface ReadingsContext {
  /** The operation's fixed moment: the age of a reading is measured at it. */
  readonly now: Date;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  afterCommit?(work: () => void): void;
  /** Readings kept for an approved operation: bound in the place of what lies on the scale now. */
  readonly held?: readonly {
    readonly scale_event_id: string;
    readonly capture_id: string | null;
  }[];
  /** Hears of each weight bound, when it is committed. */
  onBound?(bound: { readonly deviceId: string; readonly gross_kg: number }): void;
}

interface Found {
  readonly id: string;
  readonly seq: number;
  readonly gross_kg: number;
  readonly ts_ingested: Date;
  readonly bound: boolean;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Binding of weights inside one transaction: F-ALG-01. The calibration is a gate of the rules, not of this. */
export function createReadings(tx: Tx, context: ReadingsContext): Readings {
  const settings = deviceSettingsOf(context.settings);
  return {
    async bind(deviceName, target, options = {}) {
      const { id, code } = await lockDevice(tx, deviceName);
      await releaseExpired(tx, id, context.now);
      const kept = await heldReading(tx, id, context.held ?? []);
      const found = kept ?? (await newestReading(tx, id, code, context.now, settings));
      if (kept === undefined) await refuseUsed(tx, id, code, found, settings);
      const net_kg = netOf(found.gross_kg, options);
      await tx.sql('update scale_events set bind_ref = ?::jsonb where id = ? and ts_ingested = ?', [
        JSON.stringify(target),
        found.id,
        found.ts_ingested,
      ]);
      const { onBound } = context;
      if (onBound) context.afterCommit?.(() => onBound({ deviceId: id, gross_kg: found.gross_kg }));
      return { scale_event_id: found.id, gross_kg: found.gross_kg, net_kg, ts: found.ts_ingested };
    },
    bindCapture: (captureId, target, options = {}) =>
      bindCapture(tx, captureId, target, options, context.now),
  };
}

/**
 * Locks the device: bindings of one device go one after another, so that the second sees what the
 * first has bound. `no key update` lets its readings come in meanwhile.
 */
async function lockDevice(tx: Tx, name: string): Promise<{ id: string; code: string }> {
  const [row] = await tx.sql<{ id: string; code: string; active: boolean }>(
    `select id, code, active from devices where ${UUID.test(name) ? 'id' : 'code'} = ? and removed_at is null
      for no key update`,
    [name],
  );
  if (row === undefined) throw notFound(device.name, name);
  if (!row.active)
    throw conflict('device_inactive', `The device ${row.code} is switched off`, {
      device: row.code,
    });
  return row;
}

/** The oldest reading of the device that is kept for this operation and not bound yet. */
async function heldReading(
  tx: Tx,
  deviceId: string,
  held: NonNullable<ReadingsContext['held']>,
): Promise<Found | undefined> {
  const ids = held.flatMap((one) => (one.capture_id === null ? [one.scale_event_id] : []));
  if (ids.length === 0) return undefined;
  const [found] = await tx.sql<Found>(
    `select id, seq, gross_kg, ts_ingested, false as bound from scale_events
     where device_id = ? and id = any(?::uuid[]) and bind_ref->>'approval_id' is not null
     order by ts_ingested, seq limit 1 for update`,
    [deviceId, ids],
  );
  return found;
}

async function newestReading(
  tx: Tx,
  deviceId: string,
  code: string,
  now: Date,
  settings: DeviceSettings,
): Promise<Found> {
  const window = settings.IOT_ACCEPT_WINDOW_SEC;
  const oldest = new Date(now.getTime() - window * 1000);
  const [found] = await tx.sql<Found>(
    `select id, seq, gross_kg, ts_ingested, bind_ref is not null as bound from scale_events
     where device_id = ? and ts_ingested >= ? and stable_bool and trusted_bool and not late_bool and gross_kg is not null
     order by ts_ingested desc, seq desc limit 1 for update`,
    [deviceId, oldest],
  );
  if (found !== undefined) return found;
  throw conflict('rs_not_found_in_window', `No stable reading of ${code} in the last ${window} s`, {
    device: code,
    window_sec: window,
  });
}

async function refuseUsed(
  tx: Tx,
  deviceId: string,
  code: string,
  found: Found,
  settings: DeviceSettings,
): Promise<void> {
  // An empty scale holds no load that could count twice: several lines may be empty one after another.
  const guarded = settings.RS_SAME_LOAD_GUARD && !found.bound && found.gross_kg > 0;
  const sameLoad = guarded && (await isSameLoad(tx, deviceId, found, settings));
  if (!found.bound && !sameLoad) return;
  throw conflict(
    'reading_already_used',
    `The weight on ${code} is used already; put the next load on`,
    {
      device: code,
      scale_event_id: found.id,
      same_load: sameLoad,
    },
  );
}

/** @throws Refusal net_not_positive; zero passes where the caller allows it (an empty snapshot line) */
function netOf(gross_kg: number, { tare_kg = 0, allowZero = false }: BindOptions): number {
  const net = gramsOf(gross_kg) - gramsOf(tare_kg);
  if (net > 0 || (net === 0 && allowZero)) return kgOf(net);
  throw invalid('net_not_positive', 'Nothing is left of the weight after the tare', {
    gross_kg,
    tare_kg,
    net_kg: kgOf(net),
  });
}

async function bindCapture(
  tx: Tx,
  captureId: string,
  target: Target,
  options: BindOptions,
  now: Date,
): Promise<BoundReading> {
  const capture = UUID.test(captureId)
    ? await tx.of(rsCapture).find({ id: captureId }, { lock: true })
    : null;
  const details = { capture_id: captureId };
  if (capture === null || capture.released_at !== null) {
    throw new Refusal(
      'not_found',
      'capture_unknown',
      'There is no such weighing, or it was let go',
      details,
    );
  }
  if (capture.used_at !== null)
    throw conflict('reading_already_used', 'This weighing is used already', details);
  if (capture.expires_at <= now)
    throw conflict('capture_expired', 'This weighing is too old; weigh again', details);
  const net_kg = netOf(capture.gross_kg, options);
  await tx.of(rsCapture).update(capture.id, { used_at: now, used_for: target });
  await tx.sql('update scale_events set bind_ref = ?::jsonb where id = ? and ts_ingested = ?', [
    JSON.stringify({ capture_id: capture.id, ...target }),
    capture.scale_event_id,
    capture.ts_ingested,
  ]);
  return {
    scale_event_id: capture.scale_event_id,
    gross_kg: capture.gross_kg,
    net_kg,
    ts: capture.ts_ingested,
  };
}

/** Lets go what was captured and not used in time, so that it no longer counts as the load bound last. */
async function releaseExpired(tx: Tx, deviceId: string, now: Date): Promise<void> {
  await tx.sql(
    `with expired as (
       update rs_captures set released_at = ?::timestamptz
       where device_id = ? and used_at is null and released_at is null and expires_at <= ?::timestamptz
       returning scale_event_id, ts_ingested)
     update scale_events e set bind_ref = null from expired x
     where e.id = x.scale_event_id and e.ts_ingested = x.ts_ingested`,
    [now, deviceId, now],
  );
}
