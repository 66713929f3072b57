import type { Log } from './progress.ts';

/** What was started, stopped in the reverse order; one that fails doesn't keep the rest running. */
export class Started {
  readonly #stops: (() => unknown)[] = [];

  add<T extends { stop(): unknown } | { close(): unknown }>(thing: T): T {
    this.#stops.unshift(() => ('stop' in thing ? thing.stop() : thing.close()));
    return thing;
  }

  async stop(log: Log): Promise<void> {
    for (const stop of this.#stops.splice(0)) {
      try {
        await stop();
      } catch (error) {
        log.error({ err: error }, 'something could not be stopped cleanly');
      }
    }
  }
}
