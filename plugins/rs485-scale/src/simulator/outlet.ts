import type { SimulatedLink } from './commands.ts';

/** The simulator's end of a line. */
export interface Outlet {
  readonly link: SimulatedLink;
  /** Bytes that nobody takes are lost, as on a wire. */
  send(bytes: Uint8Array): void;
  /** Cuts the line: the other end loses its port or connection. */
  break(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export type OnBytes = (chunk: Uint8Array) => void;
