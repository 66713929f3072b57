import type { Shape, Texts } from './fields.ts';

export type DeviceState =
  | 'starting'
  | 'ok'
  | 'no_data'
  | 'bad_checksum_rate'
  | 'framing'
  | 'overload'
  | 'underload'
  | 'adc_fault'
  | 'line_lost'
  | 'reconnecting'
  | 'stopped';

/** What a driver tells of its device, shown as the device's health. */
export interface DeviceHealth {
  readonly code: string;
  readonly state: DeviceState;
  readonly since: Date;
  /** A sentence for a person who has to mend it. */
  readonly reason?: string;
  readonly counters: Readonly<Record<string, number>>;
}

/** A reading on its way to the store; `seq` is given by the host. */
export interface DriverReading {
  readonly code: string;
  readonly ts: Date;
  readonly gross_kg: number;
  readonly stable: boolean;
  /** The frame as it came, hexadecimal. */
  readonly raw: string;
  readonly unit: string;
}

/** The weight of this moment for the screen; never stored. */
export interface LiveReading {
  readonly code: string;
  readonly ts: Date;
  readonly kg: number | null;
  readonly stable: boolean;
  readonly overload: boolean;
  readonly negative: boolean;
}

/** What a driver may do. It runs in a supervised worker: it can't stop the platform, and the platform can end it. */
export interface DriverHost {
  now(): number;
  reading(reading: DriverReading): void;
  live(reading: LiveReading): void;
  health(health: DeviceHealth): void;
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ): void;
}

/** The default export of a driver module. One call serves one line (bus) with all its devices. */
export type Driver = (config: unknown, host: DriverHost) => Promise<{ stop(): Promise<void> }>;

export interface DeviceModel {
  readonly vendor: string;
  readonly model: string;
  readonly title: Texts;
  readonly type: 'scale' | 'length_counter';
  readonly transports: readonly ('serial' | 'tcp')[];
  /** Settings of one line; validated before the driver sees them. */
  readonly settings: Shape;
  /** Module whose default export is a `Driver`. */
  readonly driver: URL;
  /** Program that plays the device in a process of its own; used only with `--demo` and `qoida simulate`. */
  readonly simulator?: URL;
}

export const deviceModel = (model: DeviceModel): DeviceModel => model;
