import type { ActionPlan, PlannedAction } from '../program/flow/action.ts';
import type { CompiledAlert } from '../program/flow/alert.ts';
import type { AlertInput, AlertState } from '../program/flow/alert-state.ts';
import type { CompiledAutomation, FlowParts } from '../program/flow/automation.ts';
import { holds, type Sight, sightOf } from '../program/flow/rule.ts';
import type { CompiledSchedule } from '../program/flow/schedule.ts';
import { keyOfEvent } from '../program/flow/trigger.ts';
import type {
  Firing,
  FlowEvent,
  FlowInput,
  Trace,
  TriggerState,
} from '../program/flow/trigger-state.ts';
import type { ProgramParts } from '../program/parts.ts';
import type { Program } from '../program/program.ts';
import type { ActionSignature } from '../types/catalog.ts';
import type { Type } from '../types/type.ts';
import type { Coverage } from './coverage.ts';
import { fixtureOf, overlay } from './fixture.ts';
import type { Run } from './points.ts';
import type { Scene } from './scene.ts';

/** Happenings that one step of a story may bring; more is a flood that nobody meant. */
const MAX_HAPPENINGS = 100_000;
const MINUTE = 60_000;

/** What has happened since the story's last step. */
export interface Happenings {
  readonly did: PlannedAction[];
  readonly raised: Set<string>;
  readonly traces: Trace[];
  /** Automations that came back to themselves without leave, and the like. */
  readonly faults: Set<string>;
}
const nothing = (): Happenings => ({ did: [], raised: new Set(), traces: [], faults: new Set() });

interface Flow {
  readonly rule: CompiledAutomation | CompiledAlert;
  readonly parts: FlowParts;
  readonly states: Map<string, TriggerState>;
  /** Of an alert, by group. */
  readonly alerts: Map<string, AlertState>;
}

/** The rules that act by themselves, while a story is played: it keeps their states and the time. */
export class Plant {
  happenings = nothing();
  readonly #program: Program;
  readonly #parts: ProgramParts;
  readonly #coverage: Coverage;
  readonly #scene: Scene;
  readonly #flows: readonly Flow[];
  readonly #schedules: Program['schedules'];
  /** The events that actions cause, and the types of those that anybody listens to. */
  readonly #actions = new Map<string, ActionSignature>();
  readonly #types = new Map<string, Type>();
  /** The next run of each schedule. */
  readonly #runs = new Map<CompiledSchedule, number | undefined>();
  #begun = false;
  #count = 0;

  constructor({ program, parts, coverage, idle }: Run, scene: Scene) {
    this.#schedules = program.schedules.filter(({ module }) => !idle.has(module));
    this.#program = program;
    this.#parts = parts;
    this.#coverage = coverage;
    this.#scene = scene;
    const flow = (rule: Flow['rule'], inner: FlowParts | undefined): Flow[] =>
      inner === undefined || idle.has(rule.module)
        ? []
        : [{ rule, parts: inner, states: new Map(), alerts: new Map() }];
    const { automationParts, alertParts } = parts.flows;
    this.#flows = [
      ...program.automations.flatMap((rule, i) => flow(rule, automationParts[i])),
      ...program.alerts.flatMap((rule, i) => flow(rule, alertParts[i])),
    ];
    const { automations, schedules } = parts.checked;
    const own = [...automations, ...schedules].flatMap(({ actions, onFailure }) => [
      ...actions,
      ...onFailure,
    ]);
    const following = parts.checked.approvals.flatMap(({ places }) =>
      places.flatMap(({ approved, rejected }) => [...approved, ...rejected]),
    );
    for (const { signature } of [...own, ...following].flat())
      this.#actions.set(signature.name, signature);
    for (const { trigger } of this.#flows.map((one) => one.parts))
      for (const { name, type } of trigger.params) this.#types.set(name, type);
  }

  /** Forgets what has happened: a new step begins. */
  turn(): void {
    this.happenings = nothing();
    this.#count = 0;
  }

