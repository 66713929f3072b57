import { randomUUID } from 'node:crypto';
import {
  beginning,
  type CommandAnswer,
  type DeviceCommand,
  type DeviceSession,
  Refusal,
  type SessionHost,
} from '@qoida/core';
import { relaySettingsOf } from '../settings.ts';
import { type DeviceFrame, eventIdIn, readFrame, VERSION } from './frames.ts';
import { Overtaken, Turns } from './turns.ts';

const PROTOCOL_ERROR = 4400;
/** Something broke here: the device comes back and tells again what nobody has confirmed. */
const TRY_AGAIN = 1013;
/** Another moment may answer otherwise. */
const PASSING: ReadonlySet<string> = new Set([
  'unavailable',
  'timeout',
  'rate_limited',
  'internal',
]);
/** A report that could not be kept is asked for once more after so long. */
const ASK_AGAIN_MS = 5_000;
/** Relays of the widest device: a command for all waits for each of them. */
const CHANNELS = Array.from({ length: 32 }, (_, index) => String(index + 1));

type Frame<T extends DeviceFrame['type']> = Extract<DeviceFrame, { type: T }>;

interface Waiting {
  readonly command: DeviceCommand;
  readonly sentAt: number;
  readonly answer: PromiseWithResolvers<CommandAnswer>;
  readonly timer: NodeJS.Timeout;
}

/** One connection of a relay device that speaks `relay.v1` (reference relay-switch §2). */
export class RelaySession implements DeviceSession {
  readonly #host: SessionHost;
  readonly #turns = new Turns();
  readonly #waiting = new Map<string, Waiting>();
  /** Commands that are on their way, so that one asked twice is sent once. */
  readonly #underWay = new Map<string, Promise<CommandAnswer>>();
  readonly #seen = { bootId: '', seq: -1 };
  #ended = false;

  constructor(host: SessionHost) {
    this.#host = host;
  }

