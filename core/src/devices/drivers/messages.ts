import type { DeviceHealth, DriverReading, LiveReading } from '../../api/devices.ts';

/** What a line's worker is started with. */
export interface WorkerTask {
  /** Address of the driver's module. */
  readonly driver: string;
  readonly config: unknown;
  readonly beatMs: number;
}

/** What had to be left out because too much came. */
export interface Dropped {
  readonly unstable: number;
  readonly stable: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** From the worker to the platform. One `batch` is under way at a time: the next waits for the `ack`. */
export type FromWorker =
  | { readonly kind: 'beat' }
  | { readonly kind: 'started' }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'batch';
      readonly readings: readonly DriverReading[];
      readonly live: readonly LiveReading[];
      readonly health: readonly DeviceHealth[];
      readonly dropped: Dropped;
    }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

export type ToWorker = { readonly kind: 'ack' } | { readonly kind: 'stop' };
