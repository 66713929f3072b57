import type { BoardMap } from './maps.ts';

/** A question to a board, and how long its answer is (an exception has 5 bytes). */
export interface Request {
  readonly bytes: Uint8Array;
  readonly answerLength: number;
}

const EXCEPTION = 0x80;
const EXCEPTION_LENGTH = 5;
const ECHO_LENGTH = 8;

/** CRC-16/MODBUS (polynomial 0xA001 reflected, initial value 0xFFFF). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** The CRC goes low byte first. */
export function withCrc(body: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
}

export function crcAgrees(frame: Uint8Array): boolean {
  const crc = crc16(frame.subarray(0, -2));
  return frame.length > 3 && frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
}

const word = (value: number): number[] => [value >> 8, value & 0xff];

/** How the relays stand. @param count of relays of the board */
export function readRelays({ read }: BoardMap, address: number, count: number): Request {
  const length = read.fn === 1 ? Math.ceil(count / 8) : 2 * count;
  const bytes = withCrc([address, read.fn, ...word(read.start), ...word(count)]);
  return { bytes, answerLength: 5 + length };
}

/** How the inputs stand; null where the board has none. */
export function readInputs({ inputs }: BoardMap, address: number, count: number): Request | null {
  if (inputs === null || count === 0) return null;
  const bytes = withCrc([address, 2, ...word(inputs.start), ...word(count)]);
  return { bytes, answerLength: 5 + Math.ceil(count / 8) };
}

/** @param relay index from 0 */
export function writeRelay(
  { write }: BoardMap,
  address: number,
  relay: number,
  on: boolean,
): Request {
  const value = on ? write.on : write.off;
  const bytes = withCrc([address, write.fn, ...word(write.start + relay), ...word(value)]);
  return { bytes, answerLength: ECHO_LENGTH };
}

/** All relays: one frame where the board can, else one each. */
export function writeRelays(map: BoardMap, address: number, states: readonly boolean[]): Request[] {
  if (map.writeAll === null) return states.map((on, relay) => writeRelay(map, address, relay, on));
  const packed = bytesOf(states);
  const head = [address, 15, ...word(map.writeAll.start), ...word(states.length), packed.length];
  return [{ bytes: withCrc([...head, ...packed]), answerLength: ECHO_LENGTH }];
}

/** Bits with the first in the lowest place. */
export function bytesOf(states: readonly boolean[]): number[] {
  const bytes = new Array<number>(Math.ceil(states.length / 8)).fill(0);
  for (const [at, on] of states.entries())
    if (on) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  return bytes;
}

/** A board says no: function not known (1), address (2), value (3), failure (4). */
export class BoardException extends Error {
  readonly exception: number;
  constructor(exception: number) {
    super(`the board answers exception ${exception}`);
    this.name = 'BoardException';
    this.exception = exception;
  }
}

/**
 * The first whole and undamaged answer to a request among what was heard. Noise, damaged frames and
 * frames of another board, function or question are passed over: on a bus they are no fault of ours.
 */
export function answerIn(request: Request, heard: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at + EXCEPTION_LENGTH <= heard.length; at += 1) {
    const exception = ((heard[at + 1] ?? 0) & EXCEPTION) !== 0;
    const length = exception ? EXCEPTION_LENGTH : request.answerLength;
    const frame = heard.slice(at, at + length);
    if (frame.length === length && crcAgrees(frame) && answers(request, frame)) return frame;
  }
  return undefined;
}

function answers({ bytes, answerLength }: Request, frame: Uint8Array): boolean {
  const [board, asked = 0] = bytes;
  if (frame[0] !== board) return false;
  if (frame[1] === (asked | EXCEPTION)) return true;
  if (frame[1] !== asked) return false;
  const echoes = asked === 5 || asked === 6 || asked === 15;
  if (echoes) return bytes.slice(0, 6).every((byte, at) => frame[at] === byte);
  return frame[2] === answerLength - 5;
}

/** What a board that says no gives as its reason; null for an answer. */
export const exceptionIn = (answer: Uint8Array): number | null =>
  ((answer[1] ?? 0) & EXCEPTION) === 0 ? null : (answer[2] ?? 0);

/** The states out of an answer to `readRelays` or `readInputs`. */
export function statesIn(answer: Uint8Array, count: number): boolean[] {
  const registers = answer[1] === 3;
  return Array.from({ length: count }, (_, at) =>
    registers
      ? ((answer[3 + 2 * at] ?? 0) << 8) + (answer[4 + 2 * at] ?? 0) === 1
      : ((answer[3 + (at >> 3)] ?? 0) & (1 << (at & 7))) !== 0,
  );
}
