import type { DeviceHealth, LiveReading } from '../data/devices.ts';

export type WeightState =
  | 'connection_lost'
  | 'line_lost'
  | 'no_data'
  | 'fault'
  | 'calibration_expired'
  | 'overload'
  | 'negative'
  | 'settling'
  | 'empty'
  | 'stable';

export interface WeightSight {
  readonly live: LiveReading | undefined;
  readonly health: DeviceHealth | undefined;
  /** The stream to the platform stands. */
  readonly connected: boolean;
  /** Milliseconds since the last live reading came. */
  readonly ageMs: number;
  readonly calibrationExpired: boolean;
}

/** A scale speaks several times a second; a silence this long means that the figure is old. */
export const SILENT_MS = 3000;
const LINE_STATES = ['line_lost', 'reconnecting', 'stopped'];
const FAULT_STATES = ['bad_checksum_rate', 'framing', 'adc_fault'];
/** Below this the platform of the scale is taken as empty, in kg. */
const EMPTY_KG = 0.02;

/** What the weight on the screen is worth; the worst cause wins, so that a dead line never shows a live figure. */
export function weightState(sight: WeightSight): WeightState {
  const { live, health } = sight;
  if (!sight.connected) return 'connection_lost';
  if (health !== undefined && LINE_STATES.includes(health.state)) return 'line_lost';
  if (health !== undefined && FAULT_STATES.includes(health.state)) return 'fault';
  if (live === undefined || sight.ageMs > SILENT_MS) return 'no_data';
  if (live.overload || health?.state === 'overload') return 'overload';
  if (live.kg === null) return 'no_data';
  if (live.negative) return 'negative';
  if (sight.calibrationExpired) return 'calibration_expired';
  if (!live.stable) return 'settling';
  return Math.abs(live.kg) < EMPTY_KG ? 'empty' : 'stable';
}

/** True when the figure itself may be shown: it is of this moment. */
export const isFresh = (state: WeightState): boolean =>
  !['connection_lost', 'line_lost', 'no_data', 'fault', 'overload'].includes(state);
