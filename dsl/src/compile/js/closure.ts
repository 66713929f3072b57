import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';

/** A part of a rule, ready to run: locals live in `frame`, which the caller owns. */
export type Closure = (frame: Value[], environment: Environment) => Value;

/** A compiled unit: values in, a value or a fault out. */
export type UnitClosure = (args: readonly Value[], environment: Environment) => Value;

/** Finds another unit when it is called: units may be compiled in any order. */
export type FindUnit = (name: string) => UnitClosure | undefined;
