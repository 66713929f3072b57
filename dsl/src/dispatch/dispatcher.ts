import type { Ir } from '../ir/ir.ts';
import { partsOf } from '../ir/ir.ts';
import type { CompiledAlert } from '../program/alert.ts';
import type { CompiledAutomation, FlowParts } from '../program/automation.ts';
import { type Program, partsOfProgram } from '../program/program.ts';
import { type FlowContext, type Rule, type Sight, sightOf } from '../program/rule.ts';
import type { Runtime } from '../program/runtime.ts';
import { isEventData } from '../program/trigger.ts';
import type { FlowEvent } from '../program/trigger-state.ts';
import type { Value } from '../values/border.ts';
import { type Constraint, conjunctsOf, constraintOf } from './conjuncts.ts';
import { EventIndex } from './event-index.ts';

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

interface Standing {
  readonly listener: Listener;
  readonly order: number;
  readonly slot: number;
  /** All must hold for the event as the local of the slot. */
  readonly rules: readonly Rule[];
  readonly constraints: readonly Constraint[];
}

/** Builds the index of a program: by event, then by what the rules say of the event's fields. */
export function createDispatcher(program: Program): Dispatcher {
  const { flows, runtime } = partsOfProgram(program);
  const byEvent = new Map<string, Standing[]>();
  let order = 0;
  const stand = (event: string, standing: Omit<Standing, 'order'>): void => {
    const known = byEvent.get(event) ?? [];
    byEvent.set(event, known);
    known.push({ ...standing, order: order++ });
  };
  for (const [i, rule] of program.automations.entries()) {
    addTrigger(rule, flows.automationParts[i], runtime, stand);
  }
  for (const [i, rule] of program.alerts.entries()) {
    const parts = flows.alertParts[i];
    addTrigger(rule, parts, runtime, stand);
    if (rule.clearsByEvent && parts?.clear !== undefined) addClear(rule, parts.clear, stand);
  }
  const indexes = new Map(
    [...byEvent].map(([event, all]) => [
      event,
      new EventIndex(all.map((item) => ({ item, constraints: item.constraints }))),
    ]),
  );
  let latest: FlowContext | undefined;
  let sight: Sight | undefined;
  return {
    events: [...byEvent.keys()],
    listeners: (type) => (byEvent.get(type) ?? []).map(({ listener }) => listener),
    match({ type, data }, context) {
      const index = indexes.get(type);
      if (index === undefined || !isEventData(data)) return [];
      const found: Standing[] = [];
      index.collect(data, found);
      if (found.length === 0) return [];
      if (sight === undefined || context !== latest) sight = sightOf(context, runtime);
      latest = context;
      return fitting(found, data, sight);
    },
  };
}

function fitting(found: Standing[], data: object, { environment }: Sight): readonly Listener[] {
  const locals: readonly (readonly Value[])[] = [[data], [null, data]];
  const fits = found.filter(({ rules, slot }) =>
    rules.every((rule) => rule.run(locals[slot] ?? [], environment) === true),
  );
  if (fits.length > 1) fits.sort((a, b) => a.order - b.order);
  return fits.map(({ listener }) => listener);
}

type Stand = (event: string, standing: Omit<Standing, 'order'>) => void;

function addTrigger(
  rule: Listener['rule'],
  parts: FlowParts | undefined,
  runtime: Runtime,
  stand: Stand,
): void {
  if (parts === undefined) return;
  const { info, where, asked } = parts.trigger;
  const listener: Listener = { rule, role: 'trigger' };
  for (const [slot, event] of info.events.entries()) {
    const rules =
      info.kind === 'sequence'
        ? ownRules(where, slot, runtime)
        : [where, info.kind === 'event' ? asked : undefined].filter((one) => one !== undefined);
    stand(event, { listener, slot, rules, constraints: constraintsOf(rules, slot) });
  }
}

function addClear(rule: CompiledAlert, clear: Rule, stand: Stand): void {
  const listener: Listener = { rule, role: 'clear' };
  const own = rule.trigger.kind !== 'sequence';
  for (const [slot, event] of rule.trigger.events.entries()) {
    const rules = own ? [clear] : [];
    stand(event, { listener, slot, rules, constraints: constraintsOf([clear], slot) });
  }
}

/** What the condition on a pair says of one of its events alone. */
function ownRules(where: Rule | undefined, slot: number, runtime: Runtime): readonly Rule[] {
  if (where === undefined) return [];
  return conjunctsOf(where.unit.body)
    .filter((part) => readsOnly(part, slot))
    .map((body) => {
      const unit = { ...where.unit, body };
      return { unit, run: runtime.compiler.compile(unit) };
    });
}

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

const constraintsOf = (rules: readonly Rule[], slot: number): readonly Constraint[] =>
  rules
    .flatMap(({ unit }) => conjunctsOf(unit.body))
    .flatMap((part) => constraintOf(part, slot) ?? []);
