import type { WeightState } from '../../domain/weight.ts';
import {
  iconBlock,
  iconError,
  iconOffline,
  iconOk,
  iconScale,
  iconWait,
  iconWarning,
} from '../ui/icons.ts';

export interface WeightLook {
  readonly tone: 'good' | 'warn' | 'bad' | 'calm';
  readonly icon: string;
}

/** Colour and sign of each state; the words are under `weight.` in the locales. */
export const WEIGHT_LOOKS: Readonly<Record<WeightState, WeightLook>> = {
  stable: { tone: 'good', icon: iconOk },
  settling: { tone: 'warn', icon: iconWait },
  empty: { tone: 'calm', icon: iconScale },
  negative: { tone: 'bad', icon: iconError },
  overload: { tone: 'bad', icon: iconError },
  calibration_expired: { tone: 'bad', icon: iconBlock },
  no_data: { tone: 'warn', icon: iconWarning },
  fault: { tone: 'bad', icon: iconError },
  line_lost: { tone: 'bad', icon: iconOffline },
  connection_lost: { tone: 'warn', icon: iconOffline },
};
