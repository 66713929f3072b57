import type { CommandAnswer, DeviceCommand, DeviceLinks } from '../../api/links.ts';

/** How a connected device takes a command. */
export type TakeCommand = (command: DeviceCommand) => Promise<CommandAnswer>;

export interface Links extends DeviceLinks {
  /** From now on the device is reached this way, and in no other. @returns what ends that */
  connect(deviceId: string, take: TakeCommand): () => void;
  /** The devices that are connected at this moment. */
  online(): readonly string[];
  /**
   * These were connected when the platform ended unasked and will come back: for a little while a command
   * for one of them waits for that, never longer than the command itself is good for.
   */
  expect(devices: readonly { readonly id: string }[]): void;
}

/** Devices come back within seconds; who doesn't is away. */
const RETURN_MS = 30_000;

/**
 * The devices that can be reached from this process. A command goes out at once or not at all: kept for
 * a device that is away it would move something long after it was meant.
 * @param told the outcome and latency of each command, for the measurements (S-M2-05)
 */
export function createLinks(
  now: () => Date,
  told: (outcome: CommandAnswer) => void = () => undefined,
): Links {
  const ways = new Map<string, TakeCommand>();
  const returning = new Map<string, PromiseWithResolvers<void>>();
  const returned = (deviceId: string) => {
    returning.get(deviceId)?.resolve();
    returning.delete(deviceId);
  };
  return {
    isOnline: (deviceId) => ways.has(deviceId),
    online: () => [...ways.keys()],
    connect(deviceId, take) {
      ways.set(deviceId, take);
      returned(deviceId);
      return () => {
        if (ways.get(deviceId) === take) ways.delete(deviceId);
      };
    },
    expect(devices) {
      for (const { id } of devices)
        if (!ways.has(id)) returning.set(id, Promise.withResolvers<void>());
      setTimeout(() => {
        for (const { id } of devices) returned(id);
      }, RETURN_MS).unref();
    },
    async command(deviceId, command) {
      const back = returning.get(deviceId);
      if (back !== undefined)
        await within(back.promise, command.expiresAt.getTime() - now().getTime());
      const answer = await answerOf(ways.get(deviceId), command, now());
      told(answer);
      return answer;
    },
  };
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  const end = Promise.withResolvers<void>();
  const timer = setTimeout(end.resolve, Math.max(0, ms));
  await Promise.race([promise, end.promise]);
  clearTimeout(timer);
}

async function answerOf(
  take: TakeCommand | undefined,
  command: DeviceCommand,
  now: Date,
): Promise<CommandAnswer> {
  if (take === undefined) return { status: 'offline', latency_ms: 0 };
  if (command.expiresAt <= now) return { status: 'expired', latency_ms: 0 };
  const sentAt = performance.now();
  try {
    return await take(command);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Whether the device has moved is not known: it must be asked, never told twice.
    return { status: 'unconfirmed', message, latency_ms: performance.now() - sentAt };
  }
}
