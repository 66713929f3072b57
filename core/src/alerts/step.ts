import type { ConditionTrace, Firing, FlowInput, Trace, TriggerState } from '@qoida/dsl';
import {
  type HeldBack,
  isDue,
  keepStates,
  lockStates,
  type Place,
  placeName,
  placesOf,
  type Remembered,
  waitsOf,
} from '../automations/memory.ts';
import { fresh, type Lineage } from '../automations/step.ts';
import { keepTraces, type NearMissNote, type TraceBudget } from '../automations/traces.ts';
import type { Transaction } from '../data/index.ts';
import { askedWith } from '../rules/asked-with.ts';
import { outcomeOf } from '../rules/verify-alerts.ts';
import { type DeviceEvents, devicesNamed, isKeyedBy, isToldBy, removedAmong } from './about.ts';
import { firingId, keepFirings, type NewFiring } from './firings.ts';
import { type LifeParts, live, type Move } from './life.ts';
import { type AlertRule, type AlertRules, contextOf, factsRead } from './rules.ts';

/** More than this in one chain is stopped whatever the rules say. */
const LONGEST_CHAIN = 32;

/** A step of a trigger for one key. */
export interface TriggerStep extends Place<AlertRule> {
  readonly kind: 'trigger';
  readonly input: FlowInput;
  readonly lineage: Lineage;
  /** It can't set the alert off: it is asked only for why not. */
  readonly nearMiss?: boolean;
}

export type Step = TriggerStep | Exclude<Move, { kind: 'raise' }>;

export interface StepParts extends LifeParts {
  readonly rules: AlertRules;
  readonly traces: TraceBudget;
  readonly deviceEvents: DeviceEvents;
}

/**
 * Takes steps in their order inside the caller's transaction: what triggers remember, firings, and what
 * becomes of the alerts. All is kept or nothing.
 * @returns how many steps wait for an event that is on its way
 */
export async function takeSteps(
  tx: Transaction,
  steps: readonly Step[],
  parts: StepParts,
): Promise<number> {
  const remembering = steps.filter(
    (step): step is TriggerStep =>
      step.kind === 'trigger' && step.found.rule.trigger.remembers && step.nearMiss !== true,
  );
  const states = await lockStates(tx, 'alert_triggers', placesOf(remembering), parts.now);
  const waits = await waitsOf(tx, remembering, states, contextOf(parts));
  const stepper = new Stepper(parts, states, waits);
  for (const step of steps) {
    if (step.kind === 'trigger') stepper.step(step);
    else stepper.moves.push(step);
  }
  await stepper.leaveOut(tx);
  await keepStates(tx, 'alert_triggers', stepper.changed());
  await keepTraces(tx, stepper.notes);
  await live(tx, await stepper.keepFirings(tx), parts);
  return stepper.waiting;
}

type Pending = Extract<Move, { kind: 'raise' }>;

class Stepper {
  moves: (Pending | Exclude<Move, { kind: 'raise' }>)[] = [];
  readonly notes: NearMissNote[] = [];
  waiting = 0;
  readonly #parts: StepParts;
  readonly #states: Map<string, TriggerState>;
  readonly #heldBack: HeldBack;
  readonly #changed = new Map<string, Place>();
  #firings: NewFiring[] = [];

  constructor(parts: StepParts, states: Map<string, TriggerState>, waits: HeldBack) {
    this.#parts = parts;
    this.#states = states;
    this.#heldBack = waits;
  }

