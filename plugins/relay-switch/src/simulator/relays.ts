import type { RestoreMode } from '../config/matrix.ts';

/** `last` is written to the flash only when relays have stood still for so long. */
const SAVE_AFTER_MS = 2_000;

export interface RelayBank {
  readonly states: readonly boolean[];
  readonly sources: readonly string[];
  readonly wear: readonly number[];
  saved(): readonly boolean[];
  /** @returns whether any moved */
  set(wanted: readonly (boolean | undefined)[], source: string): boolean;
  /** Power is back: relays stand as the mode says. */
  restore(mode: RestoreMode): void;
  powerOff(): void;
}

/** The relays of a switch with what of them survives a power cut. @param speed of the device's clock */
export function createRelayBank(count: number, speed: number): RelayBank {
  const states = new Array<boolean>(count).fill(false);
  const sources = new Array<string>(count).fill('restore');
  const wear = new Array<number>(count).fill(0);
  let saved = [...states];
  let saving: NodeJS.Timeout | undefined;
  const move = (wanted: readonly (boolean | undefined)[], source: string) => {
    let moved = false;
    for (const [at, on] of wanted.entries()) {
      if (on === undefined || at >= count || states[at] === on) continue;
      states[at] = on;
      sources[at] = source;
      wear[at] = (wear[at] ?? 0) + 1;
      moved = true;
    }
    return moved;
  };
  return {
    states,
    sources,
    wear,
    saved: () => saved,
    set(wanted, source) {
      const moved = move(wanted, source);
      if (moved) {
        clearTimeout(saving);
        saving = setTimeout(() => {
          saved = [...states];
        }, SAVE_AFTER_MS / speed).unref();
      }
      return moved;
    },
    restore(mode) {
      const on = mode === 'on';
      move(mode === 'last' ? saved : states.map(() => on), 'restore');
    },
    powerOff() {
      clearTimeout(saving);
      move(
        states.map(() => false),
        'restore',
      );
    },
  };
}
