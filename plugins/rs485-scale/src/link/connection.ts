/** An open way to the bytes of a line. */
export interface Connection {
  /** Resolves when the bytes have left the process; rejects when they can't. */
  write(bytes: Uint8Array): Promise<void>;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export interface ConnectionEvents {
  onBytes(chunk: Uint8Array): void;
  /** At most once, and not after `close`. */
  onLost(reason: string): void;
}

/** Opens one connection or rejects with a reason that a person can use. */
export type Connect = (events: ConnectionEvents, signal: AbortSignal) => Promise<Connection>;