  step(step: TriggerStep): void {
    const { found, key, input } = step;
    const { rule } = found;
    const remembers = rule.trigger.remembers && step.nearMiss !== true;
    const due = remembers ? this.#states.get(placeName(step)) : undefined;
    if (due !== undefined && isDue(step, due)) {
      if (this.#heldBack(step, due)) {
        this.waiting += 1;
        if (input.kind === 'timer') return;
      } else if (input.kind === 'event') {
        // The silence had lasted before this event broke it.
        const at = input.event.at;
        this.step({ kind: 'trigger', found, key, input: { kind: 'timer', at }, lineage: fresh() });
      }
    }
    const before = remembers ? this.#states.get(placeName(step)) : undefined;
    const result = rule.step(before, input, contextOf(this.#parts), key);
    if (remembers && result.state !== before) {
      this.#states.set(placeName(step), result.state);
      this.#changed.set(placeName(step), { found, key });
    }
    const conditions = result.trace.find(({ outcome }) => outcome === 'fired')?.conditions ?? [];
    for (const firing of result.fired) this.#raise(step, firing, conditions);
    for (const miss of result.trace) if (miss.outcome !== 'fired') this.#note(step, miss);
  }

  #raise(step: TriggerStep, firing: Firing, conditions: readonly ConditionTrace[]): void {
    const { found, lineage } = step;
    const looping = loopOf(found.id, lineage);
    if (looping !== null) {
      const { key, at } = firing;
      this.#note(step, { key, at, conditions: [], events: [], outcome: looping });
      return;
    }
    const { rules } = this.#parts;
    const context = contextOf(this.#parts);
    const kept: NewFiring = {
      rule: found.id,
      firing,
      lineage,
      conditions,
      facts: factsRead(found, this.#parts.facts),
      outcome: outcomeOf(found.rule, firing, context),
    };
    this.#firings.push(kept);
    const raised = {
      runId: firingId(kept),
      rulesHash: rules.hash,
      traceId: lineage.traceId,
    };
    this.moves.push({
      kind: 'raise',
      found,
      group: found.rule.group(firing, context),
      firing,
      raised,
    });
  }

  /** What only a device tells that is removed by now raises nothing: nobody could end it. */
  async leaveOut(tx: Transaction): Promise<void> {
    const { deviceEvents } = this.#parts;
    const raising = ({ found, group, firing }: Pending) => ({
      ...{ group, names: found.rule.trigger.events },
      ...{ events: firing.events, causes: firing.causes },
    });
    const raised = this.moves.filter((move) => move.kind === 'raise');
    const named = raised.flatMap((move) => devicesNamed(raising(move), deviceEvents));
    const removed = await removedAmong(tx, named);
    if (removed.size === 0) return;
    const out = new Set(
      raised
        .filter((move) => {
          const by = raising(move);
          return isKeyedBy(by, removed, deviceEvents) || isToldBy(by, removed, deviceEvents);
        })
        .map(({ raised: { runId } }) => runId),
    );
    this.moves = this.moves.filter((move) => move.kind !== 'raise' || !out.has(move.raised.runId));
    this.#firings = this.#firings.filter((one) => !out.has(firingId(one)));
  }

  #note(
    { found, input }: TriggerStep,
    miss: Omit<Trace, 'outcome' | 'rule'> & { readonly outcome: NearMissNote['outcome'] },
  ): void {
    if (!this.#parts.traces.take(found.id)) return;
    const facts = factsRead(found, this.#parts.facts);
    this.notes.push({ ...miss, rule: found.id, input, by: { ...this.#by(), facts } });
  }

  #by() {
    const { rules, now } = this.#parts;
    return { rulesHash: rules.hash, asked: { ...askedWith(rules.catalog, this.#parts), now } };
  }

  changed(): Remembered[] {
    return [...this.#changed].flatMap(([name, place]) => {
      const state = this.#states.get(name);
      return state === undefined ? [] : [{ ...place, state }];
    });
  }

  /** Keeps the firings. @returns what becomes of alerts, without what was known already */
  async keepFirings(tx: Transaction): Promise<readonly Move[]> {
    const kept = new Set(await keepFirings(tx, this.#firings, this.#by()));
    return this.moves.filter((move) => move.kind !== 'raise' || kept.delete(move.raised.runId));
  }
}

/** An alert that comes of itself would never end. */
const loopOf = (id: string, { chain }: Lineage): 'loop' | 'chain_too_long' | null => {
  if (chain.includes(id)) return 'loop';
  return chain.length >= LONGEST_CHAIN ? 'chain_too_long' : null;
};

/** Steps of one moment for rules without a key. */
export const stepsAt = (
  rules: readonly AlertRule[],
  input: Extract<FlowInput, { kind: 'start' | 'facts' }>,
): TriggerStep[] =>
  rules.map((found) => ({ kind: 'trigger', found, key: '', input, lineage: fresh() }));
