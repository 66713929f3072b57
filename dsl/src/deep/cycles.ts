import type { CheckedAutomation } from '../check/blocks/automations.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { finding, witnessOf } from './finding.ts';
import { actsIn, type Deed, type Flow, fieldOf, same } from './flows.ts';
import type { DeepModel } from './model.ts';
import { choicesFor, search, valueIn } from './search.ts';
import { type Goal, impossible } from './solve.ts';
import { Terms } from './terms.ts';

type Automation = Flow & { readonly rule: CheckedAutomation };

/**
 * Automations that set one another off in a circle, by the events their actions cause. One that
 * says `allow repeat`, or acts once for each key, ends the circle. A field of the event that is
 * called as a parameter of the action is taken to be what the action was given.
 */
export function cycles(flows: readonly Flow[], model: DeepModel): Diagnostic[] {
  const nodes = flows.filter(isEndless);
  const byEvent = new Map<string, Automation[]>();
  for (const node of nodes)
    for (const { event } of node.rule.trigger.events)
      byEvent.set(event, [...(byEvent.get(event) ?? []), node]);
  const next = new Map<Flow, readonly Automation[]>();
  const after = (flow: Automation): readonly Automation[] => {
    const known = next.get(flow);
    if (known !== undefined) return known;
    const found = new Set<Automation>();
    for (const deed of [...flow.deeds, ...flow.failures])
      for (const event of deed.emits)
        for (const other of byEvent.get(event) ?? [])
          if (!found.has(other) && setsOff(flow, deed, event, other, model)) found.add(other);
    next.set(flow, [...found]);
    return [...found];
  };
  const told = new Set<string>();
  return nodes.flatMap((node): Diagnostic[] => {
    const way = wayBack(node, after);
    if (way === undefined) return [];
    const key = way
      .map(({ name }) => name)
      .sort()
      .join();
    if (told.has(key)) return [];
    told.add(key);
    return tell(way, model);
  });
}

const isEndless = (flow: Flow): flow is Automation =>
  'trigger' in flow.rule && flow.rule.allowRepeat === 0 && flow.rule.once === undefined;

/** The shortest way from an automation back to itself. */
function wayBack(
  from: Automation,
  after: (flow: Automation) => readonly Automation[],
): readonly Automation[] | undefined {
  const before = new Map<Automation, Automation | undefined>([[from, undefined]]);
  const queue = [from];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const other of after(node)) {
      if (other === from) {
        const way: Automation[] = [];
        for (let at: Automation | undefined = node; at !== undefined; at = before.get(at))
          way.unshift(at);
        return way;
      }
      if (before.has(other)) continue;
      before.set(other, node);
      queue.push(other);
    }
  }
  return undefined;
}

/** Can the event of one automation's action set off the other? Constants may exclude it. */
function setsOff(
  flow: Automation,
  deed: Deed,
  event: string,
  other: Automation,
  model: DeepModel,
): boolean {
  return other.rule.trigger.events.some((triggered, slot) => {
    if (triggered.event !== event) return false;
    const terms = new Terms(model.units);
    const first = { locals: flow.params.map((param) => terms.named(`1 ${param.name}`, NO_IR)) };
    const second = {
      locals: other.params.map((param) => terms.named(`2 ${param.name}`, NO_IR)),
      // Facts may have changed in between.
      moment: 'then ',
    };
    const goals: Goal[] = [...actsIn(flow, first, terms), ...actsIn(other, second, terms)];
    for (const [name, arg] of deed.args) {
      const param = other.params[slot];
      const field = param && fieldOf(param, slot, name);
      if (field === undefined) continue;
      const [given, caused] = [terms.of(arg.body, first), terms.of(field, second)];
      goals.push(same(given, caused, field.type, terms));
    }
    for (const [name, value] of Object.entries(deed.tells)) {
      const param = other.params[slot];
      const field = param && fieldOf(param, slot, name);
      if (field === undefined) continue;
      const told = terms.of({ ...NO_IR, type: field.type, value }, second);
      goals.push(same(told, terms.of(field, second), field.type, terms));
    }
    return !impossible(goals, terms);
  });
}

const NO_IR = {
  kind: 'const',
  value: null,
  span: { start: 0, end: 0 },
  type: { kind: 'missing' },
  nullable: true,
} as const;

/** An event that begins the circle: the first automation acts on it. */
function tell(way: readonly Automation[], model: DeepModel): Diagnostic[] {
  const [first] = way as [Automation];
  const asked = first.conditions.map((unit) => ({ unit }));
  const choices = choicesFor(asked, model.units);
  const world = search(choices, (facts) =>
    asked.every((one) => valueIn(one, facts, model) === true),
  );
  if (world === undefined) return [];
  const event = (flow: Automation): string =>
    flow.rule.trigger.events.map((e) => e.event).join(' then ');
  const path = [...way, first].map((flow) => `${event(flow)} → \`${flow.name}\``).join(' → ');
  const related = way.slice(1).map((flow) => ({
    file: flow.file,
    span: flow.rule.block.name.span,
    message: flow.name,
  }));
  const witness = witnessOf(world);
  return [
    finding(
      'automationCycle',
      first.file,
      first.rule.block.name.span,
      { path },
      { witness, related },
    ),
  ];
}
