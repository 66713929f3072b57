import type { Catalog, CompiledAlert, Dispatcher, FlowContext } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { StandingFact } from '../api/standing.ts';
import { flowsOf, idOf } from '../automations/flows.ts';
import type { DataLog } from '../data/index.ts';
import type { Snapshot } from '../rules/snapshot.ts';

/** An alert under its whole name `module.name`. */
export interface AlertRule {
  readonly id: string;
  readonly rule: CompiledAlert;
  /** Of its meaning: what its trigger remembers is its own only as long as it says the same. */
  readonly hash: string;
  /** The standing facts that it reads, by their names. */
  readonly facts: readonly string[];
}

/** An alert that an event may raise or end. */
export interface Listening {
  readonly found: AlertRule;
  readonly role: 'trigger' | 'clear';
}

/** The alerts of one snapshot. */
export interface AlertRules {
  readonly hash: string;
  readonly catalog: Catalog;
  readonly dispatcher: Dispatcher;
  readonly alerts: ReadonlyMap<string, AlertRule>;
  /** Those that an event of this name may raise or end, in one order: what ends first. */
  listeners(event: string): readonly Listening[];
}

const known = new WeakMap<Snapshot, AlertRules>();

/** Reckoned once for a snapshot. */
export function alertRulesOf(snapshot: Snapshot): AlertRules {
  const found = known.get(snapshot) ?? build(snapshot);
  known.set(snapshot, found);
  return found;
}

function build(snapshot: Snapshot): AlertRules {
  const { program, hash, catalog } = snapshot;
  const standing = Object.keys(catalog.facts ?? {});
  const alerts = new Map(
    program.alerts.map((rule): [string, AlertRule] => {
      const id = idOf(rule);
      const read = new Set([...rule.reads, ...rule.clearFacts].map((path) => path.split('.')[0]));
      const facts = standing.filter((name) => read.has(name));
      return [id, { id, rule, hash: rule.meaning, facts }];
    }),
  );
  const { dispatcher } = flowsOf(snapshot);
  return { hash, catalog, dispatcher, alerts, listeners: listenersOf(dispatcher, alerts) };
}

/** Looked for once for each name: of thousands of rules that hear an event few are alerts. */
function listenersOf(
  dispatcher: Dispatcher,
  alerts: ReadonlyMap<string, AlertRule>,
): AlertRules['listeners'] {
  const order = ({ found, role }: Listening) => `${found.id} ${role}`;
  const looked = new Map<string, readonly Listening[]>();
  return (event) => {
    const before = looked.get(event);
    if (before !== undefined) return before;
    const heard = dispatcher.listeners(event).flatMap(({ rule, role }): Listening[] => {
      const found = rule.kind === 'alert' ? alerts.get(idOf(rule)) : undefined;
      if (found === undefined) return [];
      return [{ found, role: role === 'clear' ? 'clear' : 'trigger' }];
    });
    const listeners = heard.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
    looked.set(event, listeners);
    return listeners;
  };
}

export type FactValues = Readonly<Record<string, unknown>>;

/** What alerts are asked with at one moment. */
export interface Asking {
  readonly now: Date;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly facts: FactValues;
}

export const contextOf = ({ now, settings, zone, facts }: Asking): FlowContext => ({
  now,
  settings,
  zone,
  facts,
});

/** Those of the facts that one alert reads: what is kept with its firings. */
export const factsRead = ({ facts }: AlertRule, all: FactValues): FactValues =>
  Object.fromEntries(facts.filter((name) => name in all).map((name) => [name, all[name]]));

export interface StandingReader {
  readonly declared: readonly StandingFact[];
  readonly zone: string;
  /** By their keys, as the operations see them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly log: DataLog;
}

/** Reads standing facts, each by itself: one that can't be read has no value and spoils no other. */
export async function readStanding(
  tx: Tx & { savepoint<T>(work: () => Promise<T>): Promise<T> },
  names: ReadonlySet<string>,
  now: Date,
  { declared, zone, settings, log }: StandingReader,
): Promise<FactValues> {
  const values: Record<string, unknown> = {};
  for (const fact of declared) {
    if (!names.has(fact.name)) continue;
    try {
      values[fact.name] = await tx.savepoint(() => fact.read({ db: tx, now, zone, settings }));
    } catch (error) {
      log.error({ err: error, fact: fact.name }, 'a standing fact could not be read');
    }
  }
  return values;
}
