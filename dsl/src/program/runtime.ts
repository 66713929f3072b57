import type { Compiler } from '../compile/js/compile.ts';
import { type Ir, namesIn, type Unit, type Units } from '../ir/ir.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import {
  BAD,
  type Border,
  borderOf,
  enter,
  goesOut,
  leave,
  readOwn,
  type Value,
} from '../values/border.ts';
import { DEFAULT_ZONE } from '../values/calendar.ts';
import { type Environment, type Natives, NO_NATIVES } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';

/** When and where a rule is asked. All of one decision is answered for one instant. */
export interface Clock {
  readonly now?: Date;
  readonly zone?: string;
}

/** What the rules of one program share while they run. */
export interface Runtime {
  readonly units: Units;
  readonly compiler: Compiler;
  readonly natives: Natives;
  /** What records and their fields are called. */
  readonly index: CatalogIndex;
  /** The text of a file, to quote from. */
  source(file: string): string;
}

export function environmentOf(
  inputs: Readonly<Record<string, unknown>>,
  clock: Clock,
  natives: Natives = NO_NATIVES,
): Environment {
  return {
    inputs,
    now: (clock.now ?? new Date()).getTime(),
    zone: clock.zone ?? DEFAULT_ZONE,
    natives,
  };
}

/** A value that must be there and is not, or that can't go out, is a fault of the whole. */
export function settle(value: Value, body: Ir, file: string): Value {
  if (value === null)
    return body.nullable ? null : new Fault('missing', body.span, file, namesIn(body));
  if (value instanceof Fault) return value;
  return heldBack(value, borderOf(body.type), body, file) ?? value;
}

/** Why a value can't go out: of a list, the first element that can't. */
function heldBack(value: Value, border: Border, body: Ir, file: string): Fault | undefined {
  if (value instanceof Fault) return value;
  if (border.kind !== 'list' || !Array.isArray(value))
    return goesOut(value, border) ? undefined : new Fault('range', body.span, file, []);
  for (const item of value as readonly Value[]) {
    const held = heldBack(item, border.of, body, file);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** Arguments by name, as values. */
export function enterArguments(
  unit: Unit,
  args: Readonly<Record<string, unknown>>,
  zone: string,
): Value[] {
  return unit.params.map(({ name, border }) => {
    const wrong = (): Fault => new Fault('data', unit.body.span, unit.file, [name]);
    const value = enter(readOwn(args, name), border, zone, wrong);
    return value === BAD ? wrong() : value;
  });
}

/** What went wrong, as data for others. */
export interface FaultInfo {
  readonly code: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly file: string;
  readonly names: readonly string[];
}

export const faultInfo = ({ code, span, file, names }: Fault): FaultInfo => ({
  code,
  span,
  file,
  names,
});

export type Outcome = { readonly value: unknown } | { readonly fault: FaultInfo };

export function outcomeOf(value: Value, border: Border): Outcome {
  return value instanceof Fault ? { fault: faultInfo(value) } : { value: leave(value, border) };
}
