import type { CompiledAutomation, FlowContext } from '@qoida/dsl';
import type { OutboxEvent } from '../data/index.ts';
import { type Flows, flowEventOf, idOf } from './flows.ts';
import type { Lineage, NewStep } from './step.ts';
import type { TraceBudget } from './traces.ts';

/** Rules of one event up to which those that don't fit are asked why. */
const MOST_ASKED_WHY = 200;

export interface EventParts {
  readonly flows: Flows;
  readonly context: FlowContext;
  readonly traces: TraceBudget;
  /** Rules that a person has switched off. */
  readonly off: ReadonlySet<string>;
  readonly lineage: (event: OutboxEvent) => Lineage;
}

/** Does any rule listen to it? */
export const isHeard = ({ dispatcher }: Flows, event: OutboxEvent): boolean =>
  dispatcher.listeners(event.name).length > 0;

/** The steps that events call for, in the order in which they happened. */
export function stepsOf(events: readonly OutboxEvent[], parts: EventParts): NewStep[] {
  return events
    .toSorted((a, b) => a.occurred_at.getTime() - b.occurred_at.getTime())
    .flatMap((event) => stepsOfOne(event, parts));
}

function stepsOfOne(event: OutboxEvent, parts: EventParts): NewStep[] {
  const { flows, context, traces, lineage } = parts;
  const flowEvent = flowEventOf(event);
  const listeners = flows.dispatcher.listeners(event.name);
  const concerned = new Set(automationsOf(flows.dispatcher.match(flowEvent, context)));
  const why =
    listeners.length > MOST_ASKED_WHY
      ? []
      : automationsOf(listeners).filter((rule) => !concerned.has(rule) && traces.has(idOf(rule)));
  const chain = lineage(event);
  const stepOf = (rule: CompiledAutomation, nearMiss: boolean): NewStep[] => {
    const found = flows.automations.get(idOf(rule));
    if (found === undefined || parts.off.has(found.id)) return [];
    const key = rule.key(flowEvent, context);
    // Without a key nobody knows which state it would count for.
    if (key === undefined && !nearMiss) return [];
    const input = { kind: 'event', event: flowEvent } as const;
    return [{ found, key: key ?? '', input, lineage: chain, nearMiss }];
  };
  return [
    ...[...concerned].flatMap((rule) => stepOf(rule, false)),
    ...[...new Set(why)].flatMap((rule) => stepOf(rule, true)),
  ];
}

const automationsOf = (
  listeners: readonly { readonly rule: { readonly kind: string }; readonly role: string }[],
): CompiledAutomation[] =>
  listeners.flatMap(({ rule, role }) =>
    rule.kind === 'automation' && role === 'trigger' ? [rule as CompiledAutomation] : [],
  );
