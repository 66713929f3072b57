import { randomUUID } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { WebSocket } from 'ws';
import { Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { sentenceOf } from '../http/index.ts';
import { topicFilter } from '../stream/index.ts';
import { passEvents } from './events.ts';
import {
  CLOSE,
  type ClientFrame,
  FrameRefused,
  objectArg,
  readFrame,
  textArg,
  UnsupportedVersion,
  VERSION,
} from './frames.ts';
import type { ClientParts, Guards } from './types.ts';

const FRAMES_PER_SECOND = 20;
const MAX_UNDER_WAY = 32;
const SILENT_BEATS = 2.5;

type Frame = Readonly<Record<string, unknown>>;

/** One connection of a person or a program (S-M2-02): signs in first, then asks and listens. */
export class ClientSession {
  readonly id = randomUUID();
  readonly #socket: WebSocket;
  readonly #ip: string;
  readonly #parts: ClientParts;
  readonly #guards: Guards;
  readonly #hurry: NodeJS.Timeout;
  readonly #frames = new RateLimiterMemory({ points: FRAMES_PER_SECOND * 10, duration: 10 });
  #actor: Actor | null = null;
  #token = '';
  #locale: Actor['locale'] = 'uz';
  #events: { stop(): void } | null = null;
  #underWay = 0;
  #heardAt = performance.now();
  /** Frames are looked at one after another; what they ask for then runs side by side. */
  #turn: Promise<void> = Promise.resolve();
  #leave: () => void = () => undefined;

  constructor(socket: WebSocket, ip: string, parts: ClientParts, guards: Guards) {
    this.#socket = socket;
    this.#ip = ip;
    this.#parts = parts;
    this.#guards = guards;
    this.#hurry = setTimeout(
      () => this.close(CLOSE.unauthorized, 'sign_in_first'),
      parts.signInMs,
    ).unref();
    const watch = setInterval(() => void this.#beat(), parts.heartbeatMs).unref();
    socket.on('message', (data, isBinary) => {
      this.#turn = this.#turn.then(() => this.#take(String(data), isBinary));
    });
    socket.on('pong', () => this.#hear());
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearTimeout(this.#hurry);
      clearInterval(watch);
      this.#events?.stop();
      this.#leave();
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  /** Who was signed out, disabled or has an ended token hears nothing more from then on. */
  async #beat(): Promise<void> {
    const { heartbeatMs } = this.#parts;
    if (performance.now() - this.#heardAt > heartbeatMs * SILENT_BEATS) {
      this.#socket.terminate();
      return;
    }
    this.#socket.ping();
    if (this.#actor === null) return;
    try {
      await this.#current();
    } catch (error) {
      if (error instanceof Refusal) this.close(CLOSE.unauthorized, error.reason);
    }
  }

  /** Who it is with the roles of this moment. @throws Refusal when the sign-in has ended */
  async #current(): Promise<Actor> {
    const actor = await this.#parts.auth.authenticate(`Bearer ${this.#token}`);
    this.#actor = actor;
    return actor;
  }

  async #take(text: string, isBinary: boolean): Promise<void> {
    this.#hear();
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const allowed = await this.#frames.consume('frames').then(
      () => true,
      () => false,
    );
    if (!allowed) return this.close(CLOSE.rate, 'too many frames');
    try {
      if (isBinary) throw new Error('a frame must be text');
      await this.#answer(readFrame(text));
    } catch (error) {
      if (error instanceof FrameRefused) {
        this.#refuse('ack', error.id, error.refusal);
        return;
      }
      if (error instanceof UnsupportedVersion) {
        this.#send({
          type: 'error',
          corr: error.id,
          code: 'unsupported_version',
          version: VERSION,
        });
        return this.close(CLOSE.protocol, 'unsupported_version');
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.close(CLOSE.protocol, reason.slice(0, 100));
    }
  }

  async #answer(frame: ClientFrame): Promise<void> {
    if (frame.type === 'ping') return this.#send({ type: 'pong', corr: frame.id });
    if (frame.type === 'pong') return;
    if (frame.type === 'auth') return this.#signIn(frame);
    if (this.#actor === null) {
      this.#refuse('ack', frame.id, notSignedIn());
      return this.close(CLOSE.unauthorized, 'not_signed_in');
    }
    switch (frame.type) {
      case 'subscribe':
        return this.#subscribe(frame, this.#actor);
      case 'unsubscribe':
        this.#events?.stop();
        this.#events = null;
        return this.#send({ type: 'ack', corr: frame.id, ok: true });
      case 'cmd':
        return this.#command(frame);
      default:
        return this.#typed(frame);
    }
  }

  async #signIn({ id, args }: ClientFrame): Promise<void> {
    try {
      await this.#guards.attempt(this.#ip);
      const token = textArg(args, 'token');
      const actor = await this.#parts.auth.authenticate(`Bearer ${token}`);
      const name = `${actor.kind} ${actor.id ?? actor.name}`;
      if (this.#actor !== null && this.#actor.id !== actor.id) throw anotherPerson();
      if (this.#actor === null) this.#leave = this.#guards.enter(name);
      clearTimeout(this.#hurry);
      this.#actor = actor;
      this.#token = token;
      const { locale } = args;
      this.#locale = locale === 'uz' || locale === 'ru' || locale === 'en' ? locale : actor.locale;
      this.#guards.signedIn(this.#ip);
      this.#send({
        type: 'welcome',
        corr: id,
        session_id: this.id,
        user: { name: actor.name, kind: actor.kind, roles: actor.roles },
        heartbeat_s: this.#parts.heartbeatMs / 1000,
        server_time: this.#parts.now().toISOString(),
      });
    } catch (error) {
      const refusal = this.#refuse('ack', id, error);
      const code = refusal.code === 'rate_limited' ? CLOSE.rate : CLOSE.unauthorized;
      this.close(code, refusal.reason);
    }
  }

  #subscribe({ id, args }: ClientFrame, actor: Actor): void {
    try {
      const { topics, since = null } = args;
      const list = Array.isArray(topics) ? topics.join(',') : String(topics ?? '');
      const asked = topicFilter(list);
      if (since !== null && !(Number.isSafeInteger(since) && Number(since) >= 0))
        throw new Refusal(
          'validation_error',
          'bad_last_event_id',
          '"since" is the position of an event of this stream',
        );
      this.#events?.stop();
      this.#send({ type: 'ack', corr: id, ok: true });
      const body = this.#parts.stream.open({
        organizationId: actor.organizationId,
        wants: (topic, event) =>
          asked(topic) && this.#parts.mayHear(this.#actor ?? actor, topic, event),
        since: since === null ? null : Number(since),
        // Every beat of this session asks that already.
        stillAllowed: () => Promise.resolve(true),
      });
      this.#events = passEvents(body, {
        send: (text, done) => this.#socket.send(text, () => done()),
        ended: (reason) => this.#send({ type: 'unsubscribed', reason }),
      });
    } catch (error) {
      this.#refuse('ack', id, error);
    }
  }

  /** `cmd {name, args}`: any operation by its name, answered with `cmd_ack` (S-OP-09). */
  #command({ id, args, idempotencyKey }: ClientFrame): void {
    try {
      const asked = textArg(args, 'name');
      const name = this.#parts.commands.get(asked) ?? asked;
      const input = objectArg(args, 'args');
      void this.#run('cmd_ack', id, { operation: name, input }, idempotencyKey);
    } catch (error) {
      this.#refuse('cmd_ack', id, error);
    }
  }

  /** A message that an operation declares as its own: `set_relay`. */
  #typed({ type, id, args, idempotencyKey }: ClientFrame): void {
    const operation = this.#parts.commands.get(type);
    if (operation === undefined)
      this.#send({ type: 'error', corr: id, code: 'unsupported', was: type.slice(0, 40) });
    else void this.#run('ack', id, { operation, input: args }, idempotencyKey);
  }

  async #run(
    type: 'ack' | 'cmd_ack',
    id: string,
    call: { operation: string; input: unknown },
    idempotencyKey: string | null,
  ): Promise<void> {
    this.#underWay += 1;
    let ended = false;
    try {
      if (this.#underWay > MAX_UNDER_WAY)
        throw new Refusal('rate_limited', 'rate_limited', 'Too many commands are under way', {
          limit: MAX_UNDER_WAY,
        });
      const actor = await this.#current().catch((error: unknown) => {
        ended = error instanceof Refusal;
        throw error;
      });
      await this.#guards.command(`${actor.kind} ${actor.id ?? actor.name}`);
      // A frame that is told twice on one connection is one command; programs number theirs anew on each.
      const key = idempotencyKey ?? (id === '' ? null : `ws ${this.id} ${id}`);
      const { body } = await this.#parts.run({
        ...call,
        actor: { ...actor, locale: this.#locale },
        ip: this.#ip,
        ...(key === null ? {} : { idempotencyKey: key }),
      });
      const told = typeof body === 'object' && body !== null ? body : { result: body ?? null };
      this.#send({ ...told, type, corr: id, ok: true });
    } catch (error) {
      const { reason } = this.#refuse(type, id, error);
      if (ended) this.close(CLOSE.unauthorized, reason);
    } finally {
      this.#underWay -= 1;
    }
  }

  #refuse(type: string, corr: string, error: unknown): Refusal {
    const refusal = this.#parts.refusalOf(error);
    if (refusal !== error) this.#parts.log.error({ err: error }, 'a client’s command failed');
    this.#parts.onRefusal?.(refusal);
    const { code, reason, details } = refusal;
    const message = sentenceOf(refusal, this.#locale, this.#parts.translate);
    this.#send({ type, corr, ok: false, error: { code, reason, message, details } });
    return refusal;
  }

  #send(frame: Frame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify({ v: VERSION, ...frame }));
  }
}

/** A renewed token of the same person is welcome; another person opens another connection. */
const anotherPerson = () =>
  new Refusal('unauthorized', 'not_signed_in', 'This connection belongs to somebody else');

const notSignedIn = () =>
  new Refusal('unauthorized', 'not_signed_in', 'Sign in first: send "auth" with your token');
