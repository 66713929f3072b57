import { type Ir, partsOf, type Unit } from '../ir/ir.ts';
import type { CompiledAlert } from '../program/flow/alert.ts';
import type { CompiledAutomation, FlowParts } from '../program/flow/automation.ts';
import { type FlowContext, type Rule, type Sight, sightOf } from '../program/flow/rule.ts';
import { isEventData } from '../program/flow/trigger.ts';
import type { FlowEvent } from '../program/flow/trigger-state.ts';
import { partsOfProgram } from '../program/parts.ts';
import type { Program } from '../program/program.ts';
import type { Runtime } from '../program/runtime.ts';
import type { Value } from '../values/border.ts';
import { conjunctsOf, constraintOf } from './conjuncts.ts';
import { type Entry, EventIndex, flat } from './event-index.ts';
import { Found } from './found.ts';

/** A rule that listens to an event, and what for. */
export interface Listener {
  readonly rule: CompiledAutomation | CompiledAlert;
  /** `clear`: the event may close the alert, see `clearedBy`; else it is for `step`. */
  readonly role: 'trigger' | 'clear';
}

/** Which rules an event concerns. */
export interface Dispatcher {
  /** The events that any rule listens to. */
  readonly events: readonly string[];
  /** All rules that listen to an event, in the order of the program. */
  listeners(type: string): readonly Listener[];
  /**
   * The rules that an event is not in vain for: its trigger's `where` holds, and, where the event
   * alone sets the rule off, its `if` too. In a sequence, what `where` says of this event alone.
   * They come in the order of the program. Facts and settings of a context are read once for each
   * context object, so a batch of events can share one.
   */
  match(event: Pick<FlowEvent, 'type' | 'data'>, context: FlowContext): readonly Listener[];
}

/** A listener in its place in the index. */
interface Standing extends Listener {
  readonly order: number;
  readonly slot: number;
  /** What the index has not answered, for the event as the local of the slot. */
  readonly rest: readonly Rule[];
}

/** One as the list of itself: where nobody else is found, an event needs no new list. */
type Alone = readonly [Standing];
const NOBODY: readonly Standing[] = [];

/** Builds the index of a program: by event, then by what the rules say of the event's fields. */
export function createDispatcher(program: Program): Dispatcher {
  const { flows, runtime } = partsOfProgram(program);
  const byEvent = new Map<string, Standing[]>();
  const entries = new Map<string, Entry<Alone>[]>();
  let order = 0;
  const stand: Stand = (listener, event, slot, conditions) => {
    const place = { ...listener, order: order++, slot, rest: [] };
    listOf(byEvent, event).push(place);
    const parts = conditions.flatMap(({ unit, body }) =>
      conjunctsOf(body).map((ir) => ({ ir, constraint: constraintOf(ir, slot), unit })),
    );
    const item = (rest: readonly Ir[]): Alone => [
      {
        ...place,
        rest: parts
          .filter(({ ir }) => rest.includes(ir))
          .map(({ ir, unit }) => ruleOf({ ...unit, body: ir }, runtime)),
      },
    ];
    listOf(entries, event).push({ parts, item });
  };
  for (const [i, rule] of program.automations.entries())
    addTrigger(rule, flows.automationParts[i], stand);
  for (const [i, rule] of program.alerts.entries()) {
    addTrigger(rule, flows.alertParts[i], stand);
    addClear(rule, flows.alertParts[i]?.clear, stand);
  }
  const indexes = new Map([...entries].map(([event, all]) => [flat(event), new EventIndex(all)]));
  const found = new Found<Alone>();
  let latest: FlowContext | undefined;
  let sight: Sight | undefined;
  return {
    events: [...byEvent.keys()],
    listeners: (type) => byEvent.get(type) ?? [],
    match({ type, data }, context) {
      const index = indexes.get(type);
      if (index === undefined || !isEventData(data)) return [];
      found.clear();
      const asks = index.collect(data, found);
      if (!asks && found.count < 2) return found.takeFirst() ?? NOBODY;
      const all = found.take().flat();
      if (!asks) return inOrder(all);
      if (sight === undefined || context !== latest) sight = sightOf(context, runtime);
      latest = context;
      return inOrder(fitting(all, data, sight));
    },
  };
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

const ruleOf = (unit: Unit, runtime: Runtime): Rule => ({
  unit,
  run: runtime.compiler.compile(unit),
});

const inOrder = (found: readonly Standing[]): readonly Standing[] =>
  found.length > 1 ? found.toSorted((a, b) => a.order - b.order) : found;

function fitting(found: readonly Standing[], data: object, { environment }: Sight): Standing[] {
  const locals: readonly (readonly Value[])[] = [[data], [null, data]];
  return found.filter(({ rest, slot }) =>
    rest.every((rule) => rule.run(locals[slot] ?? [], environment) === true),
  );
}

/** @param conditions units, and what of their bodies must be true of the event alone */
type Stand = (
  listener: Listener,
  event: string,
  slot: number,
  conditions: readonly { readonly unit: Unit; readonly body: Ir }[],
) => void;

const conditionsOf = (rules: readonly (Rule | undefined)[]) =>
  rules.flatMap((rule) => (rule === undefined ? [] : { unit: rule.unit, body: rule.unit.body }));

function addTrigger(rule: Listener['rule'], parts: FlowParts | undefined, stand: Stand): void {
  if (parts === undefined) return;
  const { info, where, asked } = parts.trigger;
  const listener: Listener = { rule, role: 'trigger' };
  for (const [slot, event] of info.events.entries()) {
    const conditions = conditionsOf([where, info.kind === 'event' ? asked : undefined]);
    const own = info.kind === 'sequence' ? ofEventAlone(conditions, slot) : conditions;
    stand(listener, event, slot, own);
  }
}

function addClear(rule: CompiledAlert, clear: Rule | undefined, stand: Stand): void {
  if (!rule.clearsByEvent) return;
  const { kind, events } = rule.trigger;
  const conditions = conditionsOf([clear]);
  for (const [slot, event] of events.entries()) {
    const own = kind === 'sequence' ? ofEventAlone(conditions, slot) : conditions;
    stand({ rule, role: 'clear' }, event, slot, own);
  }
}

/** What a condition on a pair says of one of its events alone. */
const ofEventAlone = (
  conditions: ReturnType<typeof conditionsOf>,
  slot: number,
): ReturnType<typeof conditionsOf> =>
  conditions.flatMap(({ unit, body }) =>
    conjunctsOf(body)
      .filter((part) => readsOnly(part, slot))
      .map((part) => ({ unit, body: part })),
  );

/** Facts and the clock may be others by the time the pair is complete: they are asked then. */
function readsOnly(ir: Ir, slot: number): boolean {
  switch (ir.kind) {
    case 'local':
      return ir.slot === slot;
    case 'input':
    case 'now':
    case 'today':
    case 'formula':
    case 'native':
      return false;
    default:
      return partsOf(ir).every((part) => readsOnly(part, slot));
  }
}
