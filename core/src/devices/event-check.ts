import { isStorableText } from '../api/storable.ts';

/** A reading that may be stored, in the words of the API (F-ALG-02). */
export interface ScaleEvent {
  readonly seq: number;
  readonly ts_device: Date;
  /** Kilograms, at most three decimals; null for a length counter. */
  readonly gross_kg: number | null;
  /** Metres, at most two decimals; null for a scale. */
  readonly length_m: number | null;
  readonly stable: boolean;
  /** What came: the frame as hexadecimal, or the event's JSON. */
  readonly raw: string;
}

/** Devices that send readings. */
export type ReadingType = 'scale' | 'length_counter';

export type EventFault =
  | 'not_an_object'
  | 'seq_invalid'
  | 'ts_device_invalid'
  | 'gross_kg_invalid'
  | 'gross_kg_decimals'
  | 'length_m_invalid'
  | 'length_m_decimals'
  | 'value_unexpected'
  | 'stable_invalid'
  | 'raw_invalid';

export interface RejectedEvent {
  readonly index: number;
  readonly reason: EventFault;
}

export interface CheckedEvents {
  readonly valid: ScaleEvent[];
  readonly rejected: RejectedEvent[];
}

/** Largest value that numeric(14, places) holds with room to spare, and that no scale shows. */
const MAX_VALUE = 1e9;
const MAX_RAW = 2000;
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Sorts events into those that may be stored and those that may not, each with its reason. */
export function checkEvents(events: readonly unknown[], type: ReadingType): CheckedEvents {
  const valid: ScaleEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [index, event] of events.entries()) {
    const result = checkEvent(event, type);
    if (typeof result === 'string') rejected.push({ index, reason: result });
    else valid.push(result);
  }
  return { valid, rejected };
}

/** One event: as it will be stored, or what is wrong with it. */
export function checkEvent(event: unknown, type: ReadingType): ScaleEvent | EventFault {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'not_an_object';
  const given = event as Readonly<Record<string, unknown>>;
  const { seq, raw } = given;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return 'seq_invalid';
  const ts_device = momentOf(given.ts_device);
  if (ts_device === null) return 'ts_device_invalid';
  const value = type === 'scale' ? weightOf(given) : lengthOf(given);
  if (typeof value === 'string') return value;
  const stable = given.stable ?? (type === 'length_counter' ? true : undefined);
  if (typeof stable !== 'boolean') return 'stable_invalid';
  if (
    raw !== undefined &&
    (typeof raw !== 'string' || raw.length > MAX_RAW || !isStorableText(raw))
  )
    return 'raw_invalid';
  const kept = raw ?? JSON.stringify(event);
  return { seq: seq + 0, ts_device, ...value, stable, raw: kept.slice(0, MAX_RAW) };
}

function weightOf({ gross_kg, length_m }: Readonly<Record<string, unknown>>) {
  if (length_m != null) return 'value_unexpected';
  if (!isAmount(gross_kg)) return 'gross_kg_invalid';
  if (!hasPlaces(gross_kg, 1000)) return 'gross_kg_decimals';
  return { gross_kg: gross_kg + 0, length_m: null };
}

function lengthOf({ gross_kg, length_m }: Readonly<Record<string, unknown>>) {
  if (gross_kg != null) return 'value_unexpected';
  if (!isAmount(length_m)) return 'length_m_invalid';
  if (!hasPlaces(length_m, 100)) return 'length_m_decimals';
  return { gross_kg: null, length_m: length_m + 0 };
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MAX_VALUE;
/** The shortest decimal form has no more places than the scale allows. */
const hasPlaces = (value: number, scale: number) => Math.round(value * scale) / scale === value;

function momentOf(value: unknown): Date | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value;
  if (typeof value !== 'string') return null;
  const parts = ISO.exec(value);
  if (parts === null) return null;
  const [, year, month, day] = parts.map(Number) as [number, number, number, number];
  // `Date` takes 30 February for 2 March.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) || year < 1970 ? null : moment;
}
