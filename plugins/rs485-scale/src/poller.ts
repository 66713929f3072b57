import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from './device.ts';
import type { LineConfig } from './line-config.ts';
import { concat } from './protocols/framing.ts';
import type { FrameContext, PolledProtocol } from './protocols/types.ts';

/** Silence on the bus before the next request (3.5 characters at 9600 baud and the turn-around). */
const TURNAROUND_MS = 5;
/** After a missed answer: lets a late one pass before the next request. */
const SETTLE_MS = 60;

interface Waiting {
  readonly context: FrameContext;
  /** With a frame, or without one to give up. */
  answer(frame: Uint8Array | undefined): void;
}

/** Asks the devices of a bus one after the other. */
export interface Poller {
  /** Who is being asked; undefined between requests. */
  context(): FrameContext | undefined;
  frames(frames: readonly Uint8Array[]): void;
  stop(): Promise<void>;
}

interface PollerParts {
  readonly line: LineConfig;
  readonly protocol: PolledProtocol;
  readonly devices: readonly Device[];
  readonly isOpen: () => boolean;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Called before each request: bytes from before belong to nobody. */
  readonly clear: () => void;
}

export function startPoller(parts: PollerParts): Poller {
  const { line, protocol, devices } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let waiting: Waiting | undefined;

  /** One request, one frame; undefined when none came in time. */
  const exchange = async (request: Uint8Array, context: FrameContext) => {
    parts.clear();
    let timer: NodeJS.Timeout | undefined;
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    waiting = { context, answer: resolve };
    try {
      await parts.write(request);
      // An answer that lies in the buffer is not late because this thread was: it is read before we give up.
      timer = setTimeout(() => setImmediate(resolve, undefined), line.answerMs);
      return await promise;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      waiting = undefined;
    }
  };

  const ask = async (device: Device): Promise<boolean> => {
    const context = { address: device.config.address, options: line.options };
    const frames: Uint8Array[] = [];
    for (const request of protocol.requests(context)) {
      const frame = await exchange(request, context);
      if (!frame) return false;
      frames.push(frame);
      await pauseFor(TURNAROUND_MS, signal);
    }
    const weighing = protocol.decode(frames, context);
    if (weighing) device.frame(weighing);
    else device.happened({ kind: 'garbage', bytes: concat(...frames).length });
    return weighing !== undefined;
  };

  const run = async () => {
    while (!signal.aborted) {
      const begun = performance.now();
      for (const device of devices) {
        if (!parts.isOpen() || signal.aborted) break;
        if (await ask(device)) continue;
        if (signal.aborted || !parts.isOpen()) break;
        device.happened({ kind: 'missed_poll' });
        await pauseFor(SETTLE_MS, signal);
      }
      const used = performance.now() - begun;
      await pauseFor(Math.max(TURNAROUND_MS, line.pollMs - used), signal);
    }
  };

  const running = run();
  return {
    context: () => waiting?.context,
    frames(frames) {
      for (const frame of frames) {
        const context = waiting?.context;
        if (context && isAnswer(protocol, frame, context)) waiting?.answer(frame);
      }
    },
    async stop() {
      stopping.abort();
      waiting?.answer(undefined);
      await running;
    },
  };
}

/** A frame of another address is a late answer, not ours. */
function isAnswer(protocol: PolledProtocol, frame: Uint8Array, context: FrameContext): boolean {
  const single = protocol.requests(context).length === 1;
  const weighing = single ? protocol.decode([frame], context) : undefined;
  return weighing === undefined || weighing.address === context.address;
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
