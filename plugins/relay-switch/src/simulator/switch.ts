import { randomUUID } from 'node:crypto';
import {
  defaultConfig,
  type InputConfig,
  type IoConfig,
  type RestoreMode,
} from '../config/matrix.ts';
import { type Connection, createConnection } from './connection.ts';
import { createInputs } from './inputs.ts';
import { CommandMemory, type Result } from './memory.ts';
import { createRelayBank } from './relays.ts';
import type { Answer, Order, SwitchConfig, SwitchState } from './types.ts';

const FIRMWARE = '1.4.0-sim';
const BUFFERED = 100;

type Frame = Readonly<Record<string, unknown>>;
type Data = Readonly<Record<string, unknown>>;

export interface SimulatedSwitch {
  readonly code: string;
  act(order: Order): Answer<SwitchState>;
  stop(): void;
}

/** Plays one switch: true frames, true timing, and every fault that can be asked for. */
export function createSwitch(config: SwitchConfig): SimulatedSwitch {
  return new Switch(config);
}

class Switch implements SimulatedSwitch {
  readonly code: string;
  readonly #speed: number;
  readonly #relays: ReturnType<typeof createRelayBank>;
  readonly #inputs: ReturnType<typeof createInputs>;
  readonly #line: Connection;
  readonly #memory = new CommandMemory();
  readonly #moves: Record<string, number> = {};
  readonly #commands: Record<string, { seen: number; done: number }> = {};
  readonly #sent: Record<string, number> = {};
  /** Events that nobody has confirmed, with the moment they happened. */
  readonly #unconfirmed = new Map<string, { readonly data: Data; readonly at: number }>();
  #io: IoConfig;
  #restore: RestoreMode = 'last';
  #configVersion = 0;
  #bootId = randomUUID();
  #seq = 0;
  #powered = true;
  #clockOffset: number | null = null;
  #loseAcks = 0;
  #ackDelay = { ms: 0, frames: 0 };
  #frameDelay = { ms: 0, frames: 0 };

