import { concat } from '../protocols/framing.ts';

/** What is wrong with the wire at this moment. */
export interface Faults {
  /** Frames still to be sent with a wrong checksum byte. */
  readonly corrupt: number;
  /** Frames still to be sent without one of their bytes. */
  readonly dropByte: number;
  /** Noise bytes between frames. */
  readonly garbage: boolean;
  /** Noise at full speed instead of frames. */
  readonly babble: boolean;
  /** Silence. */
  readonly quiet: boolean;
  /** A converter puts its own registration packet into the stream. */
  readonly heartbeat: boolean;
  /** Unplugged. */
  readonly broken: boolean;
}

export const NO_FAULTS: Faults = {
  corrupt: 0,
  dropByte: 0,
  garbage: false,
  babble: false,
  quiet: false,
  heartbeat: false,
  broken: false,
};

const GARBAGE_BYTES = 12;
const HEARTBEAT = Uint8Array.from('+HB:0001', (char) => char.charCodeAt(0));

export const noise = (bytes: number, random: () => number): Uint8Array =>
  Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));

/** A frame as it leaves through a faulty wire, and the faults that remain. */
export function spoil(
  frame: Uint8Array,
  faults: Faults,
  random: () => number,
): { readonly bytes: Uint8Array; readonly faults: Faults } {
  if (faults.quiet || faults.babble || faults.broken) return { bytes: new Uint8Array(), faults };
  let bytes = frame;
  if (faults.corrupt > 0) bytes = flipBit(bytes);
  if (faults.dropByte > 0) {
    const at = 1 + Math.floor(random() * (bytes.length - 2));
    bytes = concat(bytes.subarray(0, at), bytes.subarray(at + 1));
  }
  if (faults.garbage) bytes = concat(noise(GARBAGE_BYTES, random), bytes);
  if (faults.heartbeat) bytes = concat(HEARTBEAT, bytes);
  const left = {
    ...faults,
    corrupt: Math.max(0, faults.corrupt - 1),
    dropByte: Math.max(0, faults.dropByte - 1),
  };
  return { bytes, faults: left };
}

/** The lowest bit of the middle byte: a digit of the weight turns into another digit. */
function flipBit(frame: Uint8Array): Uint8Array {
  const at = Math.floor(frame.length / 2);
  return frame.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
}

/**
 * Splits and merges like a converter: a random tail of what is to be sent waits for the next time.
 */
export function ragged(
  waiting: Uint8Array,
  bytes: Uint8Array,
  random: () => number,
): { readonly send: Uint8Array; readonly waiting: Uint8Array } {
  const all = concat(waiting, bytes);
  const cut = all.length - Math.floor(random() * Math.min(all.length, bytes.length + 1));
  return { send: all.subarray(0, cut), waiting: all.slice(cut) };
}
