import type { ChannelDef } from '../api/channels.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { channelRow } from './records.ts';
import { openSecrets, sealSecrets } from './sealing.ts';

export type ChannelRow = RowOf<typeof channelRow>;
type Settings = Readonly<Record<string, unknown>>;

export const findChannel = (tx: Tx, name: string): Promise<ChannelRow | null> =>
  tx.of(channelRow).find({ name });

/** What a channel is sent with: its settings with the defaults, and its secrets opened. */
export function settingsOf(
  def: ChannelDef,
  row: Pick<ChannelRow, 'settings' | 'sealed'> | null,
  place: { organizationId: string; serverSecret: string },
): Settings {
  const defaults = Object.fromEntries(
    Object.entries(def.settings).map(([key, { spec }]) => [key, spec.default ?? null]),
  );
  const at = `${place.organizationId} ${def.name}`;
  return {
    ...defaults,
    ...(row?.settings ?? {}),
    ...openSecrets(row?.sealed ?? null, at, place.serverSecret),
  };
}

/** New settings beside those that are kept: a secret that is not given stays as it was. */
export function settingsToKeep(
  def: ChannelDef,
  row: ChannelRow | null,
  given: Settings,
  place: { organizationId: string; serverSecret: string },
): { settings: Settings; sealed: string | null } {
  const at = `${place.organizationId} ${def.name}`;
  const secrets: Record<string, string> = {
    ...openSecrets(row?.sealed ?? null, at, place.serverSecret),
  };
  const settings: Record<string, unknown> = {};
  for (const [key, { spec }] of Object.entries(def.settings)) {
    const value = given[key];
    if (spec.secret !== true) settings[key] = value ?? spec.default ?? null;
    else if (typeof value === 'string' && value !== '') secrets[key] = value;
  }
  const none = Object.keys(secrets).length === 0;
  return { settings, sealed: none ? null : sealSecrets(secrets, at, place.serverSecret) };
}

/** Names of the secrets that are kept, to show that they are there. */
export function secretsKept(
  row: ChannelRow | null,
  place: { organizationId: string; serverSecret: string },
): string[] {
  if (row === null) return [];
  const at = `${place.organizationId} ${row.name}`;
  return Object.keys(openSecrets(row.sealed, at, place.serverSecret));
}
