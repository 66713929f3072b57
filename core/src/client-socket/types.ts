import type { Refusal } from '../api/errors.ts';
import type { Authenticator, Translate } from '../http/index.ts';
import type { Call } from '../operations/index.ts';
import type { MayHear, StreamHub } from '../stream/index.ts';

export interface ClientSocketLog {
  error(fields: object, message: string): void;
}

/** What a session needs of the platform. */
export interface ClientParts {
  readonly auth: Authenticator;
  readonly stream: Pick<StreamHub, 'open'>;
  /** Whether somebody may hear a topic. */
  readonly mayHear: MayHear;
  /** Runs an operation down the one road. @throws Refusal */
  readonly run: (call: Call) => Promise<{ readonly body: unknown }>;
  /** Operations by the message that asks for them. */
  readonly commands: ReadonlyMap<string, string>;
  readonly translate: Translate;
  /** What a client may know of an error. */
  readonly refusalOf: (error: unknown) => Refusal;
  readonly log: ClientSocketLog;
  /** Told each refusal that a client was, for the measurements (S-MET-03). */
  readonly onRefusal?: (refusal: Refusal) => void;
  readonly now: () => Date;
  readonly heartbeatMs: number;
  /** Whoever has not signed in by then is let go. */
  readonly signInMs: number;
}

/** Bounds over all sessions. */
export interface Guards {
  /** @throws Refusal rate_limited when an address tries too many tokens */
  attempt(ip: string): Promise<void>;
  signedIn(ip: string): void;
  /** Counts one more session of somebody. @returns what ends it @throws Refusal rate_limited too_many_sessions */
  enter(name: string): () => void;
  /** @throws Refusal rate_limited */
  command(name: string): Promise<void>;
}
