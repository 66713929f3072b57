import type { IoConfig, RestoreMode } from '../config/matrix.ts';

/** One switch to play: where it dials in and as whom, and how its clock runs. */
export interface SwitchConfig {
  readonly code: string;
  /** `ws://host:port`; the path is the platform's own. */
  readonly url: string;
  /** `CODE.SECRET`. */
  readonly token: string;
  readonly relays?: number;
  readonly inputs?: number;
  /** The device's time runs so much faster than ours: a hold of 10 s takes a fraction of that. */
  readonly speed?: number;
  /** Pauses between attempts to connect, in milliseconds of ours. */
  readonly backoff?: { readonly first_ms?: number; readonly most_ms?: number };
}

/** One bus of Modbus boards to play. */
export interface BoardLineConfig {
  readonly link: { readonly kind: 'tcp' | 'serial' };
  readonly map?: string;
  readonly channels?: { readonly relays?: number; readonly inputs?: number };
  readonly scales: readonly { readonly code: string; readonly address?: number }[];
}

export interface SimulatorConfig {
  readonly control_port?: number;
  readonly switches?: readonly SwitchConfig[];
  readonly lines?: readonly BoardLineConfig[];
}

/** What can be done to a played device from outside; `scale` names it, as in every simulator. */
export interface Order {
  readonly scale: string;
  readonly do: string;
  readonly input?: number;
  readonly on?: boolean;
  readonly ms?: number;
  readonly frames?: number;
  readonly d?: number;
}

export interface SwitchState {
  readonly relays: readonly boolean[];
  readonly inputs: readonly boolean[];
  readonly connected: boolean;
  readonly powered: boolean;
  readonly config_version: number;
  readonly io_config: IoConfig | null;
  readonly power_restore_mode: RestoreMode;
  /** How often each command moved a relay. */
  readonly moves: Readonly<Record<string, number>>;
  /** How often each command came, and how often it was done: a second time it is answered and moves nothing. */
  readonly commands: Readonly<Record<string, { readonly seen: number; readonly done: number }>>;
  /** How often each relay moved: what wears it out. */
  readonly wear: readonly number[];
  /** What the flash holds: how relays come back after a power cut with the mode `last`. */
  readonly saved: readonly boolean[];
  /** Events that nobody has confirmed; beyond 100 the oldest is given up. */
  readonly unsent: number;
  /** Age of the oldest event that nobody has confirmed, in its own milliseconds; 0 for none. */
  readonly oldest_unsent_ms: number;
  readonly sent: Readonly<Record<string, number>>;
  readonly last_close: number | null;
}

export interface BoardState {
  readonly relays: readonly boolean[];
  readonly inputs: readonly boolean[];
  readonly frames: number;
}

export type Answer<S = SwitchState | BoardState> =
  | { readonly ok: true; readonly state: S }
  | { readonly ok: false; readonly error: string };

export interface Ready {
  readonly ready: true;
  readonly control: { readonly port: number };
  readonly scales: readonly { readonly code: string; readonly link: object | null }[];
}
