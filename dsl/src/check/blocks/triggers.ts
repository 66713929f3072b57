import type { EventRef, Expr, TriggerClause, TriggerNode } from '../../language/ast.ts';
import { didYouMean } from '../../source/suggest.ts';
import { optional, type RecordType, type Type, typeWords, UNKNOWN } from '../../types/type.ts';
import type { Binding, BlockSource, Typing, World } from '../context.ts';
import { inferCondition, inferPresent } from '../expression/ask.ts';
import { type ContextOptions, createContext, inputScope } from '../expression/check-expression.ts';
import { factsWhen } from '../expression/flow.ts';
import { demandChange } from '../rules/changing.ts';
import { durationMs, wholeNumber } from './durations.ts';

/** Events counted for one key: what a window has to remember. */
export const MAX_COUNT = 1000;

export interface CheckedExpr {
  readonly expr: Expr;
  readonly typing: Typing;
}
/** An event of a trigger; its data is local 0, that of a sequence's second event local 1. */
export interface CheckedEvent {
  readonly event: string;
  /** What the event is called in the rule. */
  readonly name: string | undefined;
  readonly type: RecordType;
  /** Once the trigger has fired: a silence may have had no event before it. */
  readonly optional: boolean;
}
export interface CheckedTrigger {
  readonly kind: TriggerNode['kind'];
  readonly events: readonly CheckedEvent[];
  /** Which events count, or which pairs do. */
  readonly where: CheckedExpr | undefined;
  /** The key, as each of the events gives it as local 0. */
  readonly keys: readonly CheckedExpr[];
  /** The condition of `becomes` and `stays`. */
  readonly condition: CheckedExpr | undefined;
  /** Of silence, window, pair or staying; 0 for other triggers. */
  readonly durationMs: number;
  readonly times: number;
}

/** What the clauses behind a trigger see: settings, facts, and the events that set it off. */
export function flowOptions({ reporter }: BlockSource, world: World): ContextOptions {
  const scope = inputScope(world.index.facts);
  scope.set('settings', { kind: 'input', name: 'settings', type: world.index.settings });
  return { world, reporter, scope };
}

/** The condition's typing, and the surroundings of what is done once it has held. */
export function checkCondition(
  expr: Expr,
  options: ContextOptions,
): { readonly checked: CheckedExpr; readonly then: ContextOptions } {
  const context = createContext(options);
  inferCondition(expr, context);
  const known = [...(options.known ?? []), ...factsWhen(expr, true, context)];
  return { checked: { expr, typing: context.typing }, then: { ...options, known } };
}

/** A key tells things apart, so it is one value that is there. */
export function checkKey(expr: Expr, options: ContextOptions): CheckedExpr {
  const context = createContext(options);
  const type = inferPresent(expr, context);
  if (type.kind === 'record' || type.kind === 'list' || type.kind === 'calendar')
    options.reporter.report('notAKey', expr.span, { actual: typeWords(type) });
  return { expr, typing: context.typing };
}

/** Checks a trigger. @returns it, unless its event is unknown, and what is seen behind it */
export function checkTrigger(
  clause: TriggerClause,
  options: ContextOptions,
): { readonly trigger: CheckedTrigger | undefined; readonly then: ContextOptions } {
  const node = clause.trigger;
  if (node.kind === 'becomes' || node.kind === 'stays') return conditionTrigger(node, options);
  const { reporter } = options;
  const refs = node.kind === 'sequence' ? [node.first, node.second] : [node.event];
  const found = refs.map((ref) => readEvent(ref, options));
  const ms = durationOf(node, options);
  const times = node.kind === 'count' ? wholeNumber(node.times, 2, MAX_COUNT, reporter) : 0;
  const silent = node.kind === 'absence' && node.per === undefined;
  const events = nameEvents(refs, found, options).map((event) => ({ ...event, optional: silent }));
  const inside = withEvents(events, options, false);
  const where = node.where && checkCondition(node.where, inside);
  const keys = node.per === undefined ? [] : checkKeys(node.per, events, options);
  const after = withEvents(events, options, silent);
  const then = silent || where === undefined ? after : { ...after, known: where.then.known ?? [] };
  if (found.includes(undefined)) return { trigger: undefined, then };
  const { kind } = node;
  const trigger = { kind, events, keys, times, durationMs: ms };
  return { trigger: { ...trigger, where: where?.checked, condition: undefined }, then };
}

