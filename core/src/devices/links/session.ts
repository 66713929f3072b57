import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { WebSocket } from 'ws';
import type { DeviceSession, DialIn, SessionHost } from '../../api/links.ts';
import type { DataLog } from '../../data/index.ts';
import type { KnownDevice } from '../door.ts';
import { whyNotSent } from './why-not-sent.ts';

/** Close codes of the device protocol. */
export const CLOSE = {
  replaced: 4001,
  protocol: 4400,
  unauthorized: 4401,
  rate: 4429,
  /** Something here could not be done at this moment. */
  tryAgain: 1013,
} as const;

/** Ended for this, what else has come is not kept either. */
const MISTRUSTED: ReadonlySet<number> = new Set([CLOSE.protocol, CLOSE.unauthorized]);
const FRAMES_PER_SECOND = 50;
/** Frames that wait while an earlier one is being kept. */
const MAX_WAITING = 256;
/** What a device that doesn't read may owe us. */
const MAX_UNSENT_BYTES = 256 * 1024;
const PINGS_A_SILENCE = 2.5;

/** What a device showed when it came; asked again when something about it changes. */
export interface Credentials {
  readonly ip: string;
  readonly token: string;
}

export interface SessionParts {
  readonly credentials: Credentials;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly log: DataLog;
  readonly now: () => Date;
  /** Runs an operation as the device. */
  readonly run: SessionHost['run'];
}

/** One connected device: bounds what it may send, keeps its frames in order, notices its silence. */
export class LiveSession {
  device: KnownDevice;
  readonly credentials: Credentials;
  readonly session: DeviceSession;
  /** Its connection is closed: it can't be reached any more. */
  readonly gone: Promise<void>;
  /** And what it had told is kept. */
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;
  readonly #parts: SessionParts;
  readonly #frames = new RateLimiterMemory({ points: FRAMES_PER_SECOND * 10, duration: 10 });
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Why we have ended it; what comes after that is not heard. */
  #endedWith: number | null = null;
  #heardAt = performance.now();

  constructor(device: KnownDevice, socket: WebSocket, dialIn: DialIn, parts: SessionParts) {
    this.device = device;
    this.credentials = parts.credentials;
    this.#socket = socket;
    this.#parts = parts;
    const gone = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    this.gone = gone.promise;
    this.ended = ended.promise;
    this.session = dialIn.open(this.#host());
    const watch = this.#watch(dialIn.silentMs(parts.settings));
    socket.on('message', (data, isBinary) => {
      if (this.#endedWith === null) void this.#take(String(data), isBinary);
    });
    socket.on('pong', () => this.#hear());
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearInterval(watch);
      gone.resolve();
      void this.#caughtUp().then(() => {
        this.session.closed();
        ended.resolve();
      });
    });
  }

  close(code: number, reason: string): void {
    if (this.#endedWith !== null) return;
    this.#endedWith = code;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  #host(): SessionHost {
    const { settings, now, run, log } = this.#parts;
    const { id, code } = this.device;
    return {
      device: { id, code },
      settings,
      now,
      run,
      send: (frame) => {
        if (this.#socket.readyState !== this.#socket.OPEN) return false;
        if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
        this.#socket.send(JSON.stringify(frame));
        return true;
      },
      close: (closeCode, reason) => this.close(closeCode, reason),
      whyNotSent: (command) => whyNotSent(command, () => now().getTime()),
      caughtUp: () => this.#caughtUp(),
      log: (level, message, fields = {}) =>
        log[level]({ ...fields, device: code }, message.slice(0, 2000)),
    };
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  /** Also what lies in the socket's buffer and nobody has had the time to read. */
  async #caughtUp(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#turn;
  }

  #watch(silentMs: number): NodeJS.Timeout {
    return setInterval(() => {
      if (performance.now() - this.#heardAt > silentMs) this.#socket.terminate();
      else this.#socket.ping();
    }, silentMs / PINGS_A_SILENCE);
  }

  async #take(text: string, isBinary: boolean): Promise<void> {
    this.#hear();
    const allowed = await this.#frames.consume(this.device.id).then(
      () => true,
      () => false,
    );
    if (!allowed || this.#waiting >= MAX_WAITING) {
      this.close(CLOSE.rate, 'too many frames');
      return;
    }
    this.#waiting += 1;
    const came = performance.now();
    this.#turn = this.#turn.then(() => this.#receive(text, isBinary, came));
  }

  async #receive(text: string, isBinary: boolean, came: number): Promise<void> {
    try {
      if (this.#endedWith !== null && MISTRUSTED.has(this.#endedWith)) return;
      if (isBinary) throw new Error('a frame must be text');
      await this.session.receive(JSON.parse(text), performance.now() - came);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.log.warn({ device: this.device.code, reason }, 'a frame could not be taken');
      this.close(CLOSE.protocol, reason.slice(0, 100));
    } finally {
      this.#waiting -= 1;
    }
  }
}
