import { bytesOf, crcAgrees, withCrc } from '../modbus/frames.ts';
import { type BoardMap, MAPS, type MapName } from '../modbus/maps.ts';
import { openTcp } from './outlet.ts';
import { findSocat, openPty } from './pty.ts';
import type { Answer, BoardLineConfig, BoardState, Order } from './types.ts';

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

/** Answers the frames of one bus; several boards may be on it. */
export interface Slave {
  /** @returns the answer, or null for a frame that is damaged or another's */
  answer(frame: Uint8Array): Uint8Array | null;
  act(order: Order): Answer<BoardState>;
}

/** One relay board as its map describes it. */
export function createSlave(
  map: BoardMap,
  address: number,
  relayCount: number,
  inputCount: number,
): Slave {
  const relays = new Array<boolean>(relayCount).fill(false);
  const inputs = new Array<boolean>(inputCount).fill(false);
  let frames = 0;
  let broken = 0;
  let silent = 0;
  const word = (frame: Uint8Array, at: number) => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
  const refuse = (fn: number, code: number) => withCrc([address, fn | 0x80, code]);

  const readBits = (fn: number, frame: Uint8Array, start: number, states: readonly boolean[]) => {
    const [from, count] = [word(frame, 2) - start, word(frame, 4)];
    if (from < 0 || count === 0 || from + count > states.length) return refuse(fn, ILLEGAL_ADDRESS);
    const packed = bytesOf(states.slice(from, from + count));
    return withCrc([address, fn, packed.length, ...packed]);
  };
  const readWords = (frame: Uint8Array) => {
    const [from, count] = [word(frame, 2) - map.read.start, word(frame, 4)];
    if (from < 0 || count === 0 || from + count > relays.length) return refuse(3, ILLEGAL_ADDRESS);
    const words = relays.slice(from, from + count).flatMap((on) => [0, on ? 1 : 0]);
    return withCrc([address, 3, words.length, ...words]);
  };
  const writeOne = (frame: Uint8Array) => {
    const fn = map.write.fn;
    const at = word(frame, 2) - map.write.start;
    const value = word(frame, 4);
    if (at < 0 || at >= relays.length) return refuse(fn, ILLEGAL_ADDRESS);
    if (value !== map.write.on && value !== map.write.off) return refuse(fn, ILLEGAL_VALUE);
    relays[at] = value === map.write.on;
    return withCrc([...frame.subarray(0, 6)]);
  };
  const writeMany = (frame: Uint8Array) => {
    const [from, count] = [word(frame, 2) - (map.writeAll?.start ?? 0), word(frame, 4)];
    if (from < 0 || from + count > relays.length) return refuse(15, ILLEGAL_ADDRESS);
    for (let at = 0; at < count; at += 1)
      relays[from + at] = ((frame[7 + (at >> 3)] ?? 0) & (1 << (at & 7))) !== 0;
    return withCrc([...frame.subarray(0, 6)]);
  };
  const answerOf = (frame: Uint8Array): Uint8Array => {
    const fn = frame[1] ?? 0;
    if (fn === map.read.fn)
      return fn === 1 ? readBits(1, frame, map.read.start, relays) : readWords(frame);
    if (fn === 2 && map.inputs !== null) return readBits(2, frame, map.inputs.start, inputs);
    if (fn === map.write.fn) return writeOne(frame);
    if (fn === 15 && map.writeAll !== null) return writeMany(frame);
    return refuse(fn, ILLEGAL_FUNCTION);
  };
  return {
    answer(frame) {
      if (!crcAgrees(frame) || frame[0] !== address) return null;
      frames += 1;
      if (silent > 0) {
        silent -= 1;
        return null;
      }
      const answer = answerOf(frame);
      if (broken > 0) {
        broken -= 1;
        answer[answer.length - 1] = (answer.at(-1) ?? 0) ^ 0xff;
      }
      return answer;
    },
    act({ do: what, input = 0, on = true, frames: count = 1 }) {
      if (what === 'press' || what === 'release') inputs[input] = what === 'press';
      else if (what === 'rock') inputs[input] = on;
      else if (what === 'break_crc') broken = count;
      else if (what === 'silence') silent = count;
      else if (what !== 'state') return { ok: false, error: `no order "${what}"` };
      return { ok: true, state: { relays: [...relays], inputs: [...inputs], frames } };
    },
  };
}

export interface BoardLine {
  readonly codes: readonly string[];
  readonly link: object;
  act(order: Order): Answer<BoardState>;
  close(): Promise<void>;
}

/** A bus of boards: a pseudo-terminal where one is asked for and can be made, else a TCP port. */
export async function startBoardLine(config: BoardLineConfig): Promise<BoardLine> {
  const map = MAPS[(config.map ?? 'waveshare') as MapName];
  const { relays = 8, inputs = 0 } = config.channels ?? {};
  const slaves = new Map(
    config.scales.map(({ code, address }) => [
      code,
      createSlave(map, address ?? map.address, relays, inputs),
    ]),
  );
  const heard: number[] = [];
  const hear = (chunk: Uint8Array) => {
    heard.push(...chunk);
    for (let length = requestLength(heard); length <= heard.length; length = requestLength(heard)) {
      const frame = Uint8Array.from(heard.splice(0, length));
      for (const slave of slaves.values()) {
        const answer = slave.answer(frame);
        if (answer !== null) outlet.send(answer);
      }
    }
  };
  const socat = config.link.kind === 'serial' ? findSocat() : undefined;
  const outlet = socat === undefined ? await openTcp(hear) : await openPty(socat, hear);
  return {
    codes: [...slaves.keys()],
    link: outlet.link,
    act: (order) => slaves.get(order.scale)?.act(order) ?? { ok: false, error: 'no such board' },
    close: () => outlet.close(),
  };
}

/** Length of the request that these bytes begin with; endless while it can't be told. */
function requestLength(heard: readonly number[]): number {
  if (heard.length < 7) return Number.POSITIVE_INFINITY;
  return heard[1] === 15 ? 9 + (heard[6] ?? 0) : 8;
}
