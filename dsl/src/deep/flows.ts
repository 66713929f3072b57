import type { CheckedAction, CheckedActions } from '../check/blocks/actions.ts';
import type { CheckedAutomation } from '../check/blocks/automations.ts';
import type { CheckedSchedule } from '../check/blocks/schedules.ts';
import type { CheckedExpr } from '../check/blocks/triggers.ts';
import type { Ir, Unit } from '../ir/ir.ts';
import { present, type Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import type { Equality } from '../values/compare.ts';
import { eventParams } from './conditions.ts';
import { nameOf, unitFor } from './model.ts';
import type { Goal } from './solve.ts';
import { TRUE } from './state.ts';
import type { Scope, Term, Terms } from './terms.ts';

/** An action of a rule, with its arguments as units. */
export interface Deed {
  /** Which of the actions it is, from 0. */
  readonly place: number;
  readonly node: CheckedAction['node'];
  readonly action: string;
  readonly target: string | undefined;
  readonly emits: readonly string[];
  /** What is known beforehand of the events it causes, by their fields. */
  readonly tells: Readonly<Record<string, string>>;
  readonly args: ReadonlyMap<string, Unit>;
}

/** An automation or a schedule, with all that decides whether it acts. */
export interface Flow {
  readonly rule: CheckedAutomation | CheckedSchedule;
  readonly name: string;
  readonly file: string;
  readonly params: Unit['params'];
  /** All of them hold when it acts; a `where` of events first. */
  readonly conditions: readonly Unit[];
  readonly deeds: readonly Deed[];
  /** What is done when an action has failed, besides. */
  readonly failures: readonly Deed[];
}

export function flowOf(rule: CheckedAutomation | CheckedSchedule): Flow {
  const trigger = 'trigger' in rule ? rule.trigger : undefined;
  const params = trigger === undefined ? [] : eventParams(trigger);
  const unit = (checked: CheckedExpr): Unit => unitFor(rule, checked.expr, checked.typing, params);
  const deed = ({ node, signature, args }: CheckedAction, place: number): Deed => ({
    place,
    node,
    action: signature.name,
    target: signature.target,
    emits: signature.emits,
    tells: signature.tells,
    args: new Map(
      args.map(({ name, value, typing }) => [name, unitFor(rule, value, typing, params)]),
    ),
  });
  const deeds = (groups: CheckedActions): readonly Deed[] => groups.flat().map(deed);
  return {
    rule,
    name: nameOf(rule.block),
    file: rule.reporter.file,
    params,
    conditions: [trigger?.where, trigger?.condition, rule.condition]
      .filter((checked) => checked !== undefined)
      .map(unit),
    deeds: deeds(rule.actions),
    failures: deeds(rule.onFailure),
  };
}

/** The goals that a rule acts, its names standing for what a scope says. */
export const actsIn = (flow: Flow, scope: Scope, terms: Terms): readonly Goal[] =>
  flow.conditions.map(({ body }) => ({ term: terms.of(body, scope), mask: TRUE }));

/** The goal that two values are the same. */
export function same(left: Term, right: Term, type: Type, terms: Terms): Goal {
  const like = equalityIr(type);
  return { term: terms.compare(like, left, right), mask: TRUE };
}

type CompareIr = Extract<Ir, { kind: 'compare' }>;

function equalityIr(type: Type): CompareIr {
  const kind = present(type).kind;
  const equality: Equality = {
    mode: kind === 'quantity' ? 'near' : kind === 'text' || kind === 'enum' ? 'text' : 'exact',
  };
  const span = { start: 0, end: 0 };
  const side: Ir = { kind: 'const', value: null, span, type, nullable: true };
  const base = { span, type: { kind: 'bool' }, nullable: false } as const;
  return { ...base, kind: 'compare', op: 'eq', equality, left: side, right: side };
}

/** A field of an event as an expression. */
export function fieldOf(event: Unit['params'][number], slot: number, name: string): Ir | undefined {
  const record = present(event.type);
  const type = record.kind === 'record' ? record.fields.get(name) : undefined;
  if (type === undefined) return undefined;
  const base = { span: { start: 0, end: 0 }, nullable: false } as const;
  const target: Ir = { ...base, kind: 'local', slot, name: event.name, type: event.type };
  const border = borderOf(type);
  return { ...base, kind: 'field', target, name, type, border, optional: false };
}
