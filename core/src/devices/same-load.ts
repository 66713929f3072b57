import type { Tx } from '../api/operations.ts';
import type { ScaleEvent } from './event-check.ts';
import { gramsOf } from './mass.ts';
import type { DeviceSettings } from './settings.ts';

type Limits = Pick<DeviceSettings, 'RS_DEBOUNCE_KG' | 'RS_ZERO_KG'>;

/**
 * Whether an event says that the load that was bound has left the scale: it moves, the scale is
 * empty, or the weight is another one (F-ALG-02 step 5). SQL over `e` (the event) and `bound`; late
 * events count by the device's own clock, since they tell of an earlier time than they come.
 */
const LIFTED = `
  (not e.stable_bool or e.gross_kg < :zero or abs(e.gross_kg - bound.gross_kg) > :debounce)
  and (not e.late_bool or e.ts_device > bound.ts_device)`;

const AFTER_BOUND = `e.device_id = bound.device_id and e.ts_ingested >= bound.ts_ingested
  and (e.ts_ingested, e.seq) > (bound.ts_ingested, bound.seq)`;

/** @returns the device's last bound weight when nothing since says that the load was taken off, else null */
export async function loadStillOn(
  tx: Tx,
  deviceIds: readonly string[],
  limits: Limits,
): Promise<{ device_id: string; gross_kg: number }[]> {
  return tx.sql(
    `select bound.device_id, bound.gross_kg
     from unnest(?::uuid[]) as d (id) cross join lateral (${LAST_BOUND('d.id')}) as bound
     where not exists (select 1 from scale_events e where ${AFTER_BOUND} and ${withLimits(LIFTED, limits)})`,
    [deviceIds],
  );
}

/**
 * Whether a reading is of the very load that was bound last: of the same weight, and nothing between
 * the two says that the load was taken off.
 * @param reading a stable event of the device
 */
export async function isSameLoad(
  tx: Tx,
  deviceId: string,
  reading: { readonly ts_ingested: Date; readonly seq: number; readonly gross_kg: number },
  limits: Limits,
): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from (${LAST_BOUND('?::uuid')}) as bound
     where abs(bound.gross_kg - ?::numeric) <= ${limits.RS_DEBOUNCE_KG}
       and not exists (
         select 1 from scale_events e
         where ${AFTER_BOUND} and (e.ts_ingested, e.seq) < (?::timestamptz, ?::bigint)
           and ${withLimits(LIFTED, limits)})`,
    [deviceId, reading.gross_kg, reading.ts_ingested, reading.seq],
  );
  return rows.length > 0;
}

function LAST_BOUND(deviceId: string): string {
  return `select device_id, gross_kg, ts_ingested, ts_device, seq from scale_events
    where device_id = ${deviceId} and bind_ref is not null and gross_kg is not null
    order by ts_ingested desc, seq desc limit 1`;
}

/** The limits are numbers of the settings, never text of a caller. */
const withLimits = (sql: string, limits: Limits) =>
  sql
    .replaceAll(':zero', String(Number(limits.RS_ZERO_KG)))
    .replaceAll(':debounce', String(Number(limits.RS_DEBOUNCE_KG)));

interface Load {
  readonly boundGrams: number;
  stillOn: boolean;
}

/**
 * The same judgement in memory, for the flag that events carry from ingest on. A hint for people
 * who read diagnostics: what counts is asked of the database when a reading is bound.
 */
export class LoadMemory {
  readonly #loads = new Map<string, Load | null>();
  readonly #debounce: number;
  readonly #zero: number;

  constructor(limits: Limits) {
    this.#debounce = gramsOf(limits.RS_DEBOUNCE_KG);
    this.#zero = gramsOf(limits.RS_ZERO_KG);
  }

  /** Devices of which nothing is known since the start. */
  unknown(deviceIds: readonly string[]): string[] {
    return [...new Set(deviceIds)].filter((id) => !this.#loads.has(id));
  }

  learn(deviceId: string, boundKg: number | null): void {
    this.#loads.set(
      deviceId,
      boundKg === null ? null : { boundGrams: gramsOf(boundKg), stillOn: true },
    );
  }

  /** Takes the next event of a device. @returns whether it is of the load that was bound last */
  judge(deviceId: string, event: ScaleEvent, late: boolean): boolean {
    const load = this.#loads.get(deviceId);
    if (!load?.stillOn || late || event.gross_kg === null) return false;
    const grams = gramsOf(event.gross_kg);
    const lifted =
      !event.stable || grams < this.#zero || Math.abs(grams - load.boundGrams) > this.#debounce;
    if (lifted) load.stillOn = false;
    return !lifted;
  }
}
