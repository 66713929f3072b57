import { needList, needRecord } from '../../source/api.ts';
import type { Facts } from '../gate/gate.ts';
import type { ConditionTrace, FlowContext } from './rule.ts';

/*
 * What a trigger is stepped with, remembers and answers. All of it is plain JSON (an event's data
 * as it came), so a platform can keep it in a table, one row for each rule and key. Moments are
 * milliseconds since 1970-01-01T00:00Z.
 */

export interface FlowEvent {
  readonly type: string;
  /** Told apart by it: an event that was delivered twice counts once. */
  readonly id?: string;
  /** When it happened, not when it arrived. */
  readonly at: number;
  readonly data: Facts;
}

export type FlowInput =
  /** Somebody begins to look: a silence counts from here, and how a condition stood until now nobody saw. */
  | { readonly kind: 'start'; readonly at: number }
  | { readonly kind: 'event'; readonly event: FlowEvent }
  /** The time has come that the state's `timer` names. */
  | { readonly kind: 'timer'; readonly at: number }
  /** A fact or setting that the condition reads may have changed. */
  | { readonly kind: 'facts'; readonly at: number };

/** An event that is waited with: one of a count, or one half of a pair. */
export interface WaitingEvent {
  readonly slot: number;
  readonly at: number;
  readonly id: string | null;
  readonly data: Facts;
}

/** What a trigger remembers for one key. */
export interface TriggerState {
  /** When to step it with a timer; null for never. */
  readonly timer: number | null;
  /** No firing before this moment (`cooldown`). */
  readonly quietUntil: number | null;
  /** Ids of the latest events that counted. */
  readonly seen: readonly string[];
  /** Keys of `once per` that have had their firing. */
  readonly done: readonly string[];
  readonly waiting: readonly WaitingEvent[];
  /** Of a silence: what was heard last. */
  readonly heard: {
    readonly at: number;
    readonly id: string | null;
    readonly data: Facts | null;
  } | null;
  /** Of a condition: how it came out, and since when it has held. */
  readonly held: boolean | null;
  readonly since: number | null;
  /** This silence, or this time of holding, has had its firing. */
  readonly spent: boolean;
}

export const NEW_STATE: TriggerState = {
  timer: null,
  quietUntil: null,
  seen: [],
  done: [],
  waiting: [],
  heard: null,
  held: null,
  since: null,
  spent: false,
};

/** Clocks of two machines may differ by so much; what is further ahead was dated by a wrong one. */
const SKEW_MS = 60_000;

/**
 * A state that a clock ran ahead of, as it is once the clock is right again: what it dates later than now
 * happened now at the latest, and its times count from here.
 * @param now milliseconds since 1970
 * @param times of the rule: how long it waits and how long it is quiet, milliseconds
 * @throws ApiError for what is no state, or no times
 * @returns the very same object when nothing lies ahead
 */
export function broughtBack(
  state: TriggerState,
  now: number,
  times: { readonly durationMs: number; readonly cooldownMs: number },
): TriggerState {
  needRecord(state, 'state');
  needList(state.waiting, 'state.waiting');
  needRecord(times, 'times');
  const { durationMs, cooldownMs } = times;
  const ahead = (at: number | null, by = 0): at is number => at !== null && at > now + by + SKEW_MS;
  const { timer, quietUntil, waiting, heard, since } = state;
  const isAhead =
    ahead(timer, durationMs) ||
    ahead(quietUntil, cooldownMs) ||
    ahead(heard?.at ?? null) ||
    ahead(since) ||
    waiting.some(({ at }) => ahead(at));
  if (!isAhead) return state;
  return {
    ...state,
    timer: ahead(timer, durationMs) ? now + durationMs : timer,
    quietUntil: ahead(quietUntil, cooldownMs) ? now + cooldownMs : quietUntil,
    heard: heard !== null && ahead(heard.at) ? { ...heard, at: now } : heard,
    since: ahead(since) ? now : since,
    waiting: waiting
      .map((one) => (ahead(one.at) ? { ...one, at: now } : one))
      .sort((a, b) => a.at - b.at),
  };
}

/** A rule that has gone off: what its actions are reckoned from, now or later. */
export interface Firing {
  readonly rule: string;
  readonly key: string;
  /** The moment that set it off. */
  readonly at: number;
  /** The data of the trigger's events, in their order; null for a silence from the start. */
  readonly events: readonly (Facts | null)[];
  /** The ids of the events that led to it. */
  readonly causes: readonly string[];
}

export interface Trace {
  readonly rule: string;
  readonly key: string;
  readonly at: number;
  /**
   * `fired`, or why it nearly did: `where` and `if` did not hold, `cooldown`, `once per`, the
   * event was a `duplicate` or too `late`, its `data` was wrong, a `key` could not be computed, or
   * a `condition` that is waited for could not be decided.
   */
  readonly outcome:
    | 'fired'
    | 'where'
    | 'if'
    | 'cooldown'
    | 'once'
    | 'duplicate'
    | 'late'
    | 'data'
    | 'key'
    | 'condition';
  readonly conditions: readonly ConditionTrace[];
  /** The data of the events that its conditions were asked on, in their order; null for a silence from the start. */
  readonly events: Firing['events'];
}

export interface StepResult {
  /** The state to keep for this key; the very same object when nothing changed. */
  readonly state: TriggerState;
  readonly fired: readonly Firing[];
  readonly trace: readonly Trace[];
}

export interface StepContext extends FlowContext {
  /** False: no traces, as in a flood of events. */
  readonly trace?: boolean;
}
