import type { DeviceConfig } from './line-config.ts';
import type { Weighing } from './protocols/types.ts';
import { toKg, toMilligrams } from './protocols/weight.ts';

const MG_PER_KG = 1_000_000;
/** An indicator shows nothing above Max + 9 e and calls less than -20 d an underload (OIML R 76). */
const OVERLOAD_DIVISIONS = 9;
const UNDERLOAD_DIVISIONS = 20;

export type Condition = 'ok' | 'overload' | 'underload' | 'adc_fault';

/** A frame as the platform sees it: what may be stored, what is shown, what is wrong. */
export interface Assessed {
  readonly condition: Condition;
  /** Why the condition isn't ok, for a person. */
  readonly reason: string | undefined;
  /** Gross weight that may be stored, in milligrams and kg; undefined: show only. */
  readonly milligrams: number | undefined;
  readonly grossKg: number | undefined;
  /** What the display shows, kg. */
  readonly shownKg: number | undefined;
  readonly negative: boolean;
  readonly empty: boolean;
  readonly tareActive: boolean;
}

/**
 * Judges a frame against the device's range and zero band. A net weight without its tare isn't a
 * gross weight, so it is shown but not stored; a small negative is an empty platform: 0.000.
 */
export function assess(weighing: Weighing, device: DeviceConfig): Assessed {
  const tareActive = weighing.mode === 'net' || weighing.mode === 'tare';
  const shown = {
    shownKg: weighing.kg,
    negative: weighing.negative,
    tareActive,
    milligrams: undefined,
    grossKg: undefined,
    empty: false,
  };
  if (weighing.adcFault)
    return { ...shown, condition: 'adc_fault', reason: 'the indicator reports a broken load cell' };
  if (weighing.overload) return { ...shown, condition: 'overload', reason: 'load above the range' };
  const gross = grossOf(weighing);
  const division = device.divisionKg * MG_PER_KG;
  if (weighing.underload || (gross !== undefined && gross.mg < -UNDERLOAD_DIVISIONS * division))
    return { ...shown, condition: 'underload', reason: 'load below the range' };
  if (gross === undefined)
    return { ...shown, condition: 'ok', reason: 'a tare is active: clear it on the indicator' };
  const limit = (device.maxKg ?? Number.POSITIVE_INFINITY) * MG_PER_KG;
  if (gross.mg > limit + OVERLOAD_DIVISIONS * division)
    return { ...shown, condition: 'overload', reason: 'load above the range', shownKg: undefined };
  const empty = Math.abs(gross.mg) <= device.zeroBandD * division;
  if (gross.mg < 0 && !empty)
    return { ...shown, condition: 'underload', reason: 'negative: zero the empty scale' };
  return {
    ...shown,
    condition: 'ok',
    reason: undefined,
    milligrams: Math.max(0, gross.mg),
    grossKg: Math.max(0, gross.kg),
    empty,
  };
}

function grossOf(weighing: Weighing): { mg: number; kg: number } | undefined {
  const { raw, decimals, unit, mode, tareRaw } = weighing;
  if (raw === undefined || mode === 'tare') return undefined;
  if (mode === 'net' && tareRaw === undefined) return undefined;
  const weight = { raw: mode === 'net' ? raw + (tareRaw ?? 0) : raw, decimals, unit };
  return { mg: toMilligrams(weight), kg: toKg(weight) };
}
