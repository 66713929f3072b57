import { setTimeout as pause } from 'node:timers/promises';

/** How often a condition is looked at again, ms. */
const LOOK_MS = 20;
/** Ends a wait that hangs; long enough for a machine that is busy with much else. */
const PATIENCE_MS = 200_000;

type Truthy<T> = Exclude<NonNullable<T>, false | '' | 0>;

/**
 * Waits until `look` finds something.
 * @param look asked again while it gives null, undefined, false, 0 or ''
 * @param what names what was waited for when the wait was in vain
 * @param ms how long it may take, in milliseconds
 * @returns what it found
 * @throws Error when nothing was found in time; what `look` throws, at once
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what = 'what the test expects',
  ms = PATIENCE_MS,
): Promise<Truthy<T>> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found as Truthy<T>;
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s in vain for ${what}`);
    await pause(LOOK_MS);
  }
}
