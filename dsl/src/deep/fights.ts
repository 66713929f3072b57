import type { Diagnostic } from '../source/diagnostic.ts';
import { DEFAULT_ZONE, dateOf, formatDate, formatTime, timeOf } from '../values/calendar.ts';
import { Fault } from '../values/fault.ts';
import { runsAfter } from '../values/recurrence.ts';
import type { DeepCache } from './cache.ts';
import { NOON } from './candidates.ts';
import { type Findings, finding, witnessOf, witnessText } from './finding.ts';
import { actsIn, type Deed, type Flow, same } from './flows.ts';
import { likelyIn } from './likely.ts';
import type { DeepModel } from './model.ts';
import { CLOCK } from './places.ts';
import { type Asked, choicesFor, search, valueIn, type World } from './search.ts';
import { solve } from './solve.ts';
import { Terms } from './terms.ts';

/** Runs of a schedule that are looked at, from a Wednesday on. */
const MOST_RUNS = 2_000;
const HORIZON_MS = 40 * 86_400_000;
/** Pairs of actions on one thing that are looked at: beyond them nothing is told. */
const MOST_PAIRS = 2_000;

interface Move {
  readonly flow: Flow;
  readonly deed: Deed;
}

/**
 * Two rules that move one thing at the same time, in different ways: automations on one event, on
 * conditions that can hold together, or schedules with a run at the same instant. The order in
 * which they act is nobody's decision. Only what has been tried is told.
 */
export function* fights(flows: readonly Flow[], model: DeepModel, cache: DeepCache): Findings {
  const groups = new Map<string, Move[]>();
  for (const flow of flows)
    for (const deed of flow.deeds) {
      if (deed.target === undefined || !deed.args.has(deed.target)) continue;
      const key = `${occasion(flow)} ${deed.action}`;
      groups.set(key, [...(groups.get(key) ?? []), { flow, deed }]);
    }
  let left = MOST_PAIRS;
  const told = new Set<string>();
  const found: Diagnostic[] = [];
  for (const moves of groups.values())
    for (const [i, one] of moves.entries())
      for (const other of moves.slice(i + 1)) {
        const key = `${one.flow.name} ${other.flow.name}`;
        if (one.flow === other.flow || told.has(key) || agree(one.deed, other.deed)) continue;
        left -= 1;
        if (left < 0) return found;
        const question = `fight ${one.deed.place} ${other.deed.place}`;
        const fight = cache.found(question, [one.flow.rule, other.flow.rule], () =>
          fightOf(one, other, model),
        );
        yield;
        if (fight.length === 0) continue;
        told.add(key);
        found.push(...fight);
      }
  return found;
}

/** What sets a rule off: only rules of one occasion can act at the same time for sure. */
function occasion({ rule }: Flow): string {
  if (!('trigger' in rule)) return 'schedule';
  const { kind, events } = rule.trigger;
  if (kind === 'becomes' || kind === 'stays') return 'condition';
  return kind === 'absence' ? `no ${events[0]?.event}` : `event ${events.at(-1)?.event}`;
}

/** Do constants say that the things are different, or that they are moved in one way? */
function agree(one: Deed, other: Deed): boolean {
  const constant = (deed: Deed, name: string): unknown => {
    const body = deed.args.get(name)?.body;
    return body?.kind === 'const' ? body.value : undefined;
  };
  const [a, b] = [constant(one, one.target ?? ''), constant(other, other.target ?? '')];
  if (a !== undefined && b !== undefined && a !== b) return true;
  const names = othersOf(one, other);
  return names.every((name) => {
    const value = constant(one, name);
    return value !== undefined && value === constant(other, name);
  });
}

const othersOf = (one: Deed, other: Deed): readonly string[] =>
  [...new Set([...one.args.keys(), ...other.args.keys()])].filter((name) => name !== one.target);

/** The parameters of both rules by shared names: the event that sets both off is one. */
function namesOf({ rule, params, name }: Flow): readonly string[] {
  const last = params.length - 1;
  const events = 'trigger' in rule ? rule.trigger.events : [];
  return params.map((_, slot) =>
    slot === last ? (events[slot]?.event ?? '') : `${name}: ${events[slot]?.event ?? ''}`,
  );
}

