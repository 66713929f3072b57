import type { Release } from '../../explain/changes.ts';
import { type Remedy, remediesFor } from '../../explain/remedies.ts';
import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import type { Runtime } from '../runtime.ts';
import { namingIn } from '../telling.ts';
import { elementsOf } from './elements.ts';
import type { PointRule } from './point-rule.ts';
import type { GateRemedyOptions, OtherGate } from './result.ts';

/**
 * What would let a refused gate pass, see `remediesFor`.
 * @param index which element was refused, of a gate with `each`
 * @param decided false where the gate had no value
 */
export function gateRemedies(
  rule: PointRule,
  environment: Environment,
  runtime: Runtime,
  index: number | undefined,
  language: string,
  decided: boolean,
  { gates = [], ...options }: GateRemedyOptions = {},
): readonly Remedy[] {
  const here = gates.filter((gate) => gate.points.some(({ point }) => point === rule.point));
  const count = countRefusals(rule);
  const before = count(environment);
  const others = here.map((gate) => refusedBy(gate, rule.point, environment));
  const name = rule.unit.params[0]?.name;
  const element =
    rule.each === undefined || index === undefined || name === undefined
      ? undefined
      : { name, fact: rule.each.fact, index };
  const locals = (at: Environment): readonly Value[] => {
    if (rule.each === undefined) return [];
    const elements = elementsOf(rule, at);
    return [elements instanceof Fault ? elements : (elements[index ?? 0] ?? null)];
  };
  return remediesFor(
    {
      ...namingIn(runtime, language),
      asked: [{ unit: rule.unit, params: element === undefined ? [] : [element.name] }],
      units: runtime.units,
      environment,
      element,
      release: releaseThatOpens(rule, environment, decided),
      locals,
      passes(at, without = false) {
        if (!without && rule.run(locals(at), at) !== false) return false;
        if (rule.each !== undefined && count(at) >= before) return false;
        return here.every((gate, i) => refusedBy(gate, rule.point, at) <= (others[i] ?? 0));
      },
    },
    options,
  );
}

/**
 * The release after which the same would pass: one that lasts until something else is so, or that is given when
 * the cause is gone. Any other is of the one hit, and the next attempt is refused again (Q6016).
 */
function releaseThatOpens(
  { release, until, target }: PointRule,
  environment: Environment,
  decided: boolean,
): Release | undefined {
  if (release === undefined || release === 'never') return undefined;
  if (release.whenClear) return release;
  if (until === undefined || !decided) return undefined;
  // At the release, what is released is what is there.
  const released = target === undefined ? undefined : environment.inputs[target];
  const at = { ...environment, inputs: { ...environment.inputs, released } };
  return until.run([], at) === false ? release : undefined;
}

/** How many elements of a gate with `each` are refused. */
const countRefusals = (rule: PointRule) => (environment: Environment) => {
  if (rule.each === undefined) return 1;
  const elements = elementsOf(rule, environment);
  if (elements instanceof Fault) return Number.POSITIVE_INFINITY;
  return elements.filter(
    (element) => element instanceof Fault || rule.run([element], environment) !== false,
  ).length;
};

/** How often a gate refuses in other surroundings. */
function refusedBy(gate: OtherGate, point: string, environment: Environment): number {
  const { settings, ...facts } = environment.inputs;
  const result = gate.evaluate(point, facts, {
    now: new Date(environment.now),
    zone: environment.zone,
    settings: settings as Readonly<Record<string, unknown>>,
  });
  return result.verdict === 'pass' ? 0 : result.failures.length;
}
