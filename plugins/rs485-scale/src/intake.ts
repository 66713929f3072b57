import { scan } from './protocols/framing.ts';
import type { FrameContext, Protocol } from './protocols/types.ts';

/** More than twice of what 115200 baud can carry; anything above is no indicator. */
const BYTES_PER_SECOND = 24 * 1024;
const SECOND_MS = 1000;
/** A babbling line is read in slices with rests between, which bounds the work it can cause. */
const BABBLE_PAUSE_MS = 20;

export interface IntakeEvents {
  onFrames(frames: readonly Uint8Array[]): void;
  onBadChecksums(count: number): void;
  onGarbage(bytes: number): void;
  onDropped(bytes: number): void;
}

/** Bytes of one line on their way to frames, with a bounded buffer and a bounded rate. */
export interface Intake {
  take(chunk: Uint8Array, now: number, context: FrameContext): void;
  /** Forgets a half frame: it belongs to what was before. */
  clear(): void;
}

/** `pause` holds the line back for some milliseconds. */
export function createIntake(
  protocol: Protocol,
  stripParity: boolean,
  events: IntakeEvents,
  pause: (ms: number) => void,
): Intake {
  let rest: Uint8Array = new Uint8Array();
  let windowStart = Number.NEGATIVE_INFINITY;
  let taken = 0;

  /** True when this second's share is used up. */
  const isTooMuch = (bytes: number, now: number): boolean => {
    if (now - windowStart >= SECOND_MS || now < windowStart) {
      windowStart = now;
      taken = 0;
    }
    taken += bytes;
    return taken > BYTES_PER_SECOND;
  };

  return {
    take(chunk, now, context) {
      if (isTooMuch(chunk.length, now)) {
        rest = new Uint8Array();
        events.onDropped(chunk.length);
        pause(BABBLE_PAUSE_MS);
        return;
      }
      const bytes = stripParity ? chunk.map((byte) => byte & 0x7f) : chunk;
      const found = scan(protocol.framing, rest, bytes, context);
      rest = found.rest;
      if (found.badChecksums > 0) events.onBadChecksums(found.badChecksums);
      if (found.garbageBytes > 0) events.onGarbage(found.garbageBytes);
      if (found.frames.length > 0) events.onFrames(found.frames);
    },
    clear() {
      rest = new Uint8Array();
    },
  };
}
