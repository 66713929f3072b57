import type { device, RowOf } from '@qoida/core';
import { defaultConfig, type RelayConfig } from './matrix.ts';

const NONE = defaultConfig({ relays: 0, inputs: 0 });

/** The configuration that is kept of a relay device; without one the usual. */
export const configOf = ({ config }: Pick<RowOf<typeof device>, 'config'>): RelayConfig => ({
  ...NONE,
  ...(config as Partial<RelayConfig> | null),
});

/** What of it the device itself is told. */
export const configFrame = ({ io_config, power_restore_mode }: RelayConfig, version: number) => ({
  version,
  io_config,
  power_restore_mode,
});
