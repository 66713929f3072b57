import type { Shape, Texts } from './fields.ts';
import type { Locale } from './locale.ts';

export type Severity = 'P1' | 'P2' | 'P3';

/** One message on its way to one place, worded in the language of whoever reads it. */
export interface ChannelMessage {
  /** The same when it is sent again: by it a receiver knows a repetition. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly locale: Locale;
  /** Of an alert, a test, or of a request for approval: whoever decides is `asked` and `reminded`. */
  readonly reason: 'opened' | 'escalated' | 'repeated' | 'test' | 'asked' | 'reminded' | 'ended';
  readonly severity: Severity | null;
  /** When it was meant. */
  readonly at: Date;
  readonly alert: {
    readonly id: string;
    readonly rule: string;
    readonly group: string;
    readonly status: string;
    readonly count: number;
    readonly value: number | null;
    readonly threshold: number | null;
    readonly unit: string | null;
    readonly opened_at: Date;
    readonly url: string | null;
  } | null;
  /** The request for approval that it is of, as it stands now. */
  readonly approval: {
    readonly id: string;
    readonly type: string;
    readonly state: string;
    readonly outcome: string;
    readonly expires_at: Date;
    readonly url: string | null;
  } | null;
}

export interface HttpAnswer {
  readonly status: number;
  /** The beginning of the body. */
  readonly text: string;
  /** How long the server wants to be left alone (`Retry-After`), in milliseconds; null where it doesn't say. */
  readonly retryAfterMs: number | null;
}

/** Posts JSON to another system: no redirects, a bounded answer, and no address of this machine or link. */
export type PostJson = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<HttpAnswer>;

export interface ChannelCall {
  /** As declared by `settings`, secrets opened. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the person it is for; null where the channel has one place for the plant. */
  readonly address: string | null;
  readonly message: ChannelMessage;
  readonly signal: AbortSignal;
  readonly now: Date;
  readonly post: PostJson;
}

/**
 * A message that did not leave. `again`: another moment may do better. `afterMs`: the other side wants to
 * be left alone for so long, so nothing goes by this channel until then.
 */
export class ChannelFault extends Error {
  readonly reason: string;
  readonly again: boolean;
  readonly afterMs: number | null;
  constructor(reason: string, message: string, again: boolean, afterMs: number | null = null) {
    super(message);
    this.reason = reason;
    this.again = again;
    this.afterMs = afterMs;
  }
}

/** A way to reach people: rules say `notify ROLE via NAME`. */
export interface ChannelDef {
  readonly name: string;
  readonly title: Texts;
  /** What an administrator fills in; `secret` fields are sealed and never shown again. */
  readonly settings: Shape;
  /** Settings that decide who gets the secrets: when one changes, the secrets have to be given again. */
  readonly secretsGoTo?: readonly string[];
  /** People have an address of their own here; without it there is one place for the plant. */
  readonly address?: { readonly title: Texts; readonly pattern: string; readonly example: string };
  /** Several messages for one person go as one, and not more often than the plant's setting says. */
  readonly bundles: boolean;
  /** For how severe alerts it is meant at first, where a rule names no channel; all of them without it. */
  readonly severities?: readonly Severity[];
  /** It carries requests for approval until the plant says otherwise; without it where it reaches each person. */
  readonly approvals?: boolean;
  /** Characters that one message may have. A longer one is cut, of several what does not fit is counted. */
  readonly longest?: number;
  /** The platform's own: reaches each person without an address, and needs no setting up. */
  readonly ready?: boolean;
  /** @throws ChannelFault */
  readonly send: (call: ChannelCall) => Promise<void>;
  /** What the test button does before its message goes: are the settings good at all? @throws ChannelFault */
  readonly test?: (call: ChannelCall) => Promise<void>;
}

/** Declares a channel. */
export const channel = (spec: ChannelDef): ChannelDef => spec;
