import type { CheckedExpr, CheckedTrigger } from '../../check/blocks/triggers.ts';
import { readsOf } from '../../ir/analyse.ts';
import { type Ir, partsOf, type Unit } from '../../ir/ir.ts';
import { isRecord } from '../../source/read.ts';
import { Fault } from '../../values/fault.ts';
import type { Facts } from '../gate/gate.ts';
import type { Runtime } from '../runtime.ts';
import { compileRule, keyIn, type Rule, type Sight } from './rule.ts';
import type { FlowEvent } from './trigger-state.ts';

/** What sets a rule off, as plain data: what has to be listened to. */
export interface TriggerInfo {
  readonly kind: CheckedTrigger['kind'];
  /** The events to step it with: none for conditions, two for a sequence. */
  readonly events: readonly string[];
  /** Of silence, window, pair or staying, in milliseconds; 0 for other triggers. */
  readonly durationMs: number;
  /** Of a count. */
  readonly times: number;
  /** Has it a key of its own (`per`)? Then there is a state for each key. */
  readonly keyed: boolean;
  /** What a condition waits for: a change of one of these. */
  readonly facts: readonly string[];
  /** It looks at the clock as well, so it has to be asked from time to time. */
  readonly clock: boolean;
  /** Whether a step depends on the ones before: else an event alone decides, and no state is needed. */
  readonly remembers: boolean;
}

/** A trigger with all that decides whether it fires, compiled. */
export interface TriggerRules {
  readonly name: string;
  readonly info: TriggerInfo;
  /** The events' data, as the first locals of everything behind the trigger. */
  readonly params: Unit['params'];
  readonly where: Rule | undefined;
  readonly keys: readonly Rule[];
  readonly condition: Rule | undefined;
  readonly asked: Rule | undefined;
  readonly once: Rule | undefined;
  readonly cooldownMs: number;
}

export interface TriggerParts {
  readonly name: string;
  readonly file: string;
  readonly trigger: CheckedTrigger;
  readonly condition: CheckedExpr | undefined;
  readonly once: CheckedExpr | undefined;
  readonly cooldownMs: number;
}

const RECORD = { kind: 'record' } as const;

export function compileTrigger(parts: TriggerParts, runtime: Runtime): TriggerRules {
  const { name, file, trigger, cooldownMs } = parts;
  const params = trigger.events.map(({ event, type }) => ({ name: event, type, border: RECORD }));
  const compile = (checked: CheckedExpr, locals = params): Rule =>
    compileRule(name, file, checked, locals, runtime);
  const condition = trigger.condition && compile(trigger.condition);
  const info: TriggerInfo = {
    kind: trigger.kind,
    events: trigger.events.map(({ event }) => event),
    durationMs: trigger.durationMs,
    times: trigger.times,
    keyed: trigger.keys.length > 0,
    facts: condition === undefined ? [] : readsOf(condition.unit, runtime.units),
    clock: condition !== undefined && readsClock(condition.unit.body, runtime),
    remembers: trigger.kind !== 'event' || parts.once !== undefined || cooldownMs > 0,
  };
  return {
    name,
    info,
    params,
    where: trigger.where && compile(trigger.where),
    keys: trigger.keys.map((key, slot) => compile(key, params.slice(slot, slot + 1))),
    condition,
    asked: parts.condition && compile(parts.condition),
    once: parts.once && compile(parts.once),
    cooldownMs,
  };
}

/** @param asked formulas that have been looked at */
function readsClock(ir: Ir, runtime: Runtime, asked = new Set<string>()): boolean {
  if (ir.kind === 'now' || ir.kind === 'today') return true;
  if (ir.kind === 'formula' && !asked.has(ir.name)) {
    asked.add(ir.name);
    const callee = runtime.units.get(ir.name);
    if (callee !== undefined && readsClock(callee.body, runtime, asked)) return true;
  }
  return partsOf(ir).some((part) => readsClock(part, runtime, asked));
}

/** The rules of a trigger, for bounds, coverage and what they read. */
export const rulesOf = (rules: TriggerRules): readonly Rule[] =>
  [rules.where, ...rules.keys, rules.condition, rules.asked, rules.once].filter(
    (rule) => rule !== undefined,
  );

/**
 * What rules read: events by their names (`relay.input.kind`), settings and facts. Reckoned when
 * first asked: few of many rules are.
 */
export function readsOfRules(rules: readonly Rule[], runtime: Runtime): () => readonly string[] {
  let known: readonly string[] | undefined;
  const namesOf = ({ unit: { params } }: Rule) => params.map(({ name }) => name);
  const all = () => rules.flatMap((rule) => readsOf(rule.unit, runtime.units, namesOf(rule)));
  return () => {
    known ??= [...new Set(all())].sort();
    return known;
  };
}

/** Is it the data of an event: a record? Other data sets nothing off. */
export const isEventData = (data: unknown): data is Facts => isRecord(data);

/** The key of an event; see `Triggered.key`. */
export function keyOfEvent(
  { info, keys }: TriggerRules,
  event: FlowEvent,
  sight: Sight,
): string | undefined {
  const slot = info.events.indexOf(event.type);
  if (slot < 0 || !isEventData(event.data)) return undefined;
  const rule = keys[slot];
  if (rule === undefined) return '';
  const found = keyIn(rule, [event.data], sight);
  return found instanceof Fault ? undefined : found.key;
}
