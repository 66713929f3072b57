import type { Asked, Place } from '../../deep/places.ts';
import { type Change, given, type Refused } from '../../explain/changes.ts';
import { durationText } from '../../explain/duration.ts';
import { type Facts, factsOf, type Naming, withValue } from '../../explain/facts.ts';
import { changesFor, type Remedy, type RemedyOptions, type Tried } from '../../explain/remedies.ts';
import { wordsOf } from '../../explain/words.ts';
import { type CatalogField, textIn } from '../../types/catalog.ts';
import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import type { Runtime } from '../runtime.ts';
import { namingIn } from '../telling.ts';
import { type Join, joinsOf } from './joins.ts';
import { type FlowContext, type Rule, sightOf } from './rule.ts';
import { isEventData, keyOfEvent, type TriggerRules } from './trigger.ts';
import type { FlowEvent, FlowInput, StepResult, Trace, TriggerState } from './trigger-state.ts';
import { Step } from './trigger-step.ts';

/** A step of a trigger that set nothing off. */
export interface Miss {
  /** Before the step. */
  readonly state: TriggerState | undefined;
  readonly input: FlowInput;
  readonly key: string;
}

/** Nothing that is changed or waited for helps an event that came before, or has no sound data. */
const FINAL: ReadonlySet<Trace['outcome']> = new Set(['duplicate', 'late', 'data', 'key', 'once']);

/** What a miss is asked with. */
interface Asking {
  readonly rules: TriggerRules;
  readonly miss: Miss;
  readonly context: FlowContext;
  readonly runtime: Runtime;
  readonly language: string;
  readonly options: RemedyOptions;
}

/**
 * What would have set a trigger off at a step: other facts or another event, more events, or only
 * more time; each was tried by stepping. Where one of them is not enough, two together.
 */
export const nearMiss = (asking: Asking): readonly Remedy[] => new NearMiss(asking).found();

class NearMiss {
  readonly #rules: TriggerRules;
  readonly #miss: Miss;
  readonly #runtime: Runtime;
  readonly #language: string;
  readonly #options: RemedyOptions;
  /** What events are called among the facts; the same event twice is told apart. */
  readonly #names: readonly string[];
  readonly #base: Environment;
  /** After the step as it was. */
  readonly #after: StepResult;

  constructor({ rules, miss, context, runtime, language, options }: Asking) {
    this.#rules = rules;
    this.#miss = miss;
    this.#runtime = runtime;
    this.#language = language;
    this.#options = options;
    const { events } = rules.info;
    this.#names = events.map((event, i) => (events.indexOf(event) === i ? event : `${event} 2`));
    const { environment } = sightOf(context, runtime);
    const { state, input } = miss;
    const data = this.#names.map((_, slot) =>
      input.kind === 'event' && events.indexOf(input.event.type) === slot
        ? input.event.data
        : (state?.waiting.findLast((one) => one.slot === slot)?.data ?? state?.heard?.data ?? null),
    );
    const inputs: Record<string, unknown> = Object.assign(Object.create(null), environment.inputs);
    for (const [slot, name] of this.#names.entries()) inputs[name] = data[slot];
    this.#base = { ...environment, inputs, parts: undefined };
    this.#after = this.#step(state, input, this.#base, true);
  }