  async receive(value: unknown, waitedMs: number): Promise<void> {
    const frame = this.#read(value);
    switch (frame.type) {
      case 'hello':
        return this.#hello(frame);
      case 'state_report':
        return this.#report(frame);
      case 'input_event':
        return this.#input(frame, waitedMs);
      case 'ack':
        return this.#answered(frame);
      case 'ping':
        this.#send('pong', { nonce: frame.nonce }, frame.id);
        return;
      case 'config_ack':
        await this.#run('relay.config_acked', { version: frame.version });
        return;
      case 'pong':
        return;
      case 'bad_event':
        this.#host.log('warn', `an event makes no sense: ${frame.message}`);
        // It would be told again and again, and nothing after it would be heard.
        this.#send(
          'ack',
          { status: 'rejected', code: 'bad_frame', message: frame.message },
          frame.id,
        );
        return;
      case 'fault':
        await this.#run('relay.report_fault', { fault: frame.code, message: frame.message });
        return;
      case 'unsupported':
        this.#send('error', { code: 'unsupported', type: frame.was }, frame.id);
        return;
      case 'unsupported_version':
        this.#send('error', { code: 'unsupported_version', version: VERSION }, frame.id);
        this.#host.close(PROTOCOL_ERROR, 'unsupported_version');
    }
  }

  #read(value: unknown): DeviceFrame | { type: 'bad_event'; id: string; message: string } {
    try {
      return readFrame(value);
    } catch (error) {
      const id = eventIdIn(value);
      if (id === null) throw error;
      return { type: 'bad_event', id, message: error instanceof Error ? error.message : '' };
    }
  }

  /** One actuation of a relay is under way at a time; they are done in the order they were asked for. */
  command(command: DeviceCommand): Promise<CommandAnswer> {
    const same = this.#underWay.get(command.id);
    if (same !== undefined) return same;
    const { ch } = command.data;
    const names =
      command.type === 'set_relay'
        ? [String(ch)]
        : command.type === 'set_all_relays'
          ? CHANNELS
          : [];
    const answer = this.#turns
      .take(names, command.rank ?? 0, () => this.#sendCommand(command))
      .catch((error: unknown): CommandAnswer => {
        if (error instanceof Overtaken)
          return { status: 'expired', code: 'overtaken', latency_ms: 0 };
        throw error;
      })
      .finally(() => this.#underWay.delete(command.id));
    this.#underWay.set(command.id, answer);
    return answer;
  }

  closed(): void {
    this.#ended = true;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { status: 'unconfirmed' });
  }

  async #sendCommand(command: DeviceCommand): Promise<CommandAnswer> {
    const { id, type, data, expiresAt } = command;
    const notSent = await this.#host.whyNotSent(command);
    if (notSent !== null) return notSent;
    if (this.#ended) return { status: 'offline', latency_ms: 0 };
    // Never more than it was given, also where the clock was put back while it waited.
    const left = Math.min(
      expiresAt.getTime() - this.#host.now().getTime(),
      Number(data.ttl_ms ?? Infinity),
    );
    const { COMMAND_ACK_TIMEOUT_MS } = relaySettingsOf(this.#host.settings);
    const answer = Promise.withResolvers<CommandAnswer>();
    const timer = setTimeout(() => void this.#unanswered(id), COMMAND_ACK_TIMEOUT_MS);
    this.#waiting.set(id, { command, sentAt: performance.now(), answer, timer });
    const frame = this.#frame(type, type === 'set_config' ? data : { ...data, ttl_ms: left });
    if (!this.#host.send({ ...frame, id })) this.#settle(id, { status: 'offline' });
    return answer.promise;
  }

  /** Whether it moved is not known: the device is asked how it stands, never told twice. */
  async #unanswered(id: string): Promise<void> {
    await this.#host.caughtUp();
    if (this.#settle(id, { status: 'unconfirmed' }) !== undefined) this.#send('get_state', {});
  }

  #settle(id: string, answer: Omit<CommandAnswer, 'latency_ms'>): DeviceCommand | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.answer.resolve({ ...answer, latency_ms: performance.now() - waiting.sentAt });
    return waiting.command;
  }

  async #answered({ corr, status, code, message, states }: Frame<'ack'>): Promise<void> {
    const known = this.#settle(corr, {
      status,
      ...(code === null ? {} : { code }),
      ...(message === null ? {} : { message }),
      ...(states === null ? {} : { state: states }),
    });
    // What it tells after its answer is newer than the answer, and is kept after it.
    if (known !== undefined) return void (await known.kept);
    const told = { command_id: corr, status, code, message, states };
    const given = Object.entries(told).filter(([, value]) => value !== null);
    await this.#run('relay.answer_late', Object.fromEntries(given));
  }

  async #hello(frame: Frame<'hello'>): Promise<void> {
    Object.assign(this.#seen, { bootId: frame.bootId, seq: -1 });
    const { firmware } = frame;
    const known = (await this.#run('relay.hello', {
      config_version: frame.configVersion,
      ...(firmware === null ? {} : { firmware: beginning(firmware, 100) }),
    })) as { config: Readonly<Record<string, unknown>> | null; config_version: number } | undefined;
    if (known === undefined) return this.#host.close(TRY_AGAIN, 'hello could not be kept');
    const welcome = {
      session_id: randomUUID(),
      heartbeat_s: relaySettingsOf(this.#host.settings).HEARTBEAT_SEC,
      server_time: this.#host.now().toISOString(),
      config_version: known.config_version,
    };
    this.#send('welcome', welcome, frame.id);
    if (known.config !== null && known.config_version !== frame.configVersion)
      void this.#configure(known.config);
  }

  /** A device that comes with another configuration than ours gets ours (S-M4-04). */
  async #configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    const { COMMAND_ACK_TIMEOUT_MS } = relaySettingsOf(this.#host.settings);
    const expiresAt = new Date(this.#host.now().getTime() + COMMAND_ACK_TIMEOUT_MS);
    const command = { id: randomUUID(), type: 'set_config', data: config, expiresAt };
    const { status } = await this.command(command);
    if (status === 'ok' || status === 'duplicate')
      await this.#run('relay.config_acked', { version: Number(config.version) });
  }

  async #report({ bootId, seq, relays, inputs }: Frame<'state_report'>): Promise<void> {
    if (seq !== null) {
      const seen = this.#seen;
      const boot = bootId ?? seen.bootId;
      // A report that was overtaken says less than what is known (reference §2, rule 7).
      if (boot === seen.bootId && seq <= seen.seq) return;
      Object.assign(seen, { bootId: boot, seq });
    }
    const kept = await this.#run('relay.report', { relays, inputs });
    if (kept !== undefined || this.#ended) return;
    // It may not tell that again for a long time: it is asked how it stands.
    setTimeout(() => this.#send('get_state', {}), ASK_AGAIN_MS).unref();
  }

  async #input(frame: Frame<'input_event'>, waitedMs: number): Promise<void> {
    const { input, kind, active, durationMs, ageMs, eventId, effect } = frame;
    const told = {
      device_id: this.#host.device.id,
      input,
      kind,
      active,
      held: durationMs / 1000,
      age: Math.round(ageMs + waitedMs) / 1000,
      event_id: eventId,
      ...(effect === null ? {} : { effect }),
    };
    try {
      await this.#host.run('relay.take_input', told, `input ${eventId}`);
      this.#send('ack', { status: 'ok' }, frame.id);
    } catch (error) {
      const refused = error instanceof Refusal && !PASSING.has(error.code);
      const reason = error instanceof Refusal ? error.reason : String(error);
      // Only its age is another: it was kept, and the answer was lost.
      if (reason === 'idempotency_mismatch')
        return void this.#send('ack', { status: 'duplicate' }, frame.id);
      this.#host.log('warn', `an event was not kept: ${reason}`);
      // Told again it would be refused again; what only failed is told again after the next hello.
      if (refused) this.#send('ack', { status: 'rejected', code: reason }, frame.id);
      else this.#host.close(TRY_AGAIN, 'an event could not be kept');
    }
  }

  /** As this device; what is refused is for whoever mends it, and what breaks is told again by the device. */
  async #run(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      const of = { device_id: this.#host.device.id, ...input };
      return (await this.#host.run(operation, of)) ?? {};
    } catch (error) {
      const reason = error instanceof Refusal ? error.reason : String(error);
      this.#host.log('warn', `${operation} was not kept: ${reason}`);
      return undefined;
    }
  }

  #frame(type: string, data: Readonly<Record<string, unknown>>) {
    return { v: VERSION, type, id: randomUUID(), ts: this.#host.now().toISOString(), data };
  }

  #send(type: string, data: Readonly<Record<string, unknown>>, corr?: string): boolean {
    return this.#host.send({ ...this.#frame(type, data), ...(corr === undefined ? {} : { corr }) });
  }
}
