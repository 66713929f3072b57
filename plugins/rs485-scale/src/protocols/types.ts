import type { Framing } from './framing.ts';
import type { RegisterMap } from './modbus-maps.ts';
import type { Unit } from './weight.ts';

export type Mode = 'gross' | 'net' | 'tare' | 'unknown';

/** What one answer of an indicator says. `undefined` means that the protocol doesn't tell. */
export interface Weighing {
  readonly address: number | undefined;
  /** The displayed integer with its sign; undefined when the display shows no weight. */
  readonly raw: number | undefined;
  readonly decimals: number;
  readonly unit: Unit;
  /** Kilograms rounded to the gram; undefined when there is nothing that may be used as a weight. */
  readonly kg: number | undefined;
  readonly mode: Mode;
  readonly stable: boolean | undefined;
  readonly zero: boolean | undefined;
  readonly overload: boolean;
  readonly underload: boolean;
  readonly negative: boolean;
  readonly adcFault: boolean;
  /** Tare in the scaling of `raw`. */
  readonly tareRaw: number | undefined;
  /** The bytes as they came, hexadecimal. */
  readonly rawHex: string;
}

/** What an indicator has on its display, for the simulator to speak. */
export interface Shown {
  readonly raw: number;
  readonly decimals: number;
  readonly unit: Unit;
  readonly mode: 'gross' | 'net';
  readonly stable: boolean;
  readonly zero: boolean;
  readonly overload: boolean;
  readonly underload: boolean;
  readonly adcFault: boolean;
  readonly tareRaw: number;
  /** Last digit steps by this. */
  readonly increment: 1 | 2 | 5;
}

/** Settings of a line that some protocols need; each protocol names those it reads. */
export interface ProtocolOptions {
  /** Decimals of the display where the frame doesn't carry them. */
  readonly decimals?: number;
  /** Unit where the frame doesn't carry it. */
  readonly unit?: Unit;
  /** False when the indicator is set not to send the optional checksum. */
  readonly checksum?: boolean;
  /** False when the indicator sends the short frame without its tare field. */
  readonly tareField?: boolean;
  /** Modbus registers of the model. */
  readonly registers?: RegisterMap;
}

export interface FrameContext {
  /** Bus address of the device that is expected to speak; undefined on a point-to-point line. */
  readonly address: number | undefined;
  readonly options: ProtocolOptions;
}

export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** What the frames of a protocol carry besides the number. */
export type Told =
  | 'stable'
  | 'overload'
  | 'underload'
  | 'adc_fault'
  | 'mode'
  | 'zero'
  | 'tare'
  | 'unit'
  | 'address';

interface ProtocolBase {
  readonly name: string;
  readonly vendor: string;
  readonly title: string;
  readonly serial: SerialSettings;
  readonly tells: readonly Told[];
  /** False when a corrupted frame can look like a good one: a stable weight then needs two frames. */
  readonly checked: (options: ProtocolOptions) => boolean;
  readonly options: readonly (keyof ProtocolOptions)[];
  readonly framing: Framing;
  /** Frames of one answer → what they say, or undefined when they are no answer of this protocol. */
  readonly decode: (frames: readonly Uint8Array[], context: FrameContext) => Weighing | undefined;
}

/** The indicator talks by itself; one talker a line. */
export interface ContinuousProtocol extends ProtocolBase {
  readonly kind: 'continuous';
  /** Undefined when an indicator of this kind is silent in that state. */
  readonly encode: (shown: Shown, context: FrameContext) => Uint8Array | undefined;
}

/** The indicator answers when asked by its address; several may share a line. */
export interface PolledProtocol extends ProtocolBase {
  readonly kind: 'polled';
  readonly addresses: { readonly min: number; readonly max: number };
  /** Requests of one reading, each answered by one frame, in this order. */
  readonly requests: (context: FrameContext) => readonly Uint8Array[];
  /** How the indicator cuts requests out of the line. */
  readonly requestFraming: Framing;
  /** Answer to a request, or undefined: silence. */
  readonly answer: (
    request: Uint8Array,
    shown: Shown,
    context: FrameContext,
  ) => Uint8Array | undefined;
}

export type Protocol = ContinuousProtocol | PolledProtocol;
