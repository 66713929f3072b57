import type { CommandAnswer, DeviceCommand, Driver } from '@qoida/core';
import { type Board, type BoardConfig, createBoard } from './board.ts';
import { createBus, TooLate } from './bus.ts';
import { BoardException } from './frames.ts';
import { MAPS, type MapName } from './maps.ts';
import type { WireLink } from './wire.ts';

interface LineConfig {
  readonly link: WireLink;
  readonly map?: MapName;
  readonly poll_ms?: number;
  readonly answer_ms?: number;
  readonly channels?: { readonly relays?: number; readonly inputs?: number };
  readonly devices: readonly { readonly code: string; readonly address?: number }[];
}

/** Relay boards of one bus: polled for how they stand, told what to do, read back after each write. */
const runBoards: Driver = async (config, host) => {
  const {
    link,
    map = 'waveshare',
    poll_ms = 200,
    answer_ms = 300,
    channels,
    devices,
  } = config as LineConfig;
  const bus = createBus({ link, answerMs: answer_ms, now: host.now });
  const boards = new Map(
    devices.map(({ code, address }): [string, Board] => {
      const of: BoardConfig = {
        code,
        map: MAPS[map],
        address: address ?? MAPS[map].address,
        relays: channels?.relays ?? 8,
        inputs: channels?.inputs ?? 0,
      };
      return [code, createBoard(of, bus, host)];
    }),
  );
  const stopping = new AbortController();
  const polling = pollAll([...boards.values()], poll_ms, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      bus.stop();
      await polling;
    },
    command: (code, command) => act(boards.get(code), command),
  };
};

export default runBoards;

async function act(board: Board | undefined, command: DeviceCommand): Promise<CommandAnswer> {
  const begun = performance.now();
  const done = await outcome(board, command);
  return { ...done, latency_ms: performance.now() - begun };
}

async function outcome(
  board: Board | undefined,
  { type, data, expiresAt }: DeviceCommand,
): Promise<Omit<CommandAnswer, 'latency_ms'>> {
  if (board === undefined) return { status: 'rejected', code: 'unknown_board' };
  if (!board.isThere()) return { status: 'offline' };
  const wanted = board.wantedBy(type, data);
  if (wanted === null) return { status: 'rejected', code: 'unsupported' };
  try {
    const states = await board.set(wanted, expiresAt);
    const moved = states.every((on, at) => wanted[at] === undefined || wanted[at] === on);
    return moved
      ? { status: 'ok', state: states }
      : { status: 'error', code: 'not_moved', state: states };
  } catch (error) {
    if (error instanceof TooLate) return { status: 'expired' };
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof BoardException)
      return { status: 'error', code: `exception_${error.exception}`, message };
    return { status: 'unconfirmed', message };
  }
}

async function pollAll(
  boards: readonly Board[],
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const begun = performance.now();
    for (const board of boards) {
      if (signal.aborted) return;
      await board.poll();
    }
    const rest = Math.max(1, everyMs - (performance.now() - begun));
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, rest);
      signal.addEventListener('abort', done);
    });
  }
}
