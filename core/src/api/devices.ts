import type { BaseContext, Tx } from './context.ts';
import type { device } from './core-records.ts';
import type { DEVICE_TYPES } from './device-types.ts';
import type { Shape, Texts } from './fields.ts';
import type { CommandAnswer, DeviceCommand, DialIn } from './links.ts';
import type { RowOf } from './records.ts';

export { DEVICE_TYPES } from './device-types.ts';

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
  /** Runs an operation as the device, down the one road; what is refused is in the log. */
  report(report: DriverReport): void;
  /**
   * Asked last, when a command has its turn: null when it is written now. Else why it is not, as a session's
   * host says it. Never throws.
   */
  whyNotSent(command: DeviceCommand): Promise<CommandAnswer | null>;
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ): void;
}

/** An operation that a device asks for by itself: what it saw, how it stands. */
export interface DriverReport {
  readonly code: string;
  /** Its roles must name `device`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A driver at work. */
export interface DrivenBus {
  stop(): Promise<void>;
  /** A command for one of its devices. A driver without this only reads. */
  command?(code: string, command: DeviceCommand): Promise<CommandAnswer>;
}

/** The default export of a driver module. One call serves one line (bus) with all its devices. */
export type Driver = (config: unknown, host: DriverHost) => Promise<DrivenBus>;

/** What the removal of a device means for its model's plugin; without it only who registers devices removes one. */
export interface DeviceRemoval {
  /** Who may ask for it beside those who register devices. */
  readonly roles: readonly string[];
  /** @throws Refusal when whoever asks may not remove this one */
  readonly refuseStranger: (
    context: Pick<BaseContext, 'actor' | 'db'>,
    of: RowOf<typeof device>,
  ) => Promise<void>;
  /** Ends what the plugin keeps of the device, in the transaction that removes it. */
  readonly end: (
    context: Pick<BaseContext, 'db' | 'now'>,
    of: RowOf<typeof device>,
  ) => Promise<void>;
}

export interface DeviceModel {
  readonly vendor: string;
  readonly model: string;
  readonly title: Texts;
  readonly type: (typeof DEVICE_TYPES)[number];
  readonly transports: readonly ('serial' | 'tcp' | 'websocket')[];
  /** Settings of one line; validated before the driver sees them. */
  readonly settings: Shape;
  /** Module whose default export is a `Driver`; a device that comes in by itself has none. */
  readonly driver?: URL;
  readonly dialIn?: DialIn;
  /** Makes the rows that each new device of the model has, in the transaction that makes the device. */
  readonly provision?: (
    db: Tx,
    device: { readonly id: string; readonly line: unknown },
  ) => Promise<void>;
  readonly removal?: DeviceRemoval;
  /** Program that plays the device in a process of its own; used only with `--demo` and `qoida simulate`. */
  readonly simulator?: URL;
}

export const deviceModel = (model: DeviceModel): DeviceModel => model;
