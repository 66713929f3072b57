import type { PlaceName } from './places.ts';

/** Where a person goes to remove the cause of a gate of the plant (F-UI-15). */
const PLACE_OF_GATE: Readonly<Record<string, PlaceName>> = {
  calibration_expired: 'devices',
  vt_limit: 'gates',
  gt_2_extruder: 'sessions',
  e3_qualification: 'users',
  delta_exceeded: 'sessions',
};

/** The place that resolves the gate; for gates of other plugins, the list of gates. */
export const placeOfGate = (gate: string): PlaceName => PLACE_OF_GATE[gate.split('.').pop() ?? gate] ?? 'gates';
