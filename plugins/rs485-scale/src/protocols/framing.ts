import type { FrameContext } from './types.ts';

/** Bytes kept while no frame is complete; no frame of a supported protocol is longer. */
export const MAX_REST = 256;

/** What the beginning of a buffer is. */
export type Cut =
  | {
      readonly kind: 'frame' | 'bad_checksum' | 'garbage' | 'separator';
      readonly length: number;
    }
  | { readonly kind: 'wait' };

/** Cuts the first piece off a buffer that isn't empty. It may depend on nothing but the bytes. */
export type Framing = (buffer: Uint8Array, context: FrameContext) => Cut;

export interface Scan {
  readonly frames: readonly Uint8Array[];
  readonly rest: Uint8Array;
  readonly garbageBytes: number;
  readonly badChecksums: number;
}

const WAIT: Cut = { kind: 'wait' };

/**
 * Cuts `rest` followed by `chunk` into frames. However a stream is split into chunks, the frames
 * and counts are the same. Never throws; `rest` never exceeds `MAX_REST` bytes.
 */
export function scan(
  framing: Framing,
  rest: Uint8Array,
  chunk: Uint8Array,
  context: FrameContext,
): Scan {
  let buffer = rest.length === 0 ? chunk : concat(rest, chunk);
  const frames: Uint8Array[] = [];
  let garbageBytes = 0;
  let badChecksums = 0;
  while (buffer.length > 0) {
    const cut = framing(buffer, context);
    if (cut.kind === 'wait') break;
    if (cut.kind === 'frame') frames.push(new Uint8Array(buffer.subarray(0, cut.length)));
    if (cut.kind === 'bad_checksum') badChecksums += 1;
    if (cut.kind === 'garbage') garbageBytes += cut.length;
    buffer = buffer.subarray(cut.length);
  }
  const excess = Math.max(0, buffer.length - MAX_REST);
  return {
    frames,
    rest: new Uint8Array(buffer.subarray(excess)),
    garbageBytes: garbageBytes + excess,
    badChecksums,
  };
}

interface Packet {
  /** Can this byte stand at this place, given the ones before it? Place 0 is the start mark. */
  readonly fits: (
    byte: number,
    index: number,
    buffer: Uint8Array,
    context: FrameContext,
  ) => boolean;
  /** Whole length, as soon as the bytes seen tell it. */
  readonly length: (buffer: Uint8Array, context: FrameContext) => number | undefined;
  readonly verify: (frame: Uint8Array, context: FrameContext) => boolean;
}

/**
 * Frames with a start mark, a length known from their first bytes and a checksum. A byte out of
 * place ends the attempt at once and the search goes on one byte later.
 */
export function packet(shape: Packet): Framing {
  return (buffer, context) => {
    const starts = (at: number) => shape.fits(buffer[at] ?? 0, 0, buffer.subarray(at), context);
    const nextStart = (from: number, to: number) => {
      let at = from;
      while (at < to && !starts(at)) at += 1;
      return at;
    };
    if (!starts(0)) return { kind: 'garbage', length: nextStart(1, buffer.length) };
    const length = shape.length(buffer, context);
    const seen = Math.min(buffer.length, length ?? buffer.length);
    for (let index = 1; index < seen; index += 1) {
      if (!shape.fits(buffer[index] ?? 0, index, buffer, context))
        return { kind: 'garbage', length: 1 };
    }
    if (length === undefined || buffer.length < length) return WAIT;
    if (shape.verify(buffer.subarray(0, length), context)) return { kind: 'frame', length };
    return { kind: 'bad_checksum', length: nextStart(1, length) };
  };
}

const CR = 0x0d;
const LF = 0x0a;
const isEnd = (byte: number) => byte === CR || byte === LF;
const isPrintable = (byte: number) => byte >= 0x20 && byte <= 0x7e;

/**
 * Lines of printable ASCII ended by CR, LF or both. `header` finds where a frame begins, so that
 * noise or a cut frame before it costs nothing; the last header of a line wins. The frame has no
 * terminator in it.
 */
export function textLine(shape: { maxLength: number; header: RegExp }): Framing {
  return (buffer) => {
    let end = 0;
    while (end < buffer.length && isPrintable(buffer[end] ?? 0)) end += 1;
    if (end === buffer.length)
      return end > shape.maxLength ? { kind: 'garbage', length: end - shape.maxLength } : WAIT;
    if (!isEnd(buffer[end] ?? 0)) return { kind: 'garbage', length: end + 1 };
    if (end === 0) return { kind: 'separator', length: 1 };
    const from = Math.max(0, end - shape.maxLength);
    const begin = lastMatch(ascii(buffer.subarray(from, end)), shape.header);
    if (begin === undefined) return { kind: 'garbage', length: end };
    if (from + begin > 0) return { kind: 'garbage', length: from + begin };
    return { kind: 'frame', length: end };
  };
}

function lastMatch(line: string, header: RegExp): number | undefined {
  let found: number | undefined;
  for (const match of line.matchAll(header)) found = match.index;
  return found;
}

export const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
export const fromAscii = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0));
export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').toUpperCase();

export function concat(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
