import type { FlowInput } from '@qoida/dsl';
import type { Transaction } from '../data/index.ts';
import type { Automation, Flows, StandingReader } from './flows.ts';
import type { Place } from './memory.ts';
import { fresh, type NewStep, type StepParts, type Stepped, takeSteps } from './step.ts';
import { switchedOff } from './switches.ts';
import { forgetOthers } from './timers.ts';

/** With the facts that the rules ask for; they are read only where one of them does. */
export async function withStanding<P extends StepParts>(
  tx: Transaction,
  parts: P,
  asked: readonly { readonly facts: readonly string[] }[],
  read: StandingReader | undefined,
): Promise<P> {
  const names = new Set(asked.flatMap(({ facts }) => facts));
  if (names.size === 0 || read === undefined) return parts;
  return { ...parts, facts: await read(tx, names, parts.now) };
}

/** Steps rules at places, all by one input that no event brings. */
export async function askAt(
  tx: Transaction,
  places: readonly Place<Automation>[],
  input: Exclude<FlowInput, { kind: 'event' }>,
  parts: StepParts,
  read: StandingReader | undefined,
): Promise<Stepped> {
  const steps = places.map((place): NewStep => ({ ...place, input, lineage: fresh() }));
  const rules = places.map(({ found }) => found);
  return takeSteps(tx, steps, await withStanding(tx, parts, rules, read));
}

/** The places of rows that name a rule and a key; of a rule that is gone none. */
export const placesOf = (
  rows: readonly { readonly rule: string; readonly key: string }[],
  { automations }: Flows,
): Place<Automation>[] =>
  rows.flatMap(({ rule, key }) => {
    const found = automations.get(rule);
    return found === undefined ? [] : [{ found, key }];
  });

/** Conditions that are asked without an event, and have no key. */
const TIMED = ['absence', 'becomes', 'stays'];

/** After a publication: forgets what rules of another text remember, begins what counts from now. */
export async function beginAnew(
  tx: Transaction,
  parts: StepParts,
  kind: 'start' | 'facts',
  read: StandingReader | undefined,
): Promise<void> {
  await forgetOthers(tx, parts.flows);
  const off = await switchedOff(tx);
  const begun = [...parts.flows.automations.values()].filter(
    ({ id, rule: { trigger } }) => TIMED.includes(trigger.kind) && !trigger.keyed && !off.has(id),
  );
  const places = begun.map((found) => ({ found, key: '' }));
  await askAt(tx, places, { kind, at: parts.now.getTime() }, parts, read);
}

/** Rules whose condition may hold otherwise by now, though no event tells of it. */
export const watching = ({ automations }: Flows): readonly Automation[] =>
  [...automations.values()].filter(({ rule }) => ['becomes', 'stays'].includes(rule.trigger.kind));

/** Asks them as things stand now; not those that a person has switched off. */
export async function askStanding(
  tx: Transaction,
  asked: readonly Automation[],
  parts: StepParts,
  read: StandingReader | undefined,
): Promise<void> {
  const off = await switchedOff(tx);
  const places = asked.filter(({ id }) => !off.has(id)).map((found) => ({ found, key: '' }));
  await askAt(tx, places, { kind: 'facts', at: parts.now.getTime() }, parts, read);
}
