import { randomUUID } from 'node:crypto';
import type { Firing, FlowContext, FlowInput, StepResult, TriggerState } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { OutboxEvent } from '../data/index.ts';
import { askedWith } from '../rules/asked-with.ts';
import { type Automation, contextAt, type FlowClock, type Flows, factsRead } from './flows.ts';
import {
  type HeldBack,
  isDue,
  keepStates,
  lockStates,
  type Place,
  placeName,
  placesOf,
  waitsOf,
} from './memory.ts';
import { keepRuns, type NewRun } from './runs.ts';
import { type DecidedBy, keepTraces, type NearMissNote, type TraceBudget } from './traces.ts';

/** More than this in one chain is stopped whatever the rules allow. */
const LONGEST_CHAIN = 32;

export interface StepParts extends FlowClock {
  readonly flows: Flows;
  readonly now: Date;
  readonly traces: TraceBudget;
}

/** What led to an event: the rules of its chain, oldest first. */
export interface Lineage {
  readonly chain: readonly string[];
  readonly traceId: string;
  /** Whose acts, by their ids. */
  readonly people: readonly string[];
}

/** Nothing led to it: a timer, a condition. */
export const fresh = (): Lineage => ({ chain: [], traceId: randomUUID(), people: [] });

/** The chains that events stand in: those of the runs which caused them. */
export async function lineageOf(
  tx: Tx,
  events: readonly OutboxEvent[],
): Promise<(event: OutboxEvent) => Lineage> {
  const causes = [...new Set(events.flatMap(({ cause }) => cause ?? []))];
  const runs =
    causes.length === 0
      ? []
      : await tx.sql<{ id: string; chain: string[]; people: string[] }>(
          'select id, chain, people from rule_runs where id = any(?)',
          [causes],
        );
  const known = new Map(runs.map((run) => [run.id, run]));
  return ({ cause, trace_id, actor }) => ({
    chain: known.get(cause ?? '')?.chain ?? [],
    traceId: trace_id ?? randomUUID(),
    people: personIn(actor) ?? known.get(cause ?? '')?.people ?? [],
  });
}

/** What follows an operation of a person after its commit is done by the platform in his name. */
const personIn = ({ kind, id }: OutboxEvent['actor']): readonly string[] | undefined =>
  (kind === 'user' || kind === 'system') && typeof id === 'string' ? [id] : undefined;

/** One step that is to be taken. */
export interface NewStep extends Place<Automation> {
  readonly input: FlowInput;
  readonly lineage: Lineage;
  /** It can't set the rule off: it is asked only for why not. */
  readonly nearMiss?: boolean;
}

export interface Stepped {
  /** How many runs were begun. */
  readonly runs: number;
  /** How many near misses were noted. */
  readonly traces: number;
  /** The earliest moment that a timer was set to. */
  readonly timer: number;
  /** Timers that wait for events which are on their way. */
  readonly heldBack: number;
}

/**
 * Takes steps in their order inside the caller's transaction: locks what the rules remember, and keeps
 * the new states, the runs of firings and why rules nearly fired. All of it is kept or nothing.
 */
export async function takeSteps(
  tx: Tx,
  steps: readonly NewStep[],
  parts: StepParts,
): Promise<Stepped> {
  const remembering = steps.filter(
    ({ found, nearMiss }) => found.rule.trigger.remembers && !nearMiss,
  );
  const context = contextAt(parts.now, parts);
  const states = await lockStates(tx, 'rule_states', placesOf(remembering), parts.now);
  const waits = await waitsOf(tx, remembering, states, context);
  const stepper = new Stepper(parts, context, states, waits);
  for (const step of steps) stepper.step(step);
  return stepper.keep(tx);
}

class Stepper {
  readonly #parts: StepParts;
  readonly #context: FlowContext;
  readonly #states: Map<string, TriggerState>;
  readonly #heldBack: HeldBack;
  readonly #changed = new Map<string, Place>();
  readonly #runs: NewRun[] = [];
  readonly #notes: NearMissNote[] = [];
  #waiting = 0;

