import assert from 'node:assert/strict';
import {
  type CompiledAutomation,
  compileProgram,
  type Firing,
  type FlowEvent,
  type FlowInput,
  type Trace,
  type TriggerState,
} from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

export const DO = '\n  do message.send(text: "x")';
export const SECOND = 1000;
export const MINUTE = 60_000;
/** When the players begin. */
export const T0 = Date.UTC(2025, 7, 28, 5);

/** The one automation of a text that has no fault. */
export function automationOf(text: string): CompiledAutomation {
  const program = compileProgram([{ name: 'rule.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  const [automation] = program.automations;
  assert.ok(automation);
  return automation;
}
export const when = (trigger: string, rest = ''): CompiledAutomation =>
  automationOf(`automation rule\n  when ${trigger}${DO}\n${rest}`);

/** Keeps an automation's states, as a platform does: as JSON, by key, with one timer for each. */
export class Player {
  facts: Record<string, unknown> = {};
  settings: Record<string, unknown> = {};
  now = T0;
  readonly fired: Firing[] = [];
  readonly traces: Trace[] = [];
  readonly #states = new Map<string, string>();
  readonly #rule: CompiledAutomation;

  constructor(rule: CompiledAutomation, facts: Record<string, unknown> = {}) {
    this.#rule = rule;
    this.facts = facts;
  }

  get context() {
    return { now: new Date(this.now), zone: 'UTC', facts: this.facts, settings: this.settings };
  }
  /** Firings as `seconds` or `key@seconds` after the beginning. */
  get told(): string[] {
    return this.fired.map(({ key, at }) => `${key === '' ? '' : `${key}@`}${(at - T0) / SECOND}`);
  }
  get outcomes(): string[] {
    return this.traces.map(({ outcome }) => outcome);
  }
  get timers(): (number | null)[] {
    return [...this.#states.values()].map((text) => (JSON.parse(text) as TriggerState).timer);
  }

  /** Events that are remembered. */
  get waiting(): number {
    const states = [...this.#states.values()].map((text) => JSON.parse(text) as TriggerState);
    return states.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  start(): this {
    this.#step({ kind: 'start', at: this.now }, '');
    return this;
  }
  /** An event of the trigger at so many seconds; it may be late. */
  event(seconds: number, data: Record<string, unknown>, id?: string, slot = 0): this {
    const at = T0 + Math.round(seconds * SECOND);
    if (at > this.now) this.until(seconds);
    const type = this.#rule.trigger.events[slot] ?? '';
    const event: FlowEvent = { type, at, data, ...(id === undefined ? {} : { id }) };
    const key = this.#rule.key(event, this.context);
    if (key !== undefined) this.#step({ kind: 'event', event }, key);
    return this;
  }
  /** The facts are others from so many seconds on. */
  change(seconds: number, facts: Record<string, unknown>): this {
    this.until(seconds);
    this.facts = facts;
    this.#step({ kind: 'facts', at: this.now }, '');
    return this;
  }
  /** Lets time pass: timers fire when they are due. */
  until(seconds: number): this {
    const end = T0 + Math.round(seconds * SECOND);
    for (;;) {
      let next: { key: string; at: number } | undefined;
      for (const [key, text] of this.#states) {
        const { timer } = JSON.parse(text) as TriggerState;
        if (timer !== null && timer <= end && (next === undefined || timer < next.at))
          next = { key, at: timer };
      }
      if (next === undefined) break;
      this.now = Math.max(this.now, next.at);
      this.#step({ kind: 'timer', at: next.at }, next.key);
    }
    this.now = end;
    return this;
  }

  #step(input: FlowInput, key: string): void {
    const text = this.#states.get(key);
    const state = text === undefined ? undefined : (JSON.parse(text) as TriggerState);
    const result = this.#rule.step(state, input, this.context, key);
    this.#states.set(key, JSON.stringify(result.state));
    this.fired.push(...result.fired);
    this.traces.push(...result.trace);
  }
}
