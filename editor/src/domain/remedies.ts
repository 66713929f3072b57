import type { PlaceName } from './places.ts';

/** Where a person goes to remove the cause of a gate of the plant (F-UI-15). */
const PLACE_OF_GATE: Readonly<Record<string, PlaceName | undefined>> = {
  calibration_expired: 'devices',
  gt_2_extruder: 'sessions',
  e3_qualification: 'users',
  degaz_gate: 'degassing',
  degaz_notice: 'degassing',
  // The session's own page has what is needed.
  delta_exceeded: undefined,
  packages_pending: undefined,
};

/** The place that resolves the gate, if there is one to go to; for a gate nobody named here, the list of gates. */
export const placeOfGate = (gate: string): PlaceName | undefined =>
  Object.hasOwn(PLACE_OF_GATE, gate) ? PLACE_OF_GATE[gate] : 'gates';
