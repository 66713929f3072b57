import type { Compiler } from '../compile/js/compile.ts';
import type { Unit, Units } from '../ir/ir.ts';
import { ApiError, needMoment, needRecord } from '../source/api.ts';
import { isRecord, ownCopy, readOwn } from '../source/read.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import { BAD, type Border, enter, leave, type Value } from '../values/border.ts';
import { DEFAULT_ZONE, isZone } from '../values/calendar.ts';
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

/** @throws ApiError for a time or a zone that is none */
export function environmentOf(
  inputs: Readonly<Record<string, unknown>>,
  clock: Clock,
  natives: Natives = NO_NATIVES,
): Environment {
  const { now = new Date(), zone = DEFAULT_ZONE } = clock;
  needMoment(now, 'now');
  if (!isZone(zone))
    throw new ApiError(
      'unknown_zone',
      'zone',
      `is \`${String(zone)}\`, which is no time zone`,
      'give one as `Asia/Tashkent`, or leave it out',
    );
  return { inputs, now: now.getTime(), zone, natives };
}

/**
 * The settings of whoever asks.
 * @throws ApiError where he says nothing of when and where
 */
export function settingsOf<T>(env: { readonly settings?: T }): T | undefined {
  needRecord(env, 'env');
  return env.settings;
}

/** Of what is no record nothing can be read. */
export const NO_RECORD = ownCopy(undefined);

/** Arguments by name, as values. */
export function enterArguments(
  unit: Unit,
  args: Readonly<Record<string, unknown>>,
  zone: string,
): Value[] {
  const given = isRecord(args) ? args : NO_RECORD;
  return unit.params.map(({ name, border }) => {
    const wrong = (): Fault => new Fault('data', unit.body.span, unit.file, [name]);
    const value = enter(readOwn(given, name), border, zone, wrong);
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
