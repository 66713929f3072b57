import { change, get, type Page, type Query } from './http.ts';

export const DEVICE_STATES = [
  'starting',
  'ok',
  'no_data',
  'bad_checksum_rate',
  'framing',
  'overload',
  'underload',
  'adc_fault',
  'line_lost',
  'reconnecting',
  'stopped',
] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

export interface Device {
  readonly id: string;
  readonly code: string;
  readonly device_type: 'scale' | 'length_counter' | 'relay_switch';
  /** One that is connected by itself. */
  readonly online: boolean;
  readonly purpose: string | null;
  readonly workcenter_id: string | null;
  readonly serial_no: string | null;
  readonly active: boolean;
  readonly calibration_due_at: string | null;
  readonly last_heartbeat_at: string | null;
  readonly division_kg: number | null;
  readonly driver_model: string | null;
}

export interface DeviceHealth {
  readonly code: string;
  readonly state: DeviceState;
  readonly since?: string;
  readonly reason?: string | null;
  readonly last_event_at?: string | null;
  readonly counters?: Readonly<Record<string, number>>;
}

/** The weight of this moment, from the stream (`live.<code>`). */
export interface LiveReading {
  readonly code: string;
  readonly ts: string;
  readonly kg: number | null;
  readonly stable: boolean;
  readonly overload: boolean;
  readonly negative: boolean;
}

export interface Reading {
  readonly seq: number;
  readonly ts_device: string;
  readonly ts_ingested: string;
  readonly gross_kg: number | null;
  readonly stable: boolean;
  readonly late: boolean;
  readonly raw?: string | null;
  readonly bind_ref: Readonly<Record<string, unknown>> | null;
}

export type SimulatorCommand =
  /** A drift is in kg/s. */
  | { readonly do: 'put' | 'add' | 'drift'; readonly kg: number }
  | { readonly do: 'remove' | 'break' | 'mend' };

export const listDevices = (query: Query = {}) =>
  get<Page<Device>>('/devices', { page_size: 200, ...query });
export const deviceHealth = () => get<{ items: readonly DeviceHealth[] }>('/devices/health');
/** F-API-021. */
export const calibrate = (
  id: string,
  input: { performed_at: string; valid_until: string; certificate_no?: string },
) => change<Device>('PATCH', `/devices/${id}/calibration`, input);
/** F-API-025: what the device sent, newest first. */
export const readingsOf = (device: string, query: Query = {}) =>
  get<Page<Reading>>('/ingest/scale-events', { device_id: device, ...query });
/** Published modules of rules that name a device, with the lines in which they do. */
export const rulesNaming = (id: string) =>
  get<{ modules: readonly { readonly module: string; readonly lines: readonly number[] }[] }>(
    `/devices/${id}/rules`,
  );
/** S-OP-23. @throws ApiError device_not_yours */
export const removeDevice = (id: string) => change<unknown>('DELETE', `/devices/${id}`);
/** Only where the platform runs with the demo. */
export const simulate = (id: string, command: SimulatorCommand) =>
  change<unknown>('POST', `/devices/${id}/simulate`, command);

export interface Capture {
  readonly capture_id: string;
  readonly kg: number;
  readonly scale_event_id: string;
  readonly expires_at: string;
}

/** Holds the reading of this moment for one line (F-API-119). @throws ApiError rs_not_found_in_window */
export const capture = (device: string, purpose?: string) =>
  change<Capture>('POST', '/rs/captures', {
    device_id: device,
    ...(purpose === undefined ? {} : { purpose }),
  });
export const releaseCapture = (id: string) => change<void>('DELETE', `/rs/captures/${id}`);
