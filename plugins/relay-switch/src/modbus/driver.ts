import type { CommandAnswer, DeviceCommand, Driver, DriverHost } from '@qoida/core';
import { Overtaken, Turns } from '../link/turns.ts';
import { type Board, type BoardConfig, createBoard, type Wanted } from './board.ts';
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
    devices.map(({ code, address }): [string, Seat] => {
      const of: BoardConfig = {
        code,
        map: MAPS[map],
        address: address ?? MAPS[map].address,
        relays: channels?.relays ?? 8,
        inputs: channels?.inputs ?? 0,
      };
      return [code, { board: createBoard(of, bus, host), turns: new Turns() }];
    }),
  );
  const stopping = new AbortController();
  const all = [...boards.values()].map(({ board }) => board);
  const polling = pollAll(all, poll_ms, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      bus.stop();
      await polling;
    },
    command: (code, command) => act(boards.get(code), command, host),
  };
};

export default runBoards;

interface Seat {
  readonly board: Board;
  /** One actuation of a relay is under way at a time, also while the platform is asked whether it is still wanted. */
  readonly turns: Turns;
}

type Outcome = Omit<CommandAnswer, 'latency_ms'>;

async function act(
  seat: Seat | undefined,
  command: DeviceCommand,
  host: DriverHost,
): Promise<CommandAnswer> {
  const begun = performance.now();
  const done = await outcome(seat, command, host);
  return { ...done, latency_ms: performance.now() - begun };
}

async function outcome(
  seat: Seat | undefined,
  command: DeviceCommand,
  host: DriverHost,
): Promise<Outcome> {
  if (seat === undefined) return { status: 'rejected', code: 'unknown_board' };
  const { board, turns } = seat;
  if (!board.isThere()) return { status: 'offline' };
  const wanted = board.wantedBy(command.type, command.data);
  if (wanted === null) return { status: 'rejected', code: 'unsupported' };
  const names = wanted.flatMap((on, at) => (on === undefined ? [] : [String(at)]));
  try {
    return await turns.take(
      names,
      command.rank ?? 0,
      async () => (await host.whyNotSent(command)) ?? (await write(board, wanted, command)),
    );
  } catch (error) {
    return failed(error);
  }
}

async function write(board: Board, wanted: Wanted, { expiresAt }: DeviceCommand): Promise<Outcome> {
  const states = await board.set(wanted, expiresAt);
  const moved = states.every((on, at) => wanted[at] === undefined || wanted[at] === on);
  return moved
    ? { status: 'ok', state: states }
    : { status: 'error', code: 'not_moved', state: states };
}

function failed(error: unknown): Outcome {
  if (error instanceof Overtaken) return { status: 'expired', code: 'overtaken' };
  if (error instanceof TooLate) return { status: 'expired' };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BoardException)
    return { status: 'error', code: `exception_${error.exception}`, message };
  return { status: 'unconfirmed', message };
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
