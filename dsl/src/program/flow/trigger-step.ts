import { Fault } from '../../values/fault.ts';
import type { Facts } from '../gate/gate.ts';
import { holds, keyIn, type Sight, traceOf, valueIn } from './rule.ts';
import { isEventData, type TriggerRules } from './trigger.ts';
import {
  type Firing,
  type FlowEvent,
  type FlowInput,
  NEW_STATE,
  type StepResult,
  type Trace,
  type TriggerState,
  type WaitingEvent,
} from './trigger-state.ts';

/** Ids that are remembered to know an event that comes twice. */
const MAX_SEEN = 100;
/** Keys of `once per` that are remembered for one state; the oldest are forgotten. */
const MAX_DONE = 10_000;
/** Events of a pair that wait for their other half; the oldest are dropped. */
const MAX_WAITING = 100;

/** One step of a trigger for one key. */
export class Step {
  readonly #rules: TriggerRules;
  readonly #sight: Sight;
  readonly #tracing: boolean;
  readonly #key: string;
  #state: TriggerState;
  readonly #fired: Firing[] = [];
  readonly #trace: Trace[] = [];

  constructor(
    rules: TriggerRules,
    state: TriggerState | undefined,
    sight: Sight,
    key: string,
    tracing: boolean,
  ) {
    this.#rules = rules;
    this.#state = state ?? NEW_STATE;
    this.#sight = sight;
    this.#key = key;
    this.#tracing = tracing;
  }

  run(input: FlowInput): StepResult {
    if (input.kind === 'event') this.#event(input.event);
    else if (this.#rules.condition !== undefined) this.#condition(input);
    else if (this.#rules.info.kind === 'absence') this.#silence(input);
    return { state: this.#state, fired: this.#fired, trace: this.#trace };
  }

  #set(change: Partial<TriggerState>): void {
    this.#state = { ...this.#state, ...change };
  }

  #note(
    outcome: Trace['outcome'],
    at: number,
    conditions: () => Trace['conditions'] = () => [],
    events: Trace['events'] = [],
  ): void {
    if (!this.#tracing) return;
    const { name: rule } = this.#rules;
    this.#trace.push({ rule, key: this.#key, at, outcome, conditions: conditions(), events });
  }

  // --- events ------------------------------------------------------------------------------------

  #event(event: FlowEvent): void {
    const { kind, events } = this.#rules.info;
    if (!events.includes(event.type)) return;
    if (!isEventData(event.data)) {
      this.#note('data', event.at);
      return;
    }
    if (event.id !== undefined && this.#state.seen.includes(event.id)) {
      this.#note('duplicate', event.at);
      return;
    }
    if (kind === 'sequence') {
      this.#pair(event);
      return;
    }
    if (!this.#counts([event.data], event.at)) return;
    this.#see(event);
    if (kind === 'event') this.#conclude([this.#asWaiting(event, 0)], event.at);
    else if (kind === 'count') this.#count(event);
    else this.#hear(event);
  }

  /** Does the event, or the pair, fit `where`? */
  #counts(events: readonly Facts[], at: number): boolean {
    const { where } = this.#rules;
    if (holds(where, events, this.#sight)) return true;
    this.#note('where', at, () => traceOf('where', where, events, this.#sight), events);
    return false;
  }

  #see({ id }: FlowEvent): void {
    if (id !== undefined) this.#set({ seen: [...this.#state.seen, id].slice(-MAX_SEEN) });
  }

  #asWaiting({ at, id, data }: FlowEvent, slot: number): WaitingEvent {
    return { slot, at, id: id ?? null, data };
  }

  /** Keeps events for the length of a window, and as long again for those that come late. */
  #wait(event: WaitingEvent): boolean {
    const { durationMs } = this.#rules.info;
    const newest = Math.max(event.at, ...this.#state.waiting.map(({ at }) => at));
    if (event.at < newest - 2 * durationMs) {
      this.#note('late', event.at);
      return false;
    }
    const waiting = [...this.#state.waiting, event]
      .filter(({ at }) => at >= newest - 2 * durationMs)
      .sort((a, b) => a.at - b.at);
    this.#set({ waiting });
    return true;
  }

  /** The events of a full window are used up: the next firing needs as many new ones. */
  #count(event: FlowEvent): void {
    const { times, durationMs } = this.#rules.info;
    if (!this.#wait(this.#asWaiting(event, 0))) return;
    const { waiting } = this.#state;
    for (let first = 0; first + times <= waiting.length; first++) {
      const run = waiting.slice(first, first + times);
      const last = run.at(-1);
      if (last === undefined || last.at - (run[0]?.at ?? 0) > durationMs) continue;
      this.#set({ waiting: waiting.filter((one) => !run.includes(one)) });
      this.#conclude(run, last.at, [last]);
      return;
    }
  }

  /** An event that completes a pair is used up, with all it made a pair with. */
  #pair(event: FlowEvent): void {
    const { events, durationMs } = this.#rules.info;
    for (const slot of [1, 0]) {
      if (events[slot] !== event.type) continue;
      const other = 1 - slot;
      const near = this.#state.waiting.filter((one) => {
        const apart = slot === 1 ? event.at - one.at : one.at - event.at;
        return one.slot === other && apart >= 0 && apart <= durationMs;
      });
      const pairOf = (one: WaitingEvent): readonly [WaitingEvent, WaitingEvent] =>
        slot === 1 ? [one, this.#asWaiting(event, 1)] : [this.#asWaiting(event, 0), one];
      const fits = near.filter((one) => holds(this.#rules.where, dataOf(pairOf(one)), this.#sight));
      const chosen = slot === 1 ? fits.at(-1) : fits[0];
      if (chosen === undefined) {
        const closest = slot === 1 ? near.at(-1) : near[0];
        if (closest !== undefined) this.#counts(dataOf(pairOf(closest)), event.at);
        continue;
      }
      this.#see(event);
      this.#set({ waiting: this.#state.waiting.filter((one) => !fits.includes(one)) });
      const pair = pairOf(chosen);
      this.#conclude(pair, pair[1].at);
      return;
    }
    this.#see(event);
    for (const [slot, type] of events.entries()) {
      if (type === event.type) this.#wait(this.#asWaiting(event, slot));
    }
    this.#set({ waiting: this.#state.waiting.slice(-MAX_WAITING) });
  }

  // --- silence -------------------------------------------------------------------------------------

  #hear(event: FlowEvent): void {
    const { heard, timer } = this.#state;
    if (heard !== null && event.at <= heard.at) return;
    const { at, id, data } = event;
    // A timer that is set stays: when it comes too early, it is set anew. That spares a write.
    const next = timer ?? at + this.#rules.info.durationMs;
    this.#set({ heard: { at, id: id ?? null, data }, spent: false, timer: next });
  }

  #silence({ kind, at }: FlowInput & { readonly at: number }): void {
    const { durationMs, keyed } = this.#rules.info;
    const { heard, spent, timer } = this.#state;
    if (heard === null) {
      // With `per` nobody knows yet what to wait for.
      if (!keyed) this.#set({ heard: { at, id: null, data: null }, timer: at + durationMs });
      return;
    }
    if (kind !== 'timer' || spent || timer === null || at < timer) return;
    const due = heard.at + durationMs;
    if (at < due) {
      this.#set({ timer: due });
      return;
    }
    const { id, data } = heard;
    const late = Math.max(due, timer);
    const fired = this.#conclude([{ id, data }], late);
    // `if` is asked again while the silence lasts.
    this.#set(fired ? { spent: true, timer: null } : { timer: late + durationMs });
  }

