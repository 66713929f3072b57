import type { Unit } from './weight.ts';

export type StatusMeaning =
  | 'stable'
  | 'unstable'
  | 'overload'
  | 'underload'
  | 'zero'
  | 'net'
  | 'negative'
  | 'adc_fault';

export type FaultMeaning = 'overload' | 'underload' | 'adc_fault';

export interface RegisterMap {
  /** 3 reads holding registers, 4 input registers. */
  readonly readFunction: 3 | 4;
  readonly weight: {
    /** Zero-based address as on the wire: "40001" of a manual is 0. */
    readonly address: number;
    readonly type: 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32';
    readonly wordOrder: 'high-first' | 'low-first';
    readonly decimals: number;
    readonly unit: Unit;
    readonly mode: 'gross' | 'net' | 'unknown';
  };
  readonly status?: {
    readonly address: number;
    /** A set bit `bit` (0 = lowest) means `means`. With `negative` the weight is a magnitude. */
    readonly bits: readonly { readonly bit: number; readonly means: StatusMeaning }[];
  };
  /** Register contents that are codes, not weights, with sign as the type has it. */
  readonly faultValues?: readonly { readonly value: number; readonly means: FaultMeaning }[];
}

/** Maps from vendors' manuals. A plant's own map goes into the line's settings in the same form. */
export const REGISTER_MAPS = {
  /** General Measure GM8802F-2, channel 1. The three values spell ERR, OFF and OFL. */
  'gm8802f-2': {
    readFunction: 3,
    weight: {
      address: 0,
      type: 'int32',
      wordOrder: 'high-first',
      decimals: 3,
      unit: 'kg',
      mode: 'unknown',
    },
    status: {
      address: 2,
      bits: [
        { bit: 0, means: 'stable' },
        { bit: 1, means: 'overload' },
        { bit: 2, means: 'zero' },
        { bit: 4, means: 'adc_fault' },
      ],
    },
    faultValues: [
      { value: 0x7f455252, means: 'adc_fault' },
      { value: 0x7f4f4646, means: 'adc_fault' },
      { value: 0x7f4f464c, means: 'overload' },
    ],
  },
  /** General Measure GMT-H1: no bit of the displayed weight's stability is known for sure. */
  'gmt-h1': {
    readFunction: 3,
    weight: {
      address: 0,
      type: 'int32',
      wordOrder: 'high-first',
      decimals: 3,
      unit: 'kg',
      mode: 'unknown',
    },
    status: {
      address: 2,
      bits: [
        { bit: 5, means: 'underload' },
        { bit: 6, means: 'overload' },
        { bit: 7, means: 'underload' },
      ],
    },
  },
  /** Low-cost load cell modules. Their stability bit is inverted: 1 is motion. */
  'load-cell-module': {
    readFunction: 3,
    weight: {
      address: 0x50,
      type: 'int32',
      wordOrder: 'high-first',
      decimals: 3,
      unit: 'kg',
      mode: 'gross',
    },
    status: {
      address: 0x08,
      bits: [
        { bit: 5, means: 'unstable' },
        { bit: 6, means: 'overload' },
        { bit: 7, means: 'zero' },
        { bit: 9, means: 'overload' },
      ],
    },
  },
} as const satisfies Readonly<Record<string, RegisterMap>>;

export type RegisterMapName = keyof typeof REGISTER_MAPS;
