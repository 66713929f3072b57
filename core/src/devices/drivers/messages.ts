import type { DeviceHealth, DriverReading, DriverReport, LiveReading } from '../../api/devices.ts';
import type { CommandAnswer, DeviceCommand } from '../../api/links.ts';

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
  /** `commands`: the driver also takes commands. */
  | { readonly kind: 'started'; readonly commands: boolean }
  | { readonly kind: 'report'; readonly report: DriverReport }
  | { readonly kind: 'answered'; readonly call: number; readonly answer: CommandAnswer }
  /** Whether a command that has its turn is still to be written. */
  | { readonly kind: 'ask'; readonly call: number }
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

export type ToWorker =
  | { readonly kind: 'ack' }
  | { readonly kind: 'stop' }
  | {
      readonly kind: 'command';
      readonly call: number;
      readonly code: string;
      readonly command: Omit<DeviceCommand, 'stillWanted' | 'kept'>;
      /** It has to be asked for once more before it is written. */
      readonly asks: boolean;
    }
  /** The answer to `ask`; `fault`: it could not be told. */
  | {
      readonly kind: 'told';
      readonly call: number;
      readonly wanted: boolean;
      readonly fault?: string;
    };