  constructor(
    parts: StepParts,
    context: FlowContext,
    states: Map<string, TriggerState>,
    waits: HeldBack,
  ) {
    this.#parts = parts;
    this.#context = context;
    this.#states = states;
    this.#heldBack = waits;
  }

  step(step: NewStep): void {
    const { found, key, input, lineage } = step;
    const { rule } = found;
    const remembers = rule.trigger.remembers && step.nearMiss !== true;
    const state = remembers ? this.#states.get(placeName(step)) : undefined;
    if (state !== undefined && isDue(step, state)) {
      if (this.#heldBack(step, state)) {
        this.#waiting += 1;
        if (input.kind === 'timer') return;
      } else if (input.kind === 'event') {
        // The silence had lasted before this event broke it.
        this.step({ found, key, input: { kind: 'timer', at: input.event.at }, lineage: fresh() });
      }
    }
    const before = remembers ? this.#states.get(placeName(step)) : undefined;
    const result = rule.step(before, input, this.#context, key);
    if (remembers && result.state !== before) {
      this.#states.set(placeName(step), result.state);
      this.#changed.set(placeName(step), { found, key });
    }
    this.#conclude(found, result, lineage, input);
  }

  #conclude(automation: Automation, result: StepResult, lineage: Lineage, input: FlowInput): void {
    const conditions = result.trace.find(({ outcome }) => outcome === 'fired')?.conditions;
    for (const firing of result.fired) {
      const looping = loopOf(automation, lineage);
      if (looping === null) this.#runs.push(this.#runOf(automation, firing, lineage, conditions));
      else {
        const { key, at } = firing;
        this.#note(automation, { key, at, conditions: [], events: [], outcome: looping, input });
      }
    }
    for (const { outcome, rule: _, ...miss } of result.trace)
      if (outcome !== 'fired') this.#note(automation, { ...miss, outcome, input });
  }

  #note({ id, facts }: Automation, note: Omit<NearMissNote, 'rule' | 'by'>): void {
    if (!this.#parts.traces.take(id)) return;
    this.#notes.push({ ...note, rule: id, by: this.#by(facts) });
  }

  #by(facts: readonly string[]): DecidedBy {
    const { flows, now } = this.#parts;
    const asked = { ...askedWith(flows.catalog, this.#parts), now };
    return { rulesHash: flows.hash, asked, facts: factsRead(facts, this.#parts.facts) };
  }

  #runOf(
    { id, rule, facts }: Automation,
    firing: Firing,
    lineage: Lineage,
    conditions: NewRun['conditions'] | undefined,
  ): NewRun {
    return {
      kind: 'automation',
      rule: id,
      firing,
      chain: [...lineage.chain, id],
      conditions: conditions ?? [],
      ...this.#by(facts),
      plan: rule.actions(firing, this.#context),
      traceId: lineage.traceId,
      people: lineage.people,
    };
  }

  async keep(tx: Tx): Promise<Stepped> {
    const changed = [...this.#changed].flatMap(([name, place]) => {
      const state = this.#states.get(name);
      return state === undefined ? [] : [{ ...place, state }];
    });
    await keepStates(tx, 'rule_states', changed);
    const runs = await keepRuns(tx, this.#runs);
    await keepTraces(tx, this.#notes);
    const timers = changed.map(({ state }) => state.timer ?? Infinity);
    return {
      runs,
      traces: this.#notes.length,
      timer: timers.reduce((a, b) => Math.min(a, b), Infinity),
      heldBack: this.#waiting,
    };
  }
}

/** A rule may come back in a chain that it began only as often as it says itself (`allow repeat N`). */
function loopOf({ id, rule }: Automation, { chain }: Lineage): 'loop' | 'chain_too_long' | null {
  const before = chain.filter((name) => name === id).length;
  if (before > rule.allowRepeat) return 'loop';
  return chain.length >= LONGEST_CHAIN ? 'chain_too_long' : null;
}
