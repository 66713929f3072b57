import type { Unit, Units } from '../ir/ir.ts';
import { typeText } from '../types/type.ts';
import type { Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import type { Naming } from './facts.ts';
import { type Remedy, type RemedyOptions, remediesFor } from './remedies.ts';

/** How a condition should come out. */
export interface WantedOptions extends RemedyOptions {
  /** True where nothing else is said. */
  readonly wants?: boolean;
}

/** A condition, and how it is asked. */
export interface Condition {
  readonly unit: Unit;
  readonly units: Units;
  readonly environment: Environment;
  readonly naming: Naming;
  /** Its parameters in other surroundings. */
  locals(environment: Environment): readonly Value[];
  /** Its value there; a fault or nothing where there is none. */
  value(environment: Environment): Value;
}

/**
 * The smallest changes of facts for which a condition comes out as wanted, see `remediesFor`; none
 * where it does.
 * @throws TypeError for what is neither true nor false
 */
export function remediesWanting(
  { unit, units, environment, naming, locals, value }: Condition,
  { wants = true, ...options }: WantedOptions = {},
): readonly Remedy[] {
  const { type } = unit.body;
  if (type.kind !== 'bool' && type.kind !== 'dynamic')
    throw new TypeError(
      `${unit.name} gives ${typeText(type)}: only what is true or false is wanted`,
    );
  const passes = (at: Environment): boolean => value(at) === wants;
  if (passes(environment)) return [];
  return remediesFor({ ...naming, asked: [{ unit }], units, environment, locals, passes }, options);
}
