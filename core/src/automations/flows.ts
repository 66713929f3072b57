import {
  type Catalog,
  type CompiledAlert,
  type CompiledAutomation,
  type CompiledSchedule,
  createDispatcher,
  type Dispatcher,
  type FlowContext,
  type FlowEvent,
} from '@qoida/dsl';
import type { OutboxEvent, Transaction } from '../data/index.ts';
import type { Snapshot } from '../rules/snapshot.ts';

/** A rule that acts by itself, under its whole name `module.name`. */
export interface FlowRule<R extends CompiledAutomation | CompiledSchedule> {
  readonly id: string;
  readonly rule: R;
  /** Of its meaning: what it remembers is its own only as long as it says the same. */
  readonly hash: string;
  /** The standing facts that it reads, by their names. */
  readonly facts: readonly string[];
}

export type Automation = FlowRule<CompiledAutomation>;

/** The rules of one snapshot that act by themselves. */
export interface Flows {
  readonly hash: string;
  readonly catalog: Catalog;
  readonly dispatcher: Dispatcher;
  readonly automations: ReadonlyMap<string, FlowRule<CompiledAutomation>>;
  readonly schedules: ReadonlyMap<string, FlowRule<CompiledSchedule>>;
  /** The automations that an event concerns and that ask how things stand, by the event's name. */
  readonly askers: ReadonlyMap<string, readonly FlowRule<CompiledAutomation>[]>;
}

export const idOf = (rule: CompiledAutomation | CompiledSchedule | CompiledAlert): string =>
  `${rule.module}.${rule.name}`;

const known = new WeakMap<Snapshot, Flows>();

/** Reckoned once for a snapshot: the index of events is dear to build and cheap to ask. */
export function flowsOf(snapshot: Snapshot): Flows {
  const found = known.get(snapshot) ?? build(snapshot);
  known.set(snapshot, found);
  return found;
}

function build(snapshot: Snapshot): Flows {
  const { program, hash, catalog } = snapshot;
  const standing = Object.keys(catalog.facts ?? {});
  const flow = <R extends CompiledAutomation | CompiledSchedule>(
    rule: R,
  ): [string, FlowRule<R>] => {
    const id = idOf(rule);
    const read = new Set(rule.reads.map((path) => path.split('.')[0]));
    const facts = standing.filter((name) => read.has(name));
    return [id, { id, rule, hash: rule.meaning, facts }];
  };
  const automations = new Map(program.automations.map(flow));
  return {
    hash,
    catalog,
    dispatcher: createDispatcher(program),
    automations,
    schedules: new Map(program.schedules.map(flow)),
    askers: askersOf([...automations.values()]),
  };
}

function askersOf(automations: readonly FlowRule<CompiledAutomation>[]): Flows['askers'] {
  const askers = new Map<string, FlowRule<CompiledAutomation>[]>();
  for (const automation of automations.filter(({ facts }) => facts.length > 0))
    for (const event of automation.rule.trigger.events)
      askers.set(event, [...(askers.get(event) ?? []), automation]);
  return askers;
}

/** An event as rules see it: at the moment when it happened. */
export const flowEventOf = (event: OutboxEvent): FlowEvent => ({
  type: event.name,
  id: event.id,
  at: event.occurred_at.getTime(),
  data: event.payload,
});

/** What rules are asked with at one moment. */
export interface FlowClock {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  /** How things stand, where a rule asks. */
  readonly facts?: FactValues;
}

export type FactValues = Readonly<Record<string, unknown>>;

/** Reads standing facts by their names. */
export type StandingReader = (
  tx: Transaction,
  names: ReadonlySet<string>,
  now: Date,
) => Promise<FactValues>;

export const contextAt = (now: Date, { settings, zone, facts = {} }: FlowClock): FlowContext => ({
  now,
  settings,
  zone,
  facts,
});

/** Those of the facts that one rule reads: what is kept with its runs. */
export const factsRead = (names: readonly string[], all: FactValues = {}): FactValues =>
  Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));