function conditionTrigger(
  node: Extract<TriggerNode, { kind: 'becomes' | 'stays' }>,
  options: ContextOptions,
): ReturnType<typeof checkTrigger> {
  const { checked } = checkCondition(node.condition, options);
  demandChange(checked.expr, checked.typing, options.reporter);
  const ms = node.kind === 'stays' ? durationMs(node.duration, options.reporter) : 0;
  const { kind } = node;
  const none = { events: [], where: undefined, keys: [], times: 0 };
  return { trigger: { kind, ...none, condition: checked, durationMs: ms }, then: options };
}

function durationOf(node: TriggerNode, { reporter }: ContextOptions): number {
  switch (node.kind) {
    case 'absence':
    case 'stays':
      return durationMs(node.duration, reporter);
    case 'count':
      return durationMs(node.window, reporter);
    case 'sequence':
      return durationMs(node.within, reporter);
    default:
      return 0;
  }
}

function readEvent({ path }: EventRef, { world, reporter }: ContextOptions) {
  const found = world.index.event(path.text);
  if (found !== undefined) return found;
  const known = world.index.names('event');
  const fix = didYouMean(path.text, known, path.span);
  reporter.report('unknownEvent', path.span, { name: path.text }, fix);
  return undefined;
}

/**
 * An event is called by its alias, else by the last part of its name. A name of the author's must
 * be free; one that nobody wrote gives way: to facts and settings, and to a second of its kind.
 */
function nameEvents(
  refs: readonly EventRef[],
  types: readonly (RecordType | undefined)[],
  { scope, reporter }: ContextOptions,
): readonly Omit<CheckedEvent, 'optional'>[] {
  const short = ({ path }: EventRef) => path.parts.at(-1)?.name ?? path.text;
  const wanted = refs.map((ref) => ref.alias?.name ?? short(ref));
  return refs.map((ref, i) => {
    const name = wanted[i] ?? '';
    const earlier = wanted.indexOf(name) < i;
    const taken = scope.has(name) || wanted.filter((other) => other === name).length > 1;
    if (ref.alias !== undefined && (scope.has(name) || earlier))
      reporter.report('duplicateName', ref.alias.span, { name });
    const type = types[i] ?? UNHEARD;
    return { event: ref.path.text, name: taken ? undefined : name, type };
  });
}

/** Of an event that no plugin has: nothing more is told of what is asked of it. */
const UNHEARD: RecordType = { kind: 'record', name: undefined, fields: new Map() };

/** The surroundings with the events as the first locals. */
function withEvents(
  events: readonly CheckedEvent[],
  options: ContextOptions,
  mayBeMissing: boolean,
): ContextOptions {
  const scope = new Map<string, Binding>(options.scope);
  events.forEach(({ name, type }, slot) => {
    if (name === undefined) return;
    const seen: Type = type === UNHEARD ? UNKNOWN : mayBeMissing ? optional(type) : type;
    scope.set(name, { kind: 'local', name, slot, type: seen });
  });
  return { ...options, scope, params: events.length };
}

/** In a sequence the key names the first event; the second gives it with its own fields. */
function checkKeys(
  per: Expr,
  events: readonly CheckedEvent[],
  options: ContextOptions,
): readonly CheckedExpr[] {
  const [first] = events;
  return events.map((event) => {
    const alone = { ...event, name: first?.name };
    return checkKey(per, withEvents([alone], options, false));
  });
}
