import type { Asked } from '../../deep/places.ts';
import { type Remedy, type RemedyOptions, remediesFor } from '../../explain/remedies.ts';
import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import type { Rule } from '../flow/rule.ts';
import { elementsOf } from '../gate/elements.ts';
import type { Runtime } from '../runtime.ts';
import { namingIn } from '../telling.ts';
import type { PlaceRule } from './place-rule.ts';

/** An approval at a place, with how it is asked whether anybody has to agree. */
export interface Conditional {
  readonly rule: PlaceRule;
  readonly runtime: Runtime;
  readonly environment: Environment;
  isNeeded(environment: Environment): boolean;
}

/**
 * The smallest changes of facts for which nobody has to agree; none where nobody has, or where the
 * approval has no condition.
 */
export function remediesOfApproval(
  { rule, runtime, environment, isNeeded }: Conditional,
  language: string,
  options?: RemedyOptions,
): readonly Remedy[] {
  const conditions = [rule.when, ...rule.stages].filter((one) => one !== undefined);
  if (conditions.length === 0 || !isNeeded(environment)) return [];
  const element = elementOf(rule, conditions, environment);
  const params = element === undefined ? [] : [element.name];
  const locals = (at: Environment, { unit }: Asked): readonly Value[] => {
    if (rule.each === undefined) return [];
    const elements = elementsOf({ each: rule.each, unit }, at);
    return [elements instanceof Fault ? elements : (elements[element?.index ?? 0] ?? null)];
  };
  return remediesFor(
    {
      ...namingIn(runtime, language),
      asked: conditions.map(({ unit }) => ({ unit, params })),
      units: runtime.units,
      environment,
      element,
      locals,
      passes: (at) => !isNeeded(at),
    },
    options,
  );
}

/** The first element for which one of the conditions does not say no. */
function elementOf(rule: PlaceRule, conditions: readonly Rule[], environment: Environment) {
  const [first] = conditions;
  const name = first?.unit.params[0]?.name;
  if (rule.each === undefined || first === undefined || name === undefined) return undefined;
  const elements = elementsOf({ each: rule.each, unit: first.unit }, environment);
  if (elements instanceof Fault) return undefined;
  const index = elements.findIndex((element) =>
    conditions.some(({ run }) => element instanceof Fault || run([element], environment) !== false),
  );
  return index < 0 ? undefined : { name, fact: rule.each.fact, index };
}
