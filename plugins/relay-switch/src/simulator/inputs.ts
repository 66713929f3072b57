import type { InputConfig } from '../config/matrix.ts';

/** Timing of the inputs in milliseconds of the device (reference relay-switch §2.1). */
const DEBOUNCE_MS = 40;
const CLICK_WINDOW_MS = 350;
const HOLD_MS = 1_000;
const REPEAT_MS = 500;
const STUCK_MS = 30_000;

export interface InputEvents {
  event(
    input: number,
    event: string,
    more: { active: boolean; duration_ms: number; effect?: number },
  ): void;
  /** What a linked input does to its relays. */
  act(config: InputConfig, what: 'toggle' | 'on' | 'off'): void;
  stuck(input: number): void;
}

export interface Inputs {
  readonly active: readonly boolean[];
  /** The contact closes or opens. */
  contact(input: number, closed: boolean): void;
  stop(): void;
}

interface Press {
  readonly at: number;
  holding: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The inputs of a switch: contacts become presses, clicks and holds, as their configuration says. */
export function createInputs(
  count: number,
  speed: number,
  configOf: (input: number) => InputConfig | undefined,
  events: InputEvents,
): Inputs {
  const active = new Array<boolean>(count).fill(false);
  const settling = new Map<number, NodeJS.Timeout>();
  const presses = new Map<number, Press>();
  const clicks = new Map<number, { count: number; timer: NodeJS.Timeout }>();
  const later = (ms: number, work: () => void) => setTimeout(work, ms / speed);
  const lasted = ({ at }: Press) => Math.round((performance.now() - at) * speed);

  const linked = (config: InputConfig | undefined): config is InputConfig =>
    config?.link === 'linked';
  const effectOf = (config: InputConfig | undefined) =>
    linked(config) && typeof config.target_relay === 'number'
      ? { effect: config.target_relay }
      : {};

  const repeat = (input: number, press: Press, word: string, afterMs: number) => {
    press.timer = later(afterMs, () => {
      press.holding = true;
      // Told at the planned moment: the clock of the device counts, not when its program got round to it.
      const duration_ms = Math.max(lasted(press), HOLD_MS);
      events.event(input, word, { active: true, duration_ms });
      if (duration_ms >= STUCK_MS) events.stuck(input);
      else repeat(input, press, 'hold_repeat', REPEAT_MS);
    });
  };

  const push = (input: number, config: InputConfig | undefined) => {
    const press: Press = { at: performance.now(), holding: false, timer: undefined };
    presses.set(input, press);
    if (linked(config) && config.push_mode === 'momentary') events.act(config, 'on');
    events.event(input, 'press', { active: true, duration_ms: 0 });
    if (config?.hold_events !== false) repeat(input, press, 'hold_start', HOLD_MS);
  };

  const letGo = (input: number, config: InputConfig | undefined) => {
    const press = presses.get(input);
    if (press === undefined) return;
    presses.delete(input);
    clearTimeout(press.timer);
    const duration_ms = lasted(press);
    const momentary = config?.push_mode === 'momentary';
    if (linked(config) && momentary) events.act(config, 'off');
    if (press.holding) {
      events.event(input, 'hold_end', { active: false, duration_ms });
      return;
    }
    const toggles = linked(config) && !momentary;
    if (toggles) events.act(config, 'toggle');
    events.event(input, 'release', {
      active: false,
      duration_ms,
      ...(toggles ? effectOf(config) : {}),
    });
    clickLater(input, duration_ms);
  };

  const clickLater = (input: number, duration_ms: number) => {
    const before = clicks.get(input);
    clearTimeout(before?.timer);
    const times = (before?.count ?? 0) + 1;
    const timer = later(CLICK_WINDOW_MS, () => {
      clicks.delete(input);
      const word = times === 1 ? 'click' : times === 2 ? 'double' : 'triple';
      events.event(input, word, { active: false, duration_ms });
    });
    clicks.set(input, { count: times, timer });
  };

  const rock = (input: number, config: InputConfig | undefined, closed: boolean) => {
    if (linked(config))
      events.act(config, config.rocker_mode === 'follow' ? (closed ? 'on' : 'off') : 'toggle');
    events.event(input, 'change', { active: closed, duration_ms: 0, ...effectOf(config) });
  };

  return {
    active,
    contact(input, closed) {
      clearTimeout(settling.get(input));
      settling.set(
        input,
        later(DEBOUNCE_MS, () => {
          settling.delete(input);
          if (active[input] === closed) return;
          active[input] = closed;
          const config = configOf(input);
          if (config?.type === 'rocker') rock(input, config, closed);
          else if (closed) push(input, config);
          else letGo(input, config);
        }),
      );
    },
    stop() {
      for (const timer of settling.values()) clearTimeout(timer);
      for (const { timer } of presses.values()) clearTimeout(timer);
      for (const { timer } of clicks.values()) clearTimeout(timer);
      presses.clear();
      clicks.clear();
      settling.clear();
    },
  };
}
