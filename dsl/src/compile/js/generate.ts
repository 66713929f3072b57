import type { Unit, Units } from '../../ir/ir.ts';
import { type Emitted, type Entry, emitUnit } from './emit.ts';
import { type Asked, HELPERS, type Helpers } from './helpers.ts';
import { verifyEmitted } from './verify.ts';

/**
 * A rule as a function of plain values. The third argument goes to `Slow` as it is: it tells one
 * way of asking from another.
 */
export type Straight = (values: unknown, asked?: Asked, how?: unknown) => unknown;

type Factory = (
  H: Helpers,
  C: readonly unknown[],
  N: readonly string[],
  P: object,
  D: object,
  S: Straight,
) => Straight;

/**
 * Factories by their text and the names it reads. Rules that differ in their constants alone share
 * one; where other names are read a function of its own learns the shapes of its own records.
 */
const factories = new Map<string, Factory>();
const MAX_FACTORIES = 5_000;

function factoryOf({ text, names }: Emitted): {
  readonly factory: Factory;
  readonly isNew: boolean;
} {
  const key = `${names.join('\n')}\n${text}`;
  const known = factories.get(key);
  if (known !== undefined) return { factory: known, isNew: false };
  verifyEmitted(text, names);
  const factory = new Function('H', 'C', 'N', 'P', 'D', 'S', `"use strict";\n${text}`) as Factory;
  if (factories.size >= MAX_FACTORIES) factories.clear();
  factories.set(key, factory);
  return { factory, isNew: true };
}

/** May this place run generated code? Asked once, with a harmless text. */
let allowed: boolean | undefined;
export function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function('return true;')() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/** How often the end of the road is run beforehand, and what is there then. */
const REHEARSALS = 100;
const NOTHING: Straight = () => false;

/**
 * A unit as generated code, or undefined when it has to run as closures.
 * @param slow answers what the straight road does not: exactly, faults included
 */
export function generate(
  unit: Unit,
  units: Units,
  entry: Entry,
  slow: Straight,
): Straight | undefined {
  const emitted = emitUnit(unit, units, entry);
  if (emitted === undefined) return undefined;
  const { factory, isNew } = factoryOf(emitted);
  const beyond = { answer: NOTHING };
  const end: Straight = (values, asked, how) => beyond.answer(values, asked, how);
  const made = factory(
    HELPERS,
    emitted.constants,
    emitted.names,
    Object.prototype,
    Date.prototype,
    end,
  );
  // A call that was never seen keeps an engine from optimising the loop a condition is asked in.
  // Beside a number it would do harm: the number would have to be handed on as an object.
  const times = isNew && unit.body.type.kind === 'bool' ? REHEARSALS : 0;
  for (let i = 0; i < times; i++) made(null);
  // What was rehearsed is gone now: an engine that optimises a loop leaves it here, and keeps the
  // registers for the road.
  beyond.answer = slow;
  return made;
}
