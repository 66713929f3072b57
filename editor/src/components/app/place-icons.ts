import type { PlaceName } from '../../domain/places.ts';
import {
  iconDevices,
  iconGates,
  iconHome,
  iconImport,
  iconQuality,
  iconRules,
  iconScale,
  iconSessions,
  iconSnapshot,
  iconStock,
  iconTransfer,
  iconUsers,
} from '../ui/icons.ts';

export const PLACE_ICONS: Readonly<Record<PlaceName, string>> = {
  home: iconHome,
  kiosk: iconScale,
  sessions: iconSessions,
  quality: iconQuality,
  transfers: iconTransfer,
  snapshot: iconSnapshot,
  stock: iconStock,
  gates: iconGates,
  rules: iconRules,
  devices: iconDevices,
  users: iconUsers,
  import: iconImport,
};