  /** The rules come into force, as things stand now. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const at = this.#scene.now;
    for (const flow of this.#flows) this.#step(flow, { kind: 'start', at }, '', []);
    for (const schedule of this.#schedules) this.#plan(schedule);
  }

  /** A fact or a setting has changed. */
  factsChanged(): void {
    if (this.#begun) this.#ask(this.#flows);
  }

  event(type: string, data: Record<string, unknown>, chain: readonly string[] = []): void {
    const event: FlowEvent = { type, at: this.#scene.now, data };
    for (const flow of this.#flows) {
      if (!flow.rule.trigger.events.includes(type)) continue;
      if (flow.rule.kind === 'alert') this.#clearBy(flow, flow.rule, event);
      const key = keyOfEvent(flow.parts.trigger, event, this.#sight);
      if (key !== undefined) this.#step(flow, { kind: 'event', event }, key, chain);
    }
  }

  /** What follows an approval: its actions, and the events that they cause. */
  follow(rule: string, plan: ActionPlan): void {
    this.#do(plan, undefined, [rule]);
  }

  /** Lets time pass. @returns false when too much would happen on the way */
  advance(to: number): boolean {
    for (;;) {
      const next = this.#next(to);
      if (next > to || this.#count > MAX_HAPPENINGS) break;
      this.#scene.now = Math.max(next, this.#scene.now);
      this.#happen(next);
    }
    this.#scene.now = to;
    this.#ask(this.#clockFlows);
    return this.#count <= MAX_HAPPENINGS;
  }

  get #sight(): Sight {
    return sightOf(this.#context, this.#parts.runtime, this.#coverage.watch);
  }

  get #context() {
    const { moment, zone, settings, facts } = this.#scene;
    return { now: moment, zone, settings, facts };
  }

  get #clockFlows(): readonly Flow[] {
    return this.#flows.filter(({ rule }) => rule.trigger.clock);
  }

  // --- time --------------------------------------------------------------------------------------

  /** The next moment at which something is due, at most a little after `to`. */
  #next(to: number): number {
    let next = to + 1;
    for (const { states, alerts } of this.#flows) {
      for (const { timer } of [...states.values(), ...alerts.values()])
        if (timer !== null && timer < next) next = timer;
    }
    for (const run of this.#runs.values()) if (run !== undefined && run < next) next = run;
    if (this.#clockFlows.length === 0) return next;
    const minute = (Math.floor(this.#scene.now / MINUTE) + 1) * MINUTE;
    return Math.min(next, minute);
  }

  #happen(at: number): void {
    this.#count += 1;
    for (const flow of this.#flows) {
      for (const [key, { timer }] of flow.states)
        if (timer !== null && timer <= at) this.#step(flow, { kind: 'timer', at: timer }, key, []);
      for (const [group, { timer }] of flow.alerts)
        if (timer !== null && timer <= at) this.#live(flow, group, { kind: 'timer', at });
    }
    for (const [schedule, run] of this.#runs)
      if (run !== undefined && run <= at) this.#run(schedule);
    if (at % MINUTE === 0) this.#ask(this.#clockFlows);
  }

  #plan(schedule: CompiledSchedule): void {
    const next = schedule.next(this.#scene.moment, { zone: this.#scene.zone });
    this.#runs.set(schedule, next?.getTime());
  }

  #run(schedule: CompiledSchedule): void {
    this.#plan(schedule);
    const place = this.#program.schedules.indexOf(schedule);
    const condition = this.#parts.flows.scheduleParts[place]?.condition;
    if (!holds(condition, [], this.#sight)) {
      const { conditions } = schedule.asks(this.#context);
      const trace = { rule: schedule.name, key: '', at: this.#scene.now, conditions, events: [] };
      this.happenings.traces.push({ ...trace, outcome: 'if' });
      return;
    }
    const failure = () => schedule.onFailure(this.#context);
    this.#do(schedule.actions(this.#context), failure, [schedule.name]);
  }

  // --- rules ---------------------------------------------------------------------------------------

  /** Asks conditions whether they have changed, and open alerts whether they are over. */
  #ask(flows: readonly Flow[]): void {
    const at = this.#scene.now;
    for (const flow of flows) {
      if (flow.parts.trigger.condition !== undefined)
        this.#step(flow, { kind: 'facts', at }, '', []);
      const { clear } = flow.parts;
      for (const [group, { status, firing }] of clear === undefined ? [] : flow.alerts) {
        const over = status !== 'closed' && holds(clear, firing.events, this.#sight);
        if (over) this.#live(flow, group, { kind: 'clear', at });
      }
    }
  }

  #step(flow: Flow, input: FlowInput, key: string, chain: readonly string[]): void {
    const { rule, parts, states } = flow;
    const { state, fired, trace } = parts.step(states.get(key), input, this.#sight, key, true);
    states.set(key, state);
    this.happenings.traces.push(...trace);
    for (const firing of fired) {
      if (rule.kind === 'alert') this.#raise(flow, rule, firing);
      else this.#fire(rule, firing, chain);
    }
  }

  #fire(automation: CompiledAutomation, firing: Firing, chain: readonly string[]): void {
    const { name, allowRepeat } = automation;
    if (chain.filter((before) => before === name).length > allowRepeat) {
      if (allowRepeat === 0) this.happenings.faults.add(`${name} sets itself off again`);
      return;
    }
    const failure = () => automation.onFailure(firing, this.#context);
    this.#do(automation.actions(firing, this.#context), failure, [...chain, name]);
  }

  /** Notes the actions as done, and plays the events that they cause. */
  #do(plan: ActionPlan, failure: (() => ActionPlan) | undefined, chain: readonly string[]): void {
    for (const group of plan) {
      this.happenings.did.push(...group);
      this.#count += group.length;
      for (const action of group) if (action.fault === undefined) this.#cascade(action, chain);
      // The next group waits for this one, which will never be done.
      if (!group.some(({ fault }) => fault !== undefined)) continue;
      if (failure !== undefined) this.#do(failure(), undefined, chain);
      return;
    }
  }

  #cascade({ action, args }: PlannedAction, chain: readonly string[]): void {
    if (this.#count > MAX_HAPPENINGS) return;
    const { emits = [], tells = {} } = this.#actions.get(action) ?? {};
    for (const type of emits) {
      const record = this.#types.get(type);
      if (record?.kind !== 'record') continue;
      const known = Object.entries({ ...args, ...tells }).filter(([name]) =>
        record.fields.has(name),
      );
      const { moment } = this.#scene;
      const data = overlay(fixtureOf(record, moment), Object.fromEntries(known), record, moment);
      this.event(type, data as Record<string, unknown>, chain);
    }
  }

  // --- alerts --------------------------------------------------------------------------------------

  #raise(flow: Flow, alert: CompiledAlert, firing: Firing): void {
    const group = alert.group(firing, this.#context);
    this.#live(flow, group, { kind: 'raise', firing, group });
  }

  #clearBy(flow: Flow, alert: CompiledAlert, event: FlowEvent): void {
    const { clear } = flow.parts;
    if (!alert.clearsByEvent || clear === undefined) return;
    const events = alert.trigger.events.map((type) => (type === event.type ? event.data : null));
    // Asked where it is watched; `clearedBy` says whose alert it is.
    if (!holds(clear, events, this.#sight)) return;
    const group = alert.clearedBy(event, this.#context);
    if (group !== undefined) this.#live(flow, group, { kind: 'clear', at: event.at });
  }

  #live({ rule, alerts }: Flow, group: string, input: AlertInput): void {
    if (rule.kind !== 'alert') return;
    const { state, change } = rule.life(alerts.get(group), input);
    if (state !== undefined) alerts.set(group, state);
    if (change === 'opened') this.happenings.raised.add(rule.name);
  }
}
