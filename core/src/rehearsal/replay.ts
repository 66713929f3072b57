import {
  type AlertState,
  type Catalog,
  type CompiledAlert,
  type CompiledAutomation,
  type CompiledSchedule,
  createDispatcher,
  type Dispatcher,
  type Firing,
  type FlowContext,
  type FlowEvent,
  type FlowInput,
  type Program,
  type TriggerState,
} from '@qoida/dsl';
import type { DaysOffThen } from './days-off-then.ts';
import { type Look, Moments } from './moments.ts';
import type { SettingsThen } from './past-settings.ts';
import { PlannedRuns } from './planned-runs.ts';
import { factsAsked, fieldsAsked, idOf, loops } from './reads.ts';
import { remembered } from './remembered.ts';
import { Timers } from './timers.ts';

/** A recorded event, with the rules whose run caused it. */
export interface RecordedEvent extends FlowEvent {
  readonly id: string;
  readonly chain: readonly string[];
}

/** A rule that went off while the events went by, or a planned run whose time came. */
export interface Fired {
  readonly kind: 'automation' | 'alert' | 'schedule';
  /** `module.name` */
  readonly rule: string;
  readonly firing: Firing;
  /** Of an alert: whether it opened, or was raised again while it was open. */
  readonly change: 'opened' | 'again' | null;
  /** What it was asked with. */
  readonly context: FlowContext;
  readonly settingsHash: string | null;
  /** Of a planned run: standing facts that nobody knows. */
  readonly unknown: readonly string[];
}

/** What a rule would have had to know of an event, or of a moment. */
export interface Lack {
  readonly reason: 'event_field_not_recorded' | 'fact_of_the_moment';
  readonly names: readonly string[];
}

export interface ReplayOptions {
  readonly program: Program;
  readonly catalog: Catalog;
  readonly settingsAt: (moment: number) => SettingsThen;
  readonly zone: string;
  readonly daysOff: DaysOffThen;
  /** From when on planned runs are told. */
  readonly plannedFrom: number;
  /** For how long a look at standing facts counts, in milliseconds. */
  readonly freshMs: number;
  /** Rules that are not asked, as `module.name`. */
  readonly without: ReadonlySet<string>;
  /** Told of each firing in the order in which they happen. */
  readonly fired: (fired: Fired) => void;
  /** Told of an event that a rule can't be asked about. */
  readonly lacking: (rule: string, event: RecordedEvent, lack: Lack) => void;
}

/** Conditions that look at the clock are asked once a minute. */
const CLOCK_MS = 60_000;
const CONDITIONS = ['becomes', 'stays'];

interface Standing {
  readonly order: number;
  readonly id: string;
  readonly rule: CompiledAutomation | CompiledAlert;
  /** The standing facts that it reads. */
  readonly facts: readonly string[];
  readonly states: Map<string, TriggerState>;
  /** Alerts that stand, by their group. */
  readonly alerts: Map<string, AlertState>;
}

