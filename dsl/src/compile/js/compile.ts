import type { Unit, Units } from '../../ir/ir.ts';
import { BAD, type Border, enter, readOwn, type Value } from '../../values/border.ts';
import { dateOf } from '../../values/calendar.ts';
import { compareValues, sameKey } from '../../values/compare.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import { callStrict, type Scalar, type StrictName } from '../../values/functions.ts';
import { isZero, near, roundTo, steps } from '../../values/numbers.ts';
import { closeUnit, type UnitClosure } from './closures.ts';
import { emitUnit } from './emit.ts';
import { verifyEmitted } from './verify.ts';

/** Returned by generated code where the ordinary road ends. */
const BAIL: unique symbol = Symbol('bail');

type Straight = (args: readonly Value[], e: Environment) => Value | typeof BAIL;
type Factory = (
  H: typeof HELPERS,
  C: readonly unknown[],
  U: readonly Straight[],
  B: typeof BAIL,
) => Straight;

/** What generated code may call. */
const HELPERS = {
  own: (target: unknown, name: string): unknown =>
    typeof target === 'object' && target !== null ? readOwn(target, name) : undefined,
  enter(data: unknown, border: Border, zone: string): unknown {
    let wrong = false;
    const value = enter(data, border, zone, () => {
      wrong = true;
      return new Fault('data', { start: 0, end: 0 }, '', []);
    });
    return wrong || value === BAD || value === null ? BAIL : value;
  },
  today: (e: Environment): number => dateOf(e.now, e.zone),
  member(x: Value, list: readonly Value[], step: number | undefined): unknown {
    let found = false;
    for (const item of list) {
      if (item === null) return BAIL;
      found ||= sameKey(x, item, step);
    }
    return found;
  },
  call(name: StrictName, args: readonly Scalar[], zone: string): unknown {
    const value = callStrict(name, args, zone);
    return typeof value === 'number' && !Number.isFinite(value) ? BAIL : value;
  },
  compare: compareValues,
  roundTo,
  isZero,
  near,
  steps,
};

/** Factories by their text: rules of one shape are generated once. */
const factories = new Map<string, Factory>();
const MAX_FACTORIES = 5_000;

function factoryOf(text: string): Factory {
  const known = factories.get(text);
  if (known !== undefined) return known;
  verifyEmitted(text);
  const made = new Function('H', 'C', 'U', 'B', `"use strict";\n${text}`) as Factory;
  if (factories.size >= MAX_FACTORIES) factories.clear();
  factories.set(text, made);
  return made;
}

/** May this place run generated code? Asked once, with a harmless text. */
let allowed: boolean | undefined;
function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function('return true;')() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

export interface Compiler {
  /** The unit as a function; compiled when first asked for. */
  get(name: string): UnitClosure | undefined;
  compile(unit: Unit): UnitClosure;
}

export interface CompilerOptions {
  /** False: only closures, as where generated code is forbidden. */
  readonly generate?: boolean;
}

/**
 * Compiles units to functions: generated code where that is allowed, with closures behind it.
 * @param units the formulas the units may call
 */
export function createCompiler(units: Units, options: CompilerOptions = {}): Compiler {
  const generate = options.generate ?? mayGenerate();
  const closures = new Map<string, UnitClosure>();
  const straights = new Map<string, Straight | undefined>();
  const ready = new Map<string, UnitClosure>();

  function closure(name: string): UnitClosure | undefined {
    const unit = units.get(name);
    if (unit === undefined) return undefined;
    const made = closures.get(name) ?? closeUnit(unit, closure);
    closures.set(name, made);
    return made;
  }

  function straightOf(unit: Unit): Straight | undefined {
    const emitted = emitUnit(unit);
    if (emitted === undefined) return undefined;
    const callees = emitted.units.map(straight);
    if (callees.some((callee) => callee === undefined)) return undefined;
    return factoryOf(emitted.text)(HELPERS, emitted.constants, callees as Straight[], BAIL);
  }

  function straight(name: string): Straight | undefined {
    if (straights.has(name)) return straights.get(name);
    const unit = units.get(name);
    const made = unit && straightOf(unit);
    straights.set(name, made);
    return made;
  }

  function join(fast: Straight | undefined, exact: UnitClosure): UnitClosure {
    if (fast === undefined) return exact;
    return (args, e) => {
      const value = fast(args, e);
      return value === BAIL ? exact(args, e) : (value as Value);
    };
  }

  return {
    get(name) {
      const exact = closure(name);
      if (exact === undefined) return undefined;
      const made = ready.get(name) ?? join(generate ? straight(name) : undefined, exact);
      ready.set(name, made);
      return made;
    },
    compile: (unit) => join(generate ? straightOf(unit) : undefined, closeUnit(unit, closure)),
  };
}
