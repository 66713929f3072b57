import type { CheckedAutomation } from '../check/blocks/automations.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { borderOf, leave } from '../values/border.ts';
import { Fault } from '../values/fault.ts';
import type { DeepCache } from './cache.ts';
import { type Findings, finding, witnessOf, witnessText } from './finding.ts';
import { actsIn, type Deed, type Flow, fieldOf, same } from './flows.ts';
import type { DeepModel } from './model.ts';
import { type Choice, type Chosen, choicesFor, search, valueIn, type World } from './search.ts';
import { type Goal, impossible } from './solve.ts';
import { Terms } from './terms.ts';

type Automation = Flow & { readonly rule: CheckedAutomation };

/**
 * Automations that set one another off in a circle, by the events their actions cause. One that
 * says `allow repeat`, or acts once for each key, ends the circle. A field of the event that is
 * called as a parameter of the action is taken to be what the action was given.
 */
export function* cycles(flows: readonly Flow[], model: DeepModel, cache: DeepCache): Findings {
  const nodes = flows.filter(isEndless);
  const byEvent = new Map<string, Automation[]>();
  for (const node of nodes)
    for (const { event } of node.rule.trigger.events) {
      const here = byEvent.get(event);
      if (here === undefined) byEvent.set(event, [node]);
      else here.push(node);
    }
  const next = new Map<Flow, readonly Automation[]>();
  for (const flow of nodes) {
    const found = new Set<Automation>();
    for (const [i, deed] of [...flow.deeds, ...flow.failures].entries())
      for (const event of deed.emits)
        for (const other of byEvent.get(event) ?? []) {
          if (found.has(other)) continue;
          const question = `sets off ${i} ${event}`;
          const leads = cache.known(question, [flow.rule, other.rule], () =>
            setsOff(flow, deed, event, other, model),
          );
          if (leads) found.add(other);
        }
    next.set(flow, [...found]);
    yield;
  }
  const told = new Set<string>();
  const found: Diagnostic[] = [];
  for (const node of nodes) {
    const way = wayBack(node, (flow) => next.get(flow) ?? []);
    yield;
    if (way === undefined) continue;
    const key = way
      .map(({ name }) => name)
      .sort()
      .join();
    if (told.has(key)) continue;
    told.add(key);
    const rules = way.map(({ rule }) => rule);
    found.push(...cache.found('cycle', rules, () => tell(way, model)));
  }
  return found;
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

/** The events of one round, each with the values that the one before gives it. */
function tell(way: readonly Automation[], model: DeepModel): Diagnostic[] {
  const [first] = way as [Automation];
  const round = roundOf([...way, first], model);
  if (round === undefined) return [];
  const event = (flow: Automation): string =>
    flow.rule.trigger.events.map((e) => e.event).join(' then ');
  const path = [...way, first].map((flow) => `${event(flow)} → \`${flow.name}\``).join(' → ');
  const related = round.map(({ flow, choices, world }, i) => ({
    file: flow.file,
    span: flow.rule.block.name.span,
    message: `${i + 1}. \`${flow.name}\` acts with ${witnessText(choices, world)}`,
  }));
  const witness = witnessOf((round[0] as Turn).world);
  const { span } = first.rule.block.name;
  return [finding('automationCycle', first.file, span, { path }, { witness, related })];
}

/** An automation of a circle, with facts on which it acts. */
interface Turn {
  readonly flow: Automation;
  readonly choices: readonly Choice[];
  readonly world: World;
}

/** Facts on which each acts in turn; what an action gives its event is as it was given. */
function roundOf(way: readonly Automation[], model: DeepModel): readonly Turn[] | undefined {
  const round: Turn[] = [];
  for (const [i, flow] of way.entries()) {
    const last = round.at(-1);
    const givens = last === undefined ? [NOTHING] : givenBy(last, flow, model);
    const goesOn = way[i + 1] !== undefined;
    let turn: Turn | undefined;
    for (const given of givens) turn ??= turnOf(flow, goesOn, given, last, model);
    if (turn === undefined) return undefined;
    round.push(turn);
  }
  return round;
}

/** Facts on which an automation acts, some of them given, the others as before where that will do. */
function turnOf(
  flow: Automation,
  goesOn: boolean,
  given: Chosen,
  before: Turn | undefined,
  model: DeepModel,
): Turn | undefined {
  const args = goesOn ? flow.deeds.flatMap((deed) => [...deed.args.values()]) : [];
  const asked = [...flow.conditions, ...args].map((unit) => ({ unit }));
  const choices = choicesFor(asked, model.units).map(({ place, values }) =>
    given.has(place.path) ? { place, values: [given.get(place.path)] } : { place, values },
  );
  const likely = new Map([...(before?.world.chosen ?? NOTHING), ...given]);
  const acts = (world: World): boolean =>
    flow.conditions.every((unit) => valueIn({ unit }, world, model) === true) &&
    args.every((unit) => !(valueIn({ unit }, world, model) instanceof Fault));
  const world = search(choices, acts, { likely });
  return world && { flow, choices, world };
}

const NOTHING: Chosen = new Map();

/** What each action of an automation says of the event that sets the next one off, by path. */
function givenBy({ flow, world }: Turn, next: Automation, model: DeepModel): readonly Chosen[] {
  const { events } = next.rule.trigger;
  return [...flow.deeds, ...flow.failures].flatMap((deed) =>
    events.flatMap(({ event }, slot): readonly Chosen[] => {
      const param = next.params[slot];
      if (!deed.emits.includes(event) || param === undefined) return [];
      const given = new Map<string, unknown>();
      for (const [name, unit] of deed.args) {
        const field = fieldOf(param, slot, name);
        const value = field && valueIn({ unit }, world, model);
        if (field === undefined || value === undefined || value instanceof Fault) continue;
        given.set(`${param.name}.${name}`, leave(value, borderOf(field.type)));
      }
      for (const [name, value] of Object.entries(deed.tells))
        if (fieldOf(param, slot, name) !== undefined) given.set(`${param.name}.${name}`, value);
      return [given];
    }),
  );
}