function fightOf(one: Move, other: Move, model: DeepModel): readonly Diagnostic[] {
  const times = timesBoth(one.flow, other.flow);
  if (times?.length === 0) return [];
  const terms = new Terms(model.units);
  const sides = [one, other].map(({ flow, deed }) => {
    const params = namesOf(flow);
    const named = flow.params.map((_, slot) =>
      terms.named(params[slot] ?? '', flow.conditions[0]?.body ?? ANY),
    );
    const target = deed.args.get(deed.target ?? '');
    return { flow, deed, params, scope: { locals: named }, target };
  });
  const [a, b] = sides as [(typeof sides)[number], (typeof sides)[number]];
  if (a.target === undefined || b.target === undefined) return [];
  const goals = sides.flatMap(({ flow, scope }) => actsIn(flow, scope, terms));
  const [x, y] = [terms.of(a.target.body, a.scope), terms.of(b.target.body, b.scope)];
  const solved = solve([...goals, same(x, y, a.target.body.type, terms)], terms);
  if (!solved.possible) return [];
  const asked = sides.flatMap(({ flow, deed, params }): Asked[] =>
    [...flow.conditions, ...deed.args.values()].map((unit) => ({ unit, params })),
  );
  const choices = choicesFor(asked, model.units).map((choice) =>
    times === undefined || choice.place.path !== CLOCK ? choice : { ...choice, values: times },
  );
  const differ = (world: World): boolean => {
    const value = (side: (typeof sides)[number], name: string): unknown => {
      const unit = side.deed.args.get(name);
      if (unit === undefined) return undefined;
      const found = valueIn({ unit, params: side.params }, world, model);
      return found;
    };
    const acts = sides.every(({ flow, params }) =>
      flow.conditions.every((unit) => valueIn({ unit, params }, world, model) === true),
    );
    if (!acts) return false;
    const target = value(a, a.deed.target ?? '');
    if (target instanceof Fault || target === null || target !== value(b, b.deed.target ?? ''))
      return false;
    const names = othersOf(a.deed, b.deed);
    const given = names.flatMap((name) => [value(a, name), value(b, name)]);
    if (given.some((found) => found instanceof Fault)) return false;
    return names.some((name) => value(a, name) !== value(b, name));
  };
  const world = search(choices, differ, { likely: likelyIn(solved.state, choices) });
  if (world === undefined) return [];
  return [tell(one, other, world, witnessOfFight(choices, world, times), model)];
}

const ANY = {
  kind: 'const',
  value: null,
  span: { start: 0, end: 0 },
  type: { kind: 'missing' },
  nullable: true,
} as const;

function witnessOfFight(
  choices: Parameters<typeof witnessText>[0],
  world: World,
  times: readonly Date[] | undefined,
): string {
  const facts = `with ${witnessText(choices, world)}`;
  const [time] = times ?? [];
  if (time === undefined) return facts;
  const ms = time.getTime();
  const at = `${formatDate(dateOf(ms, DEFAULT_ZONE))} ${formatTime(timeOf(ms, DEFAULT_ZONE))}`;
  return choices.length === 0 ? `at ${at}` : `at ${at} ${facts}`;
}

/** Instants at which both schedules run; undefined for rules that no clock sets off. */
function timesBoth(one: Flow, other: Flow): readonly Date[] | undefined {
  if ('trigger' in one.rule || 'trigger' in other.rule) return undefined;
  const runs = [one.rule, other.rule].map((rule) => {
    const { timing, holidays } = rule;
    const zone = rule.zone ?? DEFAULT_ZONE;
    const found = new Set<number>();
    for (const run of runsAfter({ timing, zone, holidays }, NOON, new Set())) {
      if (run > NOON + HORIZON_MS || found.size >= MOST_RUNS) break;
      found.add(run);
    }
    return found;
  });
  const [a, b] = runs as [Set<number>, Set<number>];
  return [...a]
    .filter((run) => b.has(run))
    .slice(0, 24)
    .map((run) => new Date(run));
}

function tell(one: Move, other: Move, world: World, witness: string, model: DeepModel): Diagnostic {
  const { file } = other.flow;
  const arg = other.deed.args.get(other.deed.target ?? '');
  const target =
    arg === undefined
      ? other.deed.action
      : `\`${model.source(file).slice(arg.body.span.start, arg.body.span.end)}\``;
  const { span } = other.deed.node.path;
  const related = [{ file: one.flow.file, span: one.deed.node.path.span, message: one.flow.name }];
  const params = { other: one.flow.name, target, witness };
  return finding('actuatorFight', file, span, params, { witness: witnessOf(world), related });
}