  // --- conditions ------------------------------------------------------------------------------------

  #condition({ kind, at }: FlowInput & { readonly at: number }): void {
    const { condition, info } = this.#rules;
    if (condition === undefined) return;
    const value = valueIn(condition, [], this.#sight);
    if (value instanceof Fault)
      this.#note('condition', at, () => traceOf('when', condition, [], this.#sight));
    const now = value === true;
    const { held } = this.#state;
    if (info.kind === 'becomes') {
      if (held !== now) this.#set({ held: now });
      if (held === false && now) this.#conclude([], at);
      return;
    }
    // While nobody looked it may have ended at any moment: only what still holds has held.
    if (held === true && (now || kind !== 'start')) this.#stays(at);
    if (now && held !== true) {
      this.#set({ held: true, since: at, spent: false, timer: at + info.durationMs });
    } else if (!now && held !== false) {
      this.#set({ held: false, since: null, spent: false, timer: null });
    }
  }

  /** It has held until now: what came due meanwhile is due, also when it ends at this moment. */
  #stays(at: number): void {
    const { timer, spent } = this.#state;
    if (timer === null || spent || at < timer) return;
    const fired = this.#conclude([], timer);
    this.#set(
      fired ? { spent: true, timer: null } : { timer: timer + this.#rules.info.durationMs },
    );
  }

  // --- firing ----------------------------------------------------------------------------------------

  /**
   * The trigger is complete: what else has to hold? @returns false only where `if` did not
   * @param causes all events that led to it; @param shown those whose data the rule sees
   */
  #conclude(
    causes: readonly { readonly id: string | null; readonly data: Facts | null }[],
    at: number,
    shown = causes,
  ): boolean {
    const { asked, name, cooldownMs } = this.#rules;
    const locals = shown.map(({ data }) => data);
    const conditions = () => conditionsOf(this.#rules, locals, this.#sight);
    if (!holds(asked, locals, this.#sight)) {
      this.#note('if', at, conditions, locals);
      return false;
    }
    const done = this.#onceKey(locals);
    if (done instanceof Fault) {
      this.#note('key', at, conditions, locals);
      return true;
    }
    const { quietUntil } = this.#state;
    const quiet = quietUntil !== null && at < quietUntil;
    const again = done !== undefined && this.#state.done.includes(done);
    if (again || quiet) {
      this.#note(again ? 'once' : 'cooldown', at, conditions, locals);
      return true;
    }
    if (done !== undefined) this.#set({ done: [...this.#state.done, done].slice(-MAX_DONE) });
    if (cooldownMs > 0) this.#set({ quietUntil: at + cooldownMs });
    this.#note('fired', at, conditions, locals);
    const ids = causes.flatMap(({ id }) => id ?? []);
    this.#fired.push({ rule: name, key: this.#key, at, events: locals, causes: ids });
    return true;
  }

  #onceKey(locals: readonly (Facts | null)[]): string | undefined | Fault {
    const { once } = this.#rules;
    if (once === undefined) return undefined;
    const found = keyIn(once, locals, this.#sight);
    return found instanceof Fault ? found : found.key;
  }
}

const dataOf = (events: readonly WaitingEvent[]): readonly Facts[] =>
  events.map(({ data }) => data);

/** What else has to hold once a trigger is complete; of a silence in which nothing was heard only `if`. */
export const conditionsOf = (
  { where, asked }: Pick<TriggerRules, 'where' | 'asked'>,
  events: readonly (Facts | null)[],
  sight: Sight,
): Trace['conditions'] => [
  ...(events.includes(null) ? [] : traceOf('where', where, events, sight)),
  ...traceOf('if', asked, events, sight),
];