  constructor(config: SwitchConfig) {
    const { code, url, token, relays = 3, inputs = 3, speed = 1, backoff } = config;
    this.code = code;
    this.#speed = speed;
    this.#io = defaultConfig({ relays, inputs }).io_config;
    this.#relays = createRelayBank(relays, speed);
    this.#inputs = createInputs(inputs, speed, (input) => this.#inputConfig(input), {
      event: (input, event, { effect, ...more }) => this.#tellInput(input, event, more, effect),
      act: (of, what) => this.#local(of, what),
      stuck: (input) => this.#send('fault', { code: 'input_stuck', message: `input ${input + 1}` }),
    });
    this.#line = createConnection({
      url,
      token,
      backoff: { firstMs: backoff?.first_ms ?? 1_000, mostMs: backoff?.most_ms ?? 60_000 },
      onOpen: () => this.#hello(),
      onFrame: (frame) => this.#receiveLater(frame),
      onClosed: () => undefined,
    });
  }

  stop(): void {
    this.#inputs.stop();
    this.#line.stop();
  }

  act({ do: what, input = 0, on = true, ms = 0, frames = 1 }: Order): Answer<SwitchState> {
    const orders: Readonly<Record<string, () => void>> = {
      state: () => undefined,
      press: () => this.#inputs.contact(input, true),
      release: () => this.#inputs.contact(input, false),
      rock: () => this.#inputs.contact(input, on),
      network: () => this.#line.network(on),
      answer_pings: () => this.#line.answerPings(on),
      lose_acks: () => {
        this.#loseAcks = frames;
      },
      late_acks: () => {
        this.#ackDelay = { ms, frames };
      },
      delay_frames: () => {
        this.#frameDelay = { ms, frames };
      },
      power_cut: () => this.#powerCut(),
      power_on: () => this.#powerOn(),
      restart: () => this.#restart(),
      replace: () => this.#replace(),
      send: () => void this.#send('brand_new_word', {}),
      send_version: () => void this.#line.send({ v: 2, type: 'hello', id: randomUUID(), data: {} }),
    };
    const order = Object.hasOwn(orders, what) ? orders[what] : undefined;
    if (order === undefined) return { ok: false, error: `no order "${what}"` };
    order();
    return { ok: true, state: this.#state() };
  }

  #state(): SwitchState {
    return {
      relays: [...this.#relays.states],
      inputs: [...this.#inputs.active],
      connected: this.#line.open,
      powered: this.#powered,
      config_version: this.#configVersion,
      io_config: this.#io,
      power_restore_mode: this.#restore,
      moves: { ...this.#moves },
      commands: structuredClone(this.#commands),
      wear: [...this.#relays.wear],
      saved: [...this.#relays.saved()],
      unsent: this.#unconfirmed.size,
      oldest_unsent_ms: this.#oldestMs(),
      sent: { ...this.#sent },
      last_close: this.#line.lastClose,
    };
  }

  #oldestMs(): number {
    const [oldest] = this.#unconfirmed.values();
    return oldest === undefined ? 0 : Math.round((performance.now() - oldest.at) * this.#speed);
  }

  #inputConfig(input: number): InputConfig | undefined {
    return this.#io.inputs.find((one) => one.input === input);
  }

  #now(): number {
    return Date.now() + (this.#clockOffset ?? 0);
  }

  #send(type: string, data: Data, more: Data = {}): boolean {
    this.#sent[type] = (this.#sent[type] ?? 0) + 1;
    this.#seq += 1;
    const time =
      this.#clockOffset === null
        ? { ts_valid: false }
        : { ts: new Date(this.#now()).toISOString() };
    const frame = { v: 1, type, id: randomUUID(), ...time, device_id: this.code, seq: this.#seq };
    return this.#line.send({ ...frame, ...more, data });
  }

  #hello(): void {
    const capabilities = { relays: this.#relays.states.length, inputs: this.#inputs.active.length };
    this.#send('hello', {
      model: 'hexa-mini-switch-v1',
      fw_version: FIRMWARE,
      boot_id: this.#bootId,
      capabilities,
      config_version: this.#configVersion,
    });
  }

  #report(reason: string, corr?: string): void {
    const relays = this.#relays.states.map((on, at) => ({
      ch: at + 1,
      on,
      source: this.#relays.sources[at],
    }));
    const inputs = this.#inputs.active.map((active, at) => ({ ch: at + 1, active }));
    const more = corr === undefined ? {} : { corr };
    this.#send('state_report', { reason, boot_id: this.#bootId, relays, inputs }, more);
  }

  #receiveLater(frame: Frame): void {
    const { ms, frames } = this.#frameDelay;
    this.#frameDelay = { ms, frames: Math.max(0, frames - 1) };
    if (frames === 0) this.#receive(frame);
    else setTimeout(() => this.#receive(frame), ms);
  }

  #receive(frame: Frame): void {
    if (!this.#powered) return;
    const id = String(frame.id);
    const data = (frame.data ?? {}) as Data;
    switch (frame.type) {
      case 'welcome':
        this.#clockOffset = Date.parse(String(data.server_time)) - Date.now();
        this.#report('connect');
        this.#tellWaiting();
        return;
      case 'set_relay':
        this.#command(id, frame, { [Number(data.ch) - 1]: data.on === true });
        return;
      case 'set_all_relays':
        this.#command(id, frame, data.states as readonly boolean[]);
        return;
      case 'set_config':
        this.#configure(id, data);
        return;
      case 'get_state':
        this.#report('query', id);
        return;
      case 'ack': {
        const corr = String(frame.corr);
        this.#unconfirmed.delete(corr);
        return;
      }
      case 'ping':
        this.#send('pong', { nonce: data.nonce });
    }
  }

  #command(id: string, frame: Frame, wanted: Readonly<Record<number, boolean>>): void {
    const known = this.#memory.resultOf(id);
    this.#count(id, 'seen');
    const { ttl_ms } = (frame.data ?? {}) as Data;
    const age = this.#now() - Date.parse(String(frame.ts));
    const states = this.#relays.states.map((_, at) => wanted[at]);
    if (known !== undefined) this.#ack(id, { ...known, status: 'duplicate' });
    else if (typeof ttl_ms === 'number' && age > ttl_ms) this.#answer(id, 'expired');
    else if (states.every((on) => on === undefined)) this.#answer(id, 'rejected', 'no_channel');
    else this.#move(id, states);
  }

  #count(id: string, what: 'seen' | 'done'): void {
    const { seen = 0, done = 0 } = this.#commands[id] ?? {};
    this.#commands[id] = what === 'seen' ? { seen: seen + 1, done } : { seen, done: done + 1 };
  }

  #move(id: string, states: readonly (boolean | undefined)[]): void {
    const moved = this.#relays.set(states, 'ws');
    if (moved) this.#moves[id] = (this.#moves[id] ?? 0) + 1;
    this.#count(id, 'done');
    this.#answer(id, 'ok');
    if (moved) this.#report('command', id);
  }

  #answer(id: string, status: string, code?: string): void {
    const state = [...this.#relays.states];
    const result: Result = { status, state, ...(code === undefined ? {} : { code }) };
    this.#memory.keep(id, result);
    this.#ack(id, result);
  }

  #ack(corr: string, result: Result): void {
    if (this.#loseAcks > 0) {
      this.#loseAcks -= 1;
      return;
    }
    const send = () => this.#send('ack', { ...result }, { corr });
    const { ms, frames } = this.#ackDelay;
    this.#ackDelay = { ms, frames: Math.max(0, frames - 1) };
    if (frames === 0) send();
    else setTimeout(send, ms);
  }

  #configure(id: string, data: Data): void {
    const { version, io_config, power_restore_mode } = data;
    this.#configVersion = Number(version);
    this.#io = io_config as IoConfig;
    this.#restore = power_restore_mode as RestoreMode;
    this.#answer(id, 'ok');
  }

  /** A linked input moves its relays here, whether anybody hears of it or not. */
  #local({ target_relay }: InputConfig, what: 'toggle' | 'on' | 'off'): void {
    const all = target_relay === 'all';
    const anyOn = this.#relays.states.some((on) => on);
    const wanted = this.#relays.states.map((on, at) => {
      if (!all && at !== target_relay) return undefined;
      if (what !== 'toggle') return what === 'on';
      return all ? !anyOn : !on;
    });
    if (this.#relays.set(wanted, 'input')) this.#report('change');
  }

  #tellInput(input: number, event: string, more: Data, effect: number | undefined): void {
    const event_id = randomUUID();
    const data = {
      ...{ ch: input + 1, event, event_id, ...more },
      linked: this.#inputConfig(input)?.link === 'linked',
      effect: effect === undefined ? null : { relay: effect + 1 },
    };
    this.#unconfirmed.set(event_id, { data, at: performance.now() });
    const [oldest] = this.#unconfirmed.keys();
    if (this.#unconfirmed.size > BUFFERED && oldest !== undefined) this.#unconfirmed.delete(oldest);
    this.#tellEvent(event_id);
  }

  #tellEvent(eventId: string): void {
    const event = this.#unconfirmed.get(eventId);
    if (event === undefined) return;
    const age_ms = Math.round((performance.now() - event.at) * this.#speed);
    this.#send('input_event', { ...event.data, age_ms }, { id: eventId });
  }

  #tellWaiting(): void {
    for (const eventId of [...this.#unconfirmed.keys()]) this.#tellEvent(eventId);
  }

  #powerCut(): void {
    this.#powered = false;
    this.#inputs.stop();
    this.#relays.powerOff();
    this.#line.network(false);
  }

  /** A cold start: nothing that stood only in memory is left. */
  #powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#boot();
    this.#memory.forget();
    this.#unconfirmed.clear();
    this.#relays.restore(this.#restore);
    this.#line.network(true);
  }

  /** A warm start keeps the relays as they are. */
  #restart(): void {
    this.#line.network(false);
    this.#boot();
    this.#line.network(true);
  }

  /** Another box in the same place: it has the token, and nothing else of its predecessor. */
  #replace(): void {
    this.#powerCut();
    this.#configVersion = 0;
    this.#restore = 'last';
    const shape = { relays: this.#relays.states.length, inputs: this.#inputs.active.length };
    this.#io = defaultConfig(shape).io_config;
    this.#powerOn();
  }

  #boot(): void {
    this.#bootId = randomUUID();
    this.#seq = 0;
    this.#clockOffset = null;
  }
}
