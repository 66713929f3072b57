/** A command on its way to a device. */
export interface DeviceCommand {
  /** Sent again it has the same id: a device that has done it answers `duplicate` and moves nothing. */
  readonly id: string;
  /** A word of the device's vocabulary: `set_relay`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** A device that gets it later must not do it. */
  readonly expiresAt: Date;
  /** Of those that wait for their turn the highest goes first, and what it makes pointless is not sent any more. */
  readonly rank?: number;
  /**
   * Whether it is still to be sent: asked when it has its turn, so that nothing comes between the answer and the
   * sending (`whyNotSent` of the host). What this takes counts towards `expiresAt`. When it rejects, nobody
   * knows, and nothing is sent.
   */
  readonly stillWanted?: () => Promise<boolean>;
  /**
   * Settled when what the answer says has been kept. What the device tells after its answer is looked at
   * only then: otherwise older news would be kept last.
   */
  readonly kept?: Promise<unknown>;
}

/**
 * What became of a command. `ok`: done. `accepted`: begun, a report follows. `duplicate`: was done before.
 * `rejected`, `expired`, `error`: nothing was done, by the device's own word or because it was not sent. `unconfirmed`: sent, but no answer
 * came in time. `offline`: not sent, the device is not there.
 */
export type CommandStatus =
  | 'ok'
  | 'accepted'
  | 'duplicate'
  | 'rejected'
  | 'expired'
  | 'error'
  | 'unconfirmed'
  | 'offline';

export interface CommandAnswer {
  readonly status: CommandStatus;
  /** A word of the device for its refusal: `conflict`. */
  readonly code?: string;
  readonly message?: string;
  /** What the device says of itself after the command. */
  readonly state?: unknown;
  /** From the sending to the answer. */
  readonly latency_ms: number;
}

/** Ways to devices that are connected at this moment. */
export interface DeviceLinks {
  isOnline(deviceId: string): boolean;
  /** Sends at once or not at all: a command never waits for a device to come back. Never throws. */
  command(deviceId: string, command: DeviceCommand): Promise<CommandAnswer>;
}

/** What the platform gives to the session of one connected device. */
export interface SessionHost {
  readonly device: { readonly id: string; readonly code: string };
  readonly settings: Readonly<Record<string, unknown>>;
  now(): Date;
  /** One frame as JSON text; false when the connection is gone or the device does not keep up. */
  send(frame: Readonly<Record<string, unknown>>): boolean;
  close(code: number, reason: string): void;
  /**
   * Asked last, when a command has its turn: null when it goes out now, and then it must leave at once. Else why
   * it does not: `expired`, with the code `overtaken` where it is not wanted any more and `undecided` where that
   * could not be told. Never throws.
   */
  whyNotSent(command: DeviceCommand): Promise<CommandAnswer | null>;
  /** Resolves when everything that has come up to now was looked at: an answer among it is not late. */
  caughtUp(): Promise<void>;
  /**
   * Runs an operation as this device, down the one road: its roles must name `device`.
   * @throws Refusal
   */
  run(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    idempotencyKey?: string,
  ): Promise<unknown>;
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ): void;
}

/** One connection of one device, as a plugin speaks with it. */
export interface DeviceSession {
  /**
   * A text frame, as JSON. What it throws ends the connection as a protocol error.
   * @param waitedMs how long it lay here until those before it were looked at
   */
  receive(frame: unknown, waitedMs: number): void | Promise<void>;
  command(command: DeviceCommand): Promise<CommandAnswer>;
  /** The connection is gone: what waits for an answer gets none. */
  closed(): void;
}

/** How devices of a model come in by themselves over a WebSocket at `/ws/devices`. */
export interface DialIn {
  /** Sub-protocol of the WebSocket: `relay.v1`. */
  readonly protocol: string;
  /** A device that shows no life for so long is gone. */
  readonly silentMs: (settings: Readonly<Record<string, unknown>>) => number;
  readonly open: (host: SessionHost) => DeviceSession;
}
