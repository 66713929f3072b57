import type { Unit, Units } from '../../ir/ir.ts';
import type { UnitClosure } from './closure.ts';
import { closeUnit } from './closures.ts';
import type { Entry } from './emit.ts';
import { generate, mayGenerate, type Straight } from './generate.ts';
import { swiftly } from './swift.ts';

export type { UnitClosure } from './closure.ts';
export type { Straight } from './generate.ts';

export interface Compiler {
  /** A formula as closures, by name. */
  get(name: string): UnitClosure | undefined;
  /** A unit as closures: exact, faults included; made when it is first run. */
  compile(unit: Unit): UnitClosure;
  /**
   * A unit as a function of plain values: generated code, or closures where none may be generated,
   * with `slow` where their road ends.
   */
  straight(unit: Unit, entry: Entry, slow: Straight): Straight;
}

export interface CompilerOptions {
  /** False: only closures, as where generated code is forbidden. */
  readonly generate?: boolean;
}

/**
 * Compiles units to functions.
 * @param units the formulas the units may call
 */
export function createCompiler(units: Units, options: CompilerOptions = {}): Compiler {
  const generated = options.generate ?? mayGenerate();
  const closures = new Map<string, UnitClosure>();

  function get(name: string): UnitClosure | undefined {
    const unit = units.get(name);
    if (unit === undefined) return undefined;
    const made = closures.get(name) ?? compile(unit);
    closures.set(name, made);
    return made;
  }

  function compile(unit: Unit): UnitClosure {
    let made: UnitClosure | undefined;
    return (args, environment) => {
      made ??= closeUnit(unit, get);
      return made(args, environment);
    };
  }

  return {
    get,
    compile,
    straight: (unit, entry, slow) =>
      (generated ? generate(unit, units, entry, slow) : swiftly(unit, units, entry, slow)) ?? slow,
  };
}
