import type { DeviceState } from '../../data/devices.ts';
import { iconError, iconOffline, iconOk, iconWait, iconWarning } from '../ui/icons.ts';

type Look = { readonly tone: 'good' | 'warn' | 'bad' | 'plain'; readonly icon: string };

export const HEALTH_LOOKS: Readonly<Record<DeviceState, Look>> = {
  starting: { tone: 'plain', icon: iconWait },
  ok: { tone: 'good', icon: iconOk },
  no_data: { tone: 'warn', icon: iconWarning },
  bad_checksum_rate: { tone: 'bad', icon: iconError },
  framing: { tone: 'bad', icon: iconError },
  overload: { tone: 'warn', icon: iconWarning },
  underload: { tone: 'warn', icon: iconWarning },
  adc_fault: { tone: 'bad', icon: iconError },
  line_lost: { tone: 'bad', icon: iconOffline },
  reconnecting: { tone: 'warn', icon: iconWait },
  stopped: { tone: 'plain', icon: iconOffline },
};
