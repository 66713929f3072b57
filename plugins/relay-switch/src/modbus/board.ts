import { randomUUID } from 'node:crypto';
import type { DriverHost } from '@qoida/core';
import type { Bus } from './bus.ts';
import { readInputs, readRelays, statesIn, writeRelay, writeRelays } from './frames.ts';
import type { BoardMap } from './maps.ts';

export interface BoardConfig {
  readonly code: string;
  readonly map: BoardMap;
  readonly address: number;
  readonly relays: number;
  readonly inputs: number;
}

/** States by index of a relay; undefined leaves it as it is. */
export type Wanted = readonly (boolean | undefined)[];

export interface Board {
  /** It has answered the last time. */
  isThere(): boolean;
  poll(): Promise<void>;
  /** What a command of the common vocabulary asks for; null when this board can't do that. */
  wantedBy(type: string, data: Readonly<Record<string, unknown>>): Wanted | null;
  /**
   * Writes, reads back and reports. @returns how the relays stand now.
   * @param until a moment after which nothing is written
   * @throws Error, BoardException, TooLate
   */
  set(wanted: Wanted, until: Date): Promise<boolean[]>;
}

/** A hold is told again and again while it lasts, so that a rule's threshold is met in time. */
const HOLD_TOLD_MS = 500;
/** All is told once more after so long, also what stands as before: something may not have been kept. */
const ALL_TOLD_MS = 30_000;

/** One relay board. It tells through the same operations as a switch that dials in. */
export function createBoard(config: BoardConfig, bus: Bus, host: DriverHost): Board {
  const { code, map, address } = config;
  let there: boolean | null = null;
  let relays: readonly boolean[] = [];
  /** Commands under way: what is seen to move meanwhile is their doing. */
  let setting = 0;
  let inputs: readonly boolean[] = [];
  const pressed = new Map<number, { at: number; told: number }>();
  let allToldAt = Number.NEGATIVE_INFINITY;

  const tell = (operation: string, input: Readonly<Record<string, unknown>>) =>
    host.report({ code, operation, input: { device_id: code, ...input } });
  const presence = (is: boolean, reason?: string) => {
    if (there === is) return;
    there = is;
    // What was pressed may have been let go meanwhile: nobody has seen it (reference §2.1).
    pressed.clear();
    if (is) allToldAt = Number.NEGATIVE_INFINITY;
    else tell('device.go_offline', {});
    const state = is ? 'ok' : 'no_data';
    const since = new Date(host.now());
    host.health({ code, state, since, counters: {}, ...(reason === undefined ? {} : { reason }) });
  };
  const changed = (now: readonly boolean[], before: readonly boolean[]) =>
    now.length !== before.length || now.some((on, at) => on !== before[at]);
  const take = (states: readonly boolean[], source: 'command' | 'device') => {
    if (!changed(states, relays)) return;
    relays = states;
    tell('relay.report', { relays: states.map((on, relay) => ({ relay, on, source })) });
  };
  const tellAll = (states: readonly boolean[], contacts: readonly boolean[]) => {
    relays = states;
    inputs = contacts;
    allToldAt = performance.now();
    tell('device.come_online', {});
    tell('relay.report', {
      relays: states.map((on, relay) => ({ relay, on, source: 'device' })),
      inputs: contacts.map((active, input) => ({ input, active })),
    });
  };
  const inputEvent = (
    input: number,
    kind: 'press' | 'hold' | 'release',
    active: boolean,
    heldMs: number,
  ) =>
    tell('relay.take_input', {
      ...{ input, kind, active, event_id: randomUUID() },
      // A part of a millisecond counts for nothing, so that no threshold is met early.
      held: Math.floor(heldMs) / 1000,
    });
  const takeInputs = (states: readonly boolean[]) => {
    const now = performance.now();
    for (const [input, active] of states.entries()) {
      const press = pressed.get(input);
      // How an input stands when it is first seen is no event (reference §2.1).
      if (active && press === undefined && inputs[input] === false) {
        pressed.set(input, { at: now, told: now });
        inputEvent(input, 'press', true, 0);
      } else if (active && press !== undefined && now - press.told >= HOLD_TOLD_MS) {
        press.told = now;
        inputEvent(input, 'hold', true, now - press.at);
      } else if (!active && press !== undefined) {
        pressed.delete(input);
        inputEvent(input, 'release', false, now - press.at);
      } else if (!active && inputs[input] === true) {
        // Nobody has seen when it was pressed, so this is no release: only how it stands.
        tell('relay.report', { relays: [], inputs: [{ input, active }] });
      }
    }
    inputs = states;
  };
  const readBack = async () =>
    statesIn(await bus.ask(readRelays(map, address, config.relays)), config.relays);

  return {
    isThere: () => there === true,
    async poll() {
      try {
        const question = readInputs(map, address, config.inputs);
        const contacts = question === null ? [] : statesIn(await bus.ask(question), config.inputs);
        // What was read is told before anything else is asked: a command would overtake it.
        const states = await readBack();
        if (there === true) {
          take(states, setting > 0 ? 'command' : 'device');
          takeInputs(contacts);
        }
        presence(true);
        if (performance.now() - allToldAt > ALL_TOLD_MS) tellAll(states, contacts);
      } catch (error) {
        presence(false, error instanceof Error ? error.message : String(error));
      }
    },
    wantedBy(type, data) {
      if (type === 'set_relay') {
        const { ch, on } = data;
        if (typeof ch !== 'number' || typeof on !== 'boolean') return null;
        return Array.from({ length: config.relays }, (_, at) => (at === ch - 1 ? on : undefined));
      }
      if (type !== 'set_all_relays' || !Array.isArray(data.states)) return null;
      return (data.states as boolean[]).slice(0, config.relays);
    },
    async set(wanted, until) {
      const whole = wanted.filter((on) => on !== undefined);
      const requests =
        whole.length === config.relays
          ? writeRelays(map, address, whole)
          : wanted.flatMap((on, at) =>
              on === undefined ? [] : [writeRelay(map, address, at, on)],
            );
      setting += 1;
      try {
        // What has begun is brought to its end: half of it would be neither the old nor the new.
        for (const [at, request] of requests.entries())
          await bus.ask(request, at === 0 ? until : undefined);
        const states = await readBack();
        take(states, 'command');
        return states;
      } finally {
        setting -= 1;
      }
    },
  };
}
