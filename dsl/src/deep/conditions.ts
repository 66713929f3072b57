import type { CheckedAlert } from '../check/blocks/alerts.ts';
import type { CheckedAutomation } from '../check/blocks/automations.ts';
import type { CheckedEntity } from '../check/blocks/entities.ts';
import type { CheckedFormula } from '../check/blocks/formulas.ts';
import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import { INCLUDED } from '../check/blocks/kpis.ts';
import type { CheckedFigures } from '../check/blocks/parts.ts';
import type { CheckedSchedule } from '../check/blocks/schedules.ts';
import type { CheckedScreen } from '../check/blocks/screens.ts';
import type { CheckedExpr, CheckedTrigger } from '../check/blocks/triggers.ts';
import type { Unit } from '../ir/ir.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import { claimsOn, whyOf } from './claim.ts';
import { exclusions, toldAt, witnessIn } from './examples.ts';
import { finding } from './finding.ts';
import { type DeepModel, nameOf, quoted, unitFor } from './model.ts';
import { impossible } from './solve.ts';
import { TRUE } from './state.ts';
import { Terms } from './terms.ts';

/** Conditions that are always or never true, parts that say nothing, branches that are dead. */
export function formulaConditions({ signature }: CheckedFormula, model: DeepModel): Diagnostic[] {
  const unit = model.units.get(signature.name);
  return unit === undefined ? [] : claimsOn(unit, model);
}

/** The element that `each` names, as a parameter. */
export const eachParams = ({ each }: Pick<GatePoint, 'each'>): Unit['params'] =>
  each === undefined ? [] : [{ name: each.name, type: each.of, border: borderOf(each.of) }];

export const gateUnit = (gate: CheckedGate, at: GatePoint): Unit =>
  unitFor(gate, gate.mode.condition, at.typing, eachParams(at));

/** A gate means the same at all its points, unless their facts are of different types. */
export function gateConditions(gate: CheckedGate, model: DeepModel): Diagnostic[] {
  const headline = { never: 'gateNever', always: 'gateAlways' } as const;
  const at = (point: GatePoint) => claimsOn(gateUnit(gate, point), model, headline);
  const [first, ...others] = gate.points;
  let found = first === undefined ? [] : at(first);
  for (const point of others) {
    if (found.length === 0) break;
    const there = at(point).map(keyOf);
    found = found.filter((item) => there.includes(keyOf(item)));
  }
  return found;
}

const keyOf = ({ code, span }: Diagnostic): string => `${code} ${span.start} ${span.end}`;

/** The steps of a KPI, the terms of a balance. A KPI whose `where` never holds has no rows. */
export function figureConditions(figures: CheckedFigures, model: DeepModel): Diagnostic[] {
  return figures.parts.flatMap(({ name, unit: unitName, derived }) => {
    const unit = model.units.get(unitName);
    if (unit === undefined || derived) return [];
    return claimsOn(unit, model, name === INCLUDED ? { never: 'rowsNever' } : {});
  });
}

/** What an automation or an alert waits for, and what it asks then. */
export function triggerConditions(
  rule: CheckedAutomation | CheckedAlert,
  model: DeepModel,
): Diagnostic[] {
  const { trigger } = rule;
  const params = eventParams(trigger);
  const unit = (checked: CheckedExpr | undefined): Unit | undefined =>
    checked && unitFor(rule, checked.expr, checked.typing, params);
  const name = nameOf(rule.block);
  const never = { never: 'neverFires', params: { name } } as const;
  const [where, condition, asked] = [trigger.where, trigger.condition, rule.condition].map(unit);
  const found = [
    ...(where === undefined ? [] : claimsOn(where, model, never)),
    ...(condition === undefined
      ? []
      : claimsOn(condition, model, { ...never, always: 'firesOnce' })),
    ...(asked === undefined ? [] : claimsOn(asked, model, never)),
  ];
  if (found.length > 0) return found;
  // A silence may have no event before it to which the question could be put.
  return together([trigger.kind === 'absence' ? undefined : where, condition, asked], name, model);
}

/** The events of a trigger as parameters, each with a name of its own. */
export const eventParams = ({ events }: CheckedTrigger): Unit['params'] =>
  events.map(({ event, name, type }, slot) => ({
    name: name ?? (slot === 0 ? event : `${event} ${slot + 1}`),
    type,
    border: { kind: 'record' },
  }));

/** What each alone may be true can't be true together: the event that counts and the question. */
function together(
  units: readonly (Unit | undefined)[],
  name: string,
  model: DeepModel,
): Diagnostic[] {
  const asked = units.filter((unit) => unit !== undefined);
  const last = asked.at(-1);
  if (asked.length < 2 || last === undefined) return [];
  const terms = new Terms(model.units);
  const goals = asked.map((unit) => ({
    term: terms.of(unit.body, terms.scopeOf(unit)),
    mask: TRUE,
  }));
  if (!impossible(goals, terms)) return [];
  const { file, body } = last;
  const texts = asked.map((unit) => quoted(unit.body, file, model));
  const sides = asked.map((unit, i) => ({ asked: { unit }, name: texts[i] ?? '' }));
  const shown = exclusions(sides, model);
  if (shown === undefined) return [];
  const parts = asked.slice(0, -1).map((unit, i) => ({
    file,
    span: unit.body.span,
    message: texts[i] ?? '',
  }));
  const related = [...parts, ...toldAt(file, body.span, shown)];
  const params = { name, text: texts.at(-1) ?? '', why: whyOf({ kind: 'never' }, texts) };
  return [finding('neverFires', file, body.span, params, { ...witnessIn(shown), related })];
}

export function scheduleConditions(schedule: CheckedSchedule, model: DeepModel): Diagnostic[] {
  if (schedule.condition === undefined) return [];
  const { expr, typing } = schedule.condition;
  const name = nameOf(schedule.block);
  return claimsOn(unitFor(schedule, expr, typing), model, {
    never: 'neverFires',
    params: { name },
  });
}

/** The conditions of an entity's moves. */
export const entityConditions = (entity: CheckedEntity, model: DeepModel): Diagnostic[] =>
  entity.moves.flatMap(({ condition }) =>
    condition === undefined
      ? []
      : claimsOn(unitFor(entity, condition.expr, condition.typing), model),
  );

/** Rows that a list shows, and buttons that are there only sometimes. */
export function screenConditions(screen: CheckedScreen, model: DeepModel): Diagnostic[] {
  const row = (type: Type): Unit['params'] => [{ name: 'row', type, border: borderOf(type) }];
  const lists = screen.lists.flatMap(({ where, element }) =>
    where === undefined
      ? []
      : claimsOn(unitFor(screen, where.expr, where.typing, row(element)), model),
  );
  const buttons = screen.buttons.flatMap(({ condition }) =>
    condition === undefined
      ? []
      : claimsOn(unitFor(screen, condition.expr, condition.typing), model),
  );
  return [...lists, ...buttons];
}
