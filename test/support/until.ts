import { setTimeout as pause } from 'node:timers/promises';

/** How often a condition is looked at again, ms. */
const LOOK_MS = 20;

/**
 * Waits until `look` finds something and returns it.
 * @param what for the sentence of a wait that was in vain
 * @throws Error after `ms`
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 20_000,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s in vain: ${what}`);
    await pause(LOOK_MS);
  }
}