  found(): readonly Remedy[] {
    const { fired, trace } = this.#after;
    if (fired.length > 0 || trace.some(({ outcome }) => FINAL.has(outcome))) return [];
    const single = [...this.#otherFacts(), ...this.#more(this.#base), ...this.#time(this.#base)];
    const { limit = MOST } = this.#options;
    return (single.length > 0 ? single : this.#together()).slice(0, limit);
  }

  // --- stepping ------------------------------------------------------------------------------------

  #step(
    state: TriggerState | undefined,
    input: FlowInput,
    environment: Environment,
    tracing = false,
  ): StepResult {
    const sight = { environment, runtime: this.#runtime };
    return new Step(this.#rules, state, sight, this.#miss.key, tracing).run(input);
  }

  /** The input of the miss, with the event that stands among the facts. */
  #inputIn(environment: Environment): FlowInput {
    const { input } = this.#miss;
    if (input.kind !== 'event') return input;
    const slot = this.#rules.info.events.indexOf(input.event.type);
    const data = environment.inputs[this.#names[slot] ?? ''];
    return isEventData(data) ? { ...input, event: { ...input.event, data } } : input;
  }

  /** Does another event belong to the same key? Others have a state of their own. */
  #sameKey(input: FlowInput, environment: Environment): boolean {
    if (input.kind !== 'event' || !this.#rules.info.keyed) return true;
    const sight = { environment, runtime: this.#runtime };
    return keyOfEvent(this.#rules, input.event, sight) === this.#miss.key;
  }

  /** The step as it would have been: a condition that was false before may become true by it. */
  #stepIn(environment: Environment): StepResult | undefined {
    const input = this.#inputIn(environment);
    if (!this.#sameKey(input, environment)) return undefined;
    const found = this.#step(this.#miss.state, input, environment);
    if (found.fired.length > 0 || this.#rules.condition === undefined) return found;
    return this.#step(this.#after.state, input, environment);
  }

  // --- other facts ---------------------------------------------------------------------------------

  #otherFacts(): readonly Remedy[] {
    if (this.#after.trace.some(({ outcome }) => outcome === 'cooldown')) return [];
    const fires = (at: Environment) => (this.#stepIn(at)?.fired.length ?? 0) > 0;
    return this.#changes(fires).map(({ remedy }) => remedy);
  }

  /** @param base where the facts are changed */
  #changes(
    passes: Refused['passes'],
    base = this.#base,
    options = this.#options,
  ): readonly Tried[] {
    const asked = this.#asked();
    if (asked.length === 0) return [];
    return changesFor(
      {
        ...this.#naming(),
        asked,
        units: this.#runtime.units,
        environment: base,
        locals: ({ inputs }, { unit }): readonly Value[] =>
          unit.params.map((_, slot) => (inputs[this.#names[slot] ?? ''] ?? null) as Value),
        passes,
      },
      options,
    );
  }

  #asked(): readonly Asked[] {
    const { where, asked, condition } = this.#rules;
    const rules = [where, asked, condition].filter((rule) => rule !== undefined);
    return rules.map((rule: Rule): Asked => ({ unit: rule.unit, params: this.#names }));
  }

  #naming(): Naming {
    const naming = namingIn(this.#runtime, this.#language);
    const declared = (place: Place) => {
      const [root = '', ...rest] = place.steps;
      const slot = this.#names.indexOf(root);
      return naming.declared({
        ...place,
        steps: [this.#rules.info.events[slot] ?? root, ...rest],
      });
    };
    return { ...naming, declared };
  }

  // --- more events ---------------------------------------------------------------------------------

  /** So many more events like this one, or the other half of a pair. */
  #more(environment: Environment): readonly Remedy[] {
    const input = this.#inputIn(environment);
    if (input.kind !== 'event' || !this.#sameKey(input, environment)) return [];
    const { kind } = this.#rules.info;
    if (kind === 'count') return this.#repeated(input.event, environment);
    return kind === 'sequence' ? this.#otherHalf(input.event, environment) : [];
  }

  #repeated(event: FlowEvent, environment: Environment): readonly Remedy[] {
    const { times, durationMs } = this.#rules.info;
    const start = this.#step(this.#miss.state, { kind: 'event', event }, environment);
    const { type, data } = event;
    /** How many more it takes when they come at a moment. */
    const takes = (at: number): number | undefined => {
      let { state } = start;
      for (let count = 1; count < times; count++) {
        const more = this.#step(state, { kind: 'event', event: { type, data, at } }, environment);
        if (more.fired.length > 0) return count;
        state = more.state;
      }
      return undefined;
    };
    const newest = Math.max(event.at, ...start.state.waiting.map(({ at }) => at));
    const count = takes(newest);
    if (count === undefined) return [];
    const until = (start.state.waiting.at(count - times)?.at ?? newest) + durationMs;
    if (takes(until) !== count || takes(until + 1) === count) return [];
    return [this.#moreEvents(type, count, until - newest)];
  }

  #otherHalf(event: FlowEvent, environment: Environment): readonly Remedy[] {
    const { events, durationMs } = this.#rules.info;
    // The second is still to come; a first one that did not come is not made up for.
    if (event.type !== events[0]) return [];
    const [, type = ''] = events;
    const { state } = this.#step(this.#miss.state, { kind: 'event', event }, environment);
    const name = this.#names[1] ?? '';
    const at = (data: unknown): Environment => {
      const inputs = Object.assign(Object.create(null), environment.inputs, { [name]: data });
      return { ...environment, inputs, parts: undefined };
    };
    const fires = (at: Environment, when = event.at + durationMs): boolean => {
      const data = at.inputs[name];
      if (!isEventData(data)) return false;
      const other: FlowEvent = { type, at: when, data };
      const alone = this.#rules.keys.length === 0;
      const sight = { environment: at, runtime: this.#runtime };
      if (!alone && keyOfEvent(this.#rules, other, sight) !== this.#miss.key) return false;
      return this.#step(state, { kind: 'event', event: other }, at).fired.length > 0;
    };
    const more = this.#moreEvents(type, 1, durationMs);
    const joins = joinsOf(this.#rules, event.data);
    const base = at(
      joins.reduce((data, { steps, value }) => withValue(data, steps, value), {} as Facts),
    );
    const told = (changes: readonly Change[]): Remedy => ({
      ...more,
      change: changes,
      text: [more.text, changes.map((one) => one.text).join(wordsOf(this.#language).and)]
        .filter(Boolean)
        .join(': '),
    });
    const joined = joins.flatMap((join) => this.#given(join, base) ?? []);
    if (fires(base)) return fires(base, event.at + durationMs + 1) ? [] : [told(joined)];
    return this.#changes((there) => fires(there), base)
      .filter(({ remedy: { change } }) => change.every(({ path }) => path.startsWith(`${name}.`)))
      .map(({ remedy: { change } }) => told([...joined, ...change]));
  }

  /** What the other half has to have of the first, in words. */
  #given({ steps, value }: Join, base: Environment): Change | undefined {
    const [, name = ''] = this.#names;
    const path = [name, ...steps].join('.');
    const naming = this.#naming();
    // What nobody changes afterwards is still open in an event that is to come.
    const declared = (place: Place): CatalogField => ({
      ...(naming.declared(place) ?? { type: 'text' }),
      changeable: true,
    });
    const key = this.#rules.keys[1];
    const asked = key === undefined ? [] : [{ unit: key.unit, params: [name] }];
    const facts = factsOf([...this.#asked(), ...asked], this.#runtime.units, base, {
      ...naming,
      declared,
    });
    const fact = facts.find((one) => one.path === path);
    return fact && given(fact, value, this.#language, base.zone);
  }

  #moreEvents(event: string, count: number, withinMs: number): Remedy {
    const { change } = wordsOf(this.#language);
    const [name, told] = [this.#nameOf(event), durationText(withinMs)];
    const another = this.#rules.info.kind === 'sequence';
    const text = another ? change.next(name, told) : change.events(count, name, told);
    return { change: [], events: { event, count, withinMs }, text };
  }

  /** What an event is called by those who read. */
  #nameOf(event: string): string {
    const events = this.#runtime.index.catalog.events ?? {};
    const declared = Object.hasOwn(events, event) ? events[event] : undefined;
    return textIn(declared?.doc, this.#language) ?? event;
  }

  /** Is the event one of those that are waited with? */
  #isKept(environment: Environment): boolean {
    const input = this.#inputIn(environment);
    const found = this.#stepIn(environment);
    return (
      input.kind === 'event' &&
      found?.state.waiting.some(({ data }) => data === input.event.data) === true
    );
  }

  // --- time ------------------------------------------------------------------------------------------

  /** Only waiting: staying so, silence, or until it may run again. */
  #time(environment: Environment): readonly Remedy[] {
    return [...this.#dueLater(environment), ...this.#quietOver(environment)];
  }

  #dueLater(environment: Environment): readonly Remedy[] {
    const { kind, events } = this.#rules.info;
    if (kind !== 'stays' && kind !== 'absence') return [];
    const begun = this.#stepIn(environment);
    const from = atOf(this.#miss.input);
    let state = begun?.state;
    for (let round = 0; round < TIMERS; round++) {
      const at = state?.timer ?? undefined;
      if (state === undefined || at === undefined || at <= from) return [];
      const timed = (moment: number): StepResult =>
        this.#step(state, { kind: 'timer', at: moment }, { ...environment, now: moment });
      const { fired, state: next } = timed(at);
      if (fired.length > 0) {
        if (timed(at - 1).fired.length > 0) return [];
        const words = wordsOf(this.#language).change;
        const told = durationText(at - from);
        const text =
          kind === 'stays' ? words.stays(told) : words.silence(this.#nameOf(events[0] ?? ''), told);
        return [{ change: [], wait: { ms: at - from }, text }];
      }
      state = next;
    }
    return [];
  }

  #quietOver(environment: Environment): readonly Remedy[] {
    const { state } = this.#miss;
    const input = this.#inputIn(environment);
    const until = state?.quietUntil ?? null;
    const from = atOf(input);
    if (until === null || until <= from || !this.#sameKey(input, environment)) return [];
    const later = (at: number): boolean => {
      const moved: FlowInput =
        input.kind === 'event' ? { ...input, event: { ...input.event, at } } : { ...input, at };
      return this.#step(state, moved, { ...environment, now: at }).fired.length > 0;
    };
    if (!later(until) || later(until - 1)) return [];
    const text = wordsOf(this.#language).change.later(durationText(until - from));
    return [{ change: [], wait: { ms: until - from }, text }];
  }

  // --- both ----------------------------------------------------------------------------------------

  /** Other facts that bring it on its way, and what it takes from there. */
  #together(): readonly Remedy[] {
    const { and } = wordsOf(this.#language);
    const onward = (at: Environment): Remedy | undefined =>
      [...this.#more(at), ...this.#time(at)][0];
    // That this event counts is soon found out; all that are waited for are stepped only where `if`
    // has its say as well, and then less often.
    const { info, asked } = this.#rules;
    const counts = info.kind === 'count' && asked === undefined;
    const begins = (at: Environment): boolean =>
      counts ? this.#isKept(at) : onward(at) !== undefined;
    const { evaluations = EVALUATIONS } = this.#options;
    const options = counts
      ? this.#options
      : { ...this.#options, evaluations: evaluations / (1 + info.times / 10) };
    return this.#changes(begins, this.#base, options).flatMap(({ remedy, environment }) => {
      const rest = onward(environment);
      const { change, text } = remedy;
      return rest === undefined ? [] : [{ ...rest, change, text: `${text}${and}${rest.text}` }];
    });
  }
}

const [MOST, EVALUATIONS] = [5, 600];
/** How often a timer is set anew before it is due. */
const TIMERS = 3;

const atOf = (input: FlowInput): number => (input.kind === 'event' ? input.event.at : input.at);
