/** Where a board keeps its relays and inputs, as data: boards differ in nothing else. */
export interface BoardMap {
  /** Address of a board as it is sold. */
  readonly address: number;
  /** State of the relays: bits of coils (function 1) or one register each (function 3). */
  readonly read: { readonly fn: 1 | 3; readonly start: number };
  /** One relay: a coil (function 5) or a register (function 6) with these values. */
  readonly write: {
    readonly fn: 5 | 6;
    readonly start: number;
    readonly on: number;
    readonly off: number;
  };
  /** All at once by function 15; without it one after another. */
  readonly writeAll: { readonly start: number } | null;
  /** Inputs by function 2. */
  readonly inputs: { readonly start: number } | null;
}

/** Register maps of boards that are sold (reference relay-switch §4). */
export const MAPS = {
  waveshare: {
    address: 1,
    read: { fn: 1, start: 0 },
    write: { fn: 5, start: 0, on: 0xff00, off: 0x0000 },
    writeAll: { start: 0 },
    inputs: { start: 0 },
  },
  'lc-tech': {
    address: 255,
    read: { fn: 1, start: 0 },
    write: { fn: 5, start: 0, on: 0xff00, off: 0x0000 },
    writeAll: null,
    inputs: { start: 0 },
  },
  lcus: {
    address: 1,
    read: { fn: 1, start: 1 },
    write: { fn: 5, start: 1, on: 0x0100, off: 0x0000 },
    writeAll: null,
    inputs: null,
  },
  r4d8: {
    address: 1,
    read: { fn: 3, start: 1 },
    write: { fn: 6, start: 1, on: 0x0001, off: 0x0002 },
    writeAll: null,
    inputs: null,
  },
} as const satisfies Readonly<Record<string, BoardMap>>;

export type MapName = keyof typeof MAPS;
export const MAP_NAMES = Object.keys(MAPS) as MapName[];
