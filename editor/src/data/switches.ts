import { change, get, type Page, type Query } from './http.ts';

export type RelayState = 'on' | 'off' | 'unknown';
export type Priority = 'automation' | 'schedule' | 'person' | 'safety';

export interface InputConfig {
  readonly input: number;
  readonly type: 'push' | 'rocker';
  readonly link: 'linked' | 'unlinked';
  readonly target_relay?: number | 'all' | null;
  readonly rocker_mode?: 'edge' | 'follow' | null;
  readonly push_mode?: 'toggle' | 'momentary' | null;
  readonly hold_events?: boolean | null;
}
export const RESTORE_MODES = ['off', 'on', 'last'] as const;
export type RestoreMode = (typeof RESTORE_MODES)[number];

/** A device with relays, as the registry shows it. */
export interface SwitchDevice {
  readonly id: string;
  readonly code: string;
  readonly active: boolean;
  readonly online: boolean;
  readonly firmware: string | null;
  readonly driver_model: string | null;
  readonly last_heartbeat_at: string | null;
  readonly config_version: number;
  readonly config_acked: number;
  readonly config: {
    readonly io_config?: { readonly inputs: readonly InputConfig[] };
    readonly power_restore_mode?: RestoreMode;
    readonly hold_all_off?: boolean;
  } | null;
}

export interface Relay {
  readonly relay: number;
  readonly name: string | null;
  readonly state: RelayState;
  readonly source: string | null;
  readonly updated_at: string | null;
  readonly held: boolean;
  readonly held_by: string | null;
  readonly held_priority: Priority | null;
  readonly held_until: string | null;
}
export interface RelayInput {
  readonly input: number;
  readonly active: boolean;
  readonly held: number;
  readonly last_kind: string | null;
  readonly last_at: string | null;
}
export interface SwitchState {
  readonly online: boolean;
  readonly relays: readonly Relay[];
  readonly inputs: readonly RelayInput[];
}
export interface RelayCommand {
  readonly id: string;
  readonly status: string;
  readonly latency_ms: number | null;
}
export interface SwitchEvent {
  readonly seq: number;
  readonly name: string;
  readonly at: string;
  readonly by: string | null;
  readonly by_kind: string | null;
  readonly payload: {
    readonly relay?: number;
    readonly input?: number;
    readonly state?: 'on' | 'off';
    readonly kind?: string;
    readonly held?: number;
    readonly owner?: string | null;
    readonly status?: string;
    readonly fault?: string;
    readonly version?: number;
    readonly acked?: number;
    readonly role?: string | null;
  };
}

export const listSwitches = () =>
  get<Page<SwitchDevice>>('/devices', { device_type: 'relay_switch', page_size: 200 });
export const switchState = (id: string) => get<SwitchState>(`/devices/${id}/relays`);
/** The last command that was answered, for the latency of the line. */
export const lastCommand = async (id: string) =>
  (await get<Page<RelayCommand>>('/relay-commands', { device_id: id, status: 'ok', page_size: 1 }))
    .items[0];
/** S-API-03. @throws ApiError relay_held, device_offline, ack_timeout */
export const setRelay = (id: string, relay: number, state: 'on' | 'off') =>
  change<unknown>('POST', `/devices/${id}/relays/${relay}`, { state });
export const setAllRelays = (id: string, state: 'on' | 'off') =>
  change<unknown>('POST', `/devices/${id}/relays`, { state });
export const releaseRelay = (id: string, relay: number) =>
  change<unknown>('DELETE', `/devices/${id}/relays/${relay}/hold`);
export const nameRelay = (id: string, relay: number, name: string | null) =>
  change<unknown>('PATCH', `/devices/${id}/relays/${relay}`, name === null ? {} : { name });
/** S-API-04. @throws ApiError io_config_invalid with the faults of each input */
export const setIoConfig = (
  id: string,
  input: { inputs: readonly InputConfig[]; hold_all_off: boolean },
) => change<unknown>('PATCH', `/devices/${id}/io-config`, input);
export const setRestoreMode = (id: string, mode: RestoreMode) =>
  change<unknown>('PATCH', `/devices/${id}/power-restore-mode`, { mode });
export const historyOf = (id: string, query: Query) =>
  get<{ items: readonly SwitchEvent[]; next: number | null }>(`/devices/${id}/relay-events`, query);

export type SwitchOrder =
  | { readonly do: 'press' | 'release'; readonly input: number }
  | { readonly do: 'network'; readonly on: boolean }
  | { readonly do: 'power_cut' | 'power_on' | 'state' };
/** What the simulator says of itself, with the demo. */
export interface SimulatedSwitch {
  readonly powered?: boolean;
  readonly connected?: boolean;
}
export const playSwitch = (id: string, order: SwitchOrder) =>
  change<SimulatedSwitch>('POST', `/devices/${id}/simulate`, order);

export const DEVICE_ROLES = ['owner', 'controller', 'viewer'] as const;
export type DeviceRole = (typeof DEVICE_ROLES)[number];

/** Somebody to whom a switch was given; `may_…` is what comes of it with the roles that they have. */
export interface SwitchUser {
  readonly user_id: string;
  readonly username: string;
  readonly full_name: string;
  readonly position: string;
  readonly role: DeviceRole;
  readonly active: boolean;
  readonly may_switch: boolean;
  readonly may_configure: boolean;
}
/** To whom a switch was given, and what whoever asks may do with it. */
export interface SwitchAccess {
  readonly given: boolean;
  readonly own: DeviceRole | null;
  readonly may_switch: boolean;
  readonly may_configure: boolean;
  readonly items: readonly SwitchUser[];
}

/** S-OP-16. */
export const switchAccess = (id: string) => get<SwitchAccess>(`/devices/${id}/users`);
/** @throws ApiError device_not_yours */
export const shareSwitch = (id: string, user: string, role: DeviceRole) =>
  change<unknown>('PUT', `/devices/${id}/users/${encodeURIComponent(user)}`, { role });
/** @throws ApiError device_not_yours, not_found */
export const unshareSwitch = (id: string, user: string) =>
  change<unknown>('DELETE', `/devices/${id}/users/${encodeURIComponent(user)}`);