/**
 * Lets recorded events go by the rules that act by themselves, with timers, planned runs, the clock and
 * how things stood in their order. Nothing is done: only what would have gone off is told.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #dispatcher: Dispatcher;
  readonly #rules: readonly Standing[];
  readonly #byRule: ReadonlyMap<object, Standing>;
  readonly #byId: ReadonlyMap<string, Standing>;
  readonly #clocked: readonly Standing[];
  readonly #asking: readonly Standing[];
  readonly #planned: PlannedRuns;
  readonly #timers = new Timers();
  readonly #moments: Moments;
  readonly #required: (event: string) => readonly { standing: Standing; names: string[] }[];
  #now: number;
  #clockAt: number;

  /** @param from when the rules begin to be in force */
  constructor(options: ReplayOptions, from: number) {
    this.#options = options;
    const { program, catalog } = options;
    this.#dispatcher = createDispatcher(program);
    const isOn = (rule: CompiledAutomation | CompiledAlert | CompiledSchedule) =>
      !options.without.has(idOf(rule));
    this.#rules = [...program.automations, ...program.alerts]
      .filter(isOn)
      .map((rule) => ({ id: idOf(rule), rule, facts: factsAsked(rule, catalog) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((entry, order) => ({ ...entry, order, states: new Map(), alerts: new Map() }));
    this.#byRule = new Map(this.#rules.map((standing) => [standing.rule, standing]));
    this.#byId = new Map(this.#rules.map((standing) => [standing.id, standing]));
    const conditions = this.#rules.filter(({ rule }) => CONDITIONS.includes(rule.trigger.kind));
    this.#clocked = conditions.filter(({ rule }) => rule.trigger.clock);
    this.#asking = this.#rules.filter(({ facts }) => facts.length > 0);
    const { zone, daysOff, plannedFrom } = options;
    this.#planned = new PlannedRuns(program.schedules.filter(isOn), {
      ...{ zone, daysOff, from: plannedFrom },
    });
    this.#moments = new Moments(options.freshMs);
    this.#required = remembered((event) => this.#requiredOf(event));
    this.#now = from;
    this.#clockAt = Math.ceil(from / CLOCK_MS) * CLOCK_MS;
    for (const standing of this.#rules) {
      const { kind, keyed } = standing.rule.trigger;
      const begins = kind === 'absence' || (CONDITIONS.includes(kind) && !standing.facts.length);
      if (!keyed && begins) this.#step(standing, '', { kind: 'start', at: from });
    }
  }

  /** Takes the next event; they come in the order in which they were recorded. */
  take(event: RecordedEvent, recordedAt: number): void {
    this.advance(recordedAt);
    const blind = new Set<Standing>();
    const lacking = (standing: Standing, lack: Lack) => {
      blind.add(standing);
      this.#options.lacking(standing.id, event, lack);
    };
    for (const { standing, names } of this.#required(event.type)) {
      const absent = names.filter((name) => event.data[name] === undefined);
      const unknown = this.#moments.unknown(standing.facts, recordedAt);
      if (absent.length > 0)
        lacking(standing, { reason: 'event_field_not_recorded', names: absent });
      else if (unknown.length > 0)
        lacking(standing, { reason: 'fact_of_the_moment', names: unknown });
    }
    const context = this.#context(recordedAt);
    const found = this.#dispatcher.match(event, context).flatMap(({ rule, role }) => {
      const standing = this.#byRule.get(rule);
      return standing === undefined || blind.has(standing) ? [] : [{ standing, role }];
    });
    for (const { standing, role } of found.sort(byOrder)) {
      if (role === 'clear') this.#clear(standing, event, context);
      else {
        const key = standing.rule.key(event, context);
        // Without a key nobody knows which state it would count for.
        if (key !== undefined) this.#step(standing, key, { kind: 'event', event }, event.chain);
      }
    }
  }

  /** Takes a look at how things stood. */
  look(look: Look): void {
    this.advance(look.at);
    this.#moments.take(look);
    const at = look.at;
    for (const standing of this.#asking) {
      if (this.#moments.unknown(standing.facts, at).length > 0) continue;
      const { rule } = standing;
      if (CONDITIONS.includes(rule.trigger.kind)) this.#step(standing, '', { kind: 'facts', at });
      if (rule.kind === 'alert' && rule.clearFacts.length > 0) this.#clearByFacts(standing, rule);
    }
  }

  /** Somebody closed an alert. */
  closed(rule: string, group: string, at: number, by: string): void {
    this.advance(at);
    const standing = this.#byId.get(rule);
    if (standing !== undefined) this.#end(standing, group, { kind: 'close', at, by });
  }

  /** Lets the time go on: timers, planned runs and the clock up to this moment, itself too. */
  advance(to: number): void {
    for (;;) {
      const timer = this.#timers.next?.at ?? Number.POSITIVE_INFINITY;
      const clock = this.#clocked.length > 0 ? this.#clockAt : Number.POSITIVE_INFINITY;
      const planned =
        this.#planned.next(Math.min(to + 1, timer, clock)) ?? Number.POSITIVE_INFINITY;
      const next = Math.min(timer, clock, planned);
      if (next > to) break;
      this.#now = Math.max(this.#now, next);
      if (planned === next) this.#plan(next);
      else if (timer === next) this.#ring();
      else this.#tick();
    }
    this.#now = Math.max(this.#now, to);
  }

  #plan(at: number): void {
    const schedule = this.#planned.take();
    if (schedule === undefined) return;
    const rule = idOf(schedule);
    const firing = { rule, key: '', at, events: [], causes: [] };
    const asked = factsAsked(schedule, this.#options.catalog);
    const unknown = this.#moments.unknown(asked, at);
    this.#tell({ kind: 'schedule', rule, firing, change: null, unknown }, this.#context(at));
  }

  #tick(): void {
    this.#clockAt += CLOCK_MS;
    for (const standing of this.#clocked)
      if (this.#moments.unknown(standing.facts, this.#now).length === 0)
        this.#step(standing, '', { kind: 'facts', at: this.#now });
  }

  #ring(): void {
    const timer = this.#timers.take();
    const standing = timer && this.#rules[timer.order];
    if (timer === undefined || standing?.states.get(timer.key)?.timer !== timer.at) return;
    // Where nobody knows how things stood, it rings at the next look.
    if (this.#moments.unknown(standing.facts, timer.at).length > 0) return;
    this.#step(standing, timer.key, { kind: 'timer', at: timer.at });
  }

  #step(standing: Standing, key: string, input: FlowInput, chain: readonly string[] = []): void {
    const { rule, states, id, order } = standing;
    const context = this.#context(this.#now);
    const before = rule.trigger.remembers ? states.get(key) : undefined;
    const { state, fired } = rule.step(before, input, { ...context, trace: false }, key);
    if (rule.trigger.remembers && state !== before) {
      states.set(key, state);
      if (state.timer !== null && state.timer !== before?.timer)
        this.#timers.add({ at: state.timer, order, key });
    }
    if (loops(rule, chain)) return;
    for (const firing of fired) {
      if (rule.kind === 'alert') this.#raise(standing, rule, firing, context);
      else this.#tell({ kind: 'automation', rule: id, firing, change: null, unknown: [] }, context);
    }
  }

  #raise({ id, alerts }: Standing, alert: CompiledAlert, firing: Firing, context: FlowContext) {
    const group = alert.group(firing, context);
    const { state, change } = alert.life(alerts.get(group), { kind: 'raise', firing, group });
    if (state !== undefined) alerts.set(group, state);
    const told = change === 'opened' ? 'opened' : 'again';
    this.#tell({ kind: 'alert', rule: id, firing, change: told, unknown: [] }, context);
  }

  #clear(standing: Standing, event: FlowEvent, context: FlowContext): void {
    const { rule } = standing;
    const group = rule.kind === 'alert' ? rule.clearedBy(event, context) : undefined;
    if (group !== undefined) this.#end(standing, group, { kind: 'clear', at: event.at });
  }

  #clearByFacts(standing: Standing, rule: CompiledAlert): void {
    const context = this.#context(this.#now);
    for (const [group, { status, firing }] of standing.alerts)
      if (status !== 'closed' && rule.cleared(firing, context))
        this.#end(standing, group, { kind: 'clear', at: this.#now });
  }

  /** An alert that has ended is forgotten: it opens anew. */
  #end({ rule, alerts }: Standing, group: string, input: Parameters<CompiledAlert['life']>[1]) {
    const state = alerts.get(group);
    if (rule.kind !== 'alert' || state === undefined) return;
    if (rule.life(state, input).state?.status === 'closed') alerts.delete(group);
  }

  #tell(fired: Omit<Fired, 'context' | 'settingsHash'>, context: FlowContext): void {
    const settingsHash = this.#options.settingsAt(context.now.getTime()).hash;
    this.#options.fired({ ...fired, context, settingsHash });
  }

  #context(now: number): FlowContext {
    const { settings, zone } = this.#options.settingsAt(now);
    return { now: new Date(now), settings, zone, facts: this.#moments.values };
  }

  /** What each rule that listens to an event has to know of it. */
  #requiredOf(event: string): { standing: Standing; names: string[] }[] {
    return this.#dispatcher.listeners(event).flatMap(({ rule, role }) => {
      const standing = this.#byRule.get(rule);
      if (standing === undefined || role !== 'trigger') return [];
      const names = fieldsAsked(standing.rule, event, this.#options.catalog);
      return names.length + standing.facts.length === 0 ? [] : [{ standing, names }];
    });
  }
}

/** In the order of the rules; an event first ends what it ends, then raises. */
function byOrder(
  a: { standing: Standing; role: string },
  b: { standing: Standing; role: string },
): number {
  if (a.standing !== b.standing) return a.standing.order - b.standing.order;
  return a.role === b.role ? 0 : a.role === 'clear' ? -1 : 1;
}
