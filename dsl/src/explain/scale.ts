import type { Asked } from '../deep/places.ts';
import type { Ir, Units } from '../ir/ir.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../values/border.ts';
import {
  DAY_MS,
  dateOf,
  formatDate,
  formatTime,
  parseDate,
  parseInstant,
  parseTime,
} from '../values/calendar.ts';
import type { Environment } from '../values/environment.ts';
import type { Fact } from './facts.ts';

/** The values a fact can be moved to, numbered by steps from where it stands (0). */
export interface Scale {
  /** How far comparisons are looked at to see how they change. */
  readonly stride: number;
  readonly lowest: number;
  readonly highest: number;
  /** Is there a value now? Then step 0 is no change. */
  readonly stands: boolean;
  /** Steps worth trying that no condition gives: to 0, to the present. */
  readonly known: readonly number[];
  /** The plain value at a step. */
  at(step: number): unknown;
}

const MINUTE_MS = 60_000;
/** Steps beyond which a change is no advice. */
const FURTHEST = 1e12;

/**
 * The scale of a fact: numbers by the resolution of their field, else by one for whole plain
 * numbers and by a thousandth of the unit; days, and minutes for moments and times. What isn't
 * negative stays so unless its field may be, and no number leaves the range of its field; what has
 * been is not moved: dates and moments end no earlier than now.
 */
export function scaleOf(
  type: Type,
  { data, range }: Pick<Fact, 'data' | 'range'>,
  { now, zone }: Environment,
): Scale | undefined {
  switch (type.kind) {
    case 'quantity': {
      const stands = typeof data === 'number' && Number.isFinite(data);
      const from = stands ? data : 0;
      const { unit, resolution } = type;
      const whole = unit.text === '' && Number.isInteger(from);
      const kept = resolution === undefined ? undefined : (resolution * unit.div) / unit.mul;
      const step = kept ?? (whole ? 1 : 0.001);
      const decimals = Math.max(decimalsOf(from), decimalsOf(step));
      const at = (steps: number): number => Number((from + steps * step).toFixed(decimals)) + 0;
      const least = range.min ?? (from < 0 ? -Infinity : 0);
      const lowest = Math.max(-FURTHEST, Math.ceil((least - from) / step - 1e-9));
      const most = range.max ?? Infinity;
      const highest = Math.min(FURTHEST, Math.floor((most - from) / step + 1e-9));
      const stride = Math.max(1, Math.round(Math.abs(from) / step / 1000));
      const known = [Math.min(highest, Math.max(lowest, Math.round(-from / step)))];
      return { stride, lowest, highest, stands, known, at };
    }
    case 'date': {
      const today = dateOf(now, zone);
      const from = typeof data === 'string' ? parseDate(data) : undefined;
      const start = from ?? today;
      return {
        ...along(today - start, FURTHEST, from !== undefined),
        at: (steps) => formatDate(start + steps),
      };
    }
    case 'instant': {
      const from = instantOf(data, zone);
      const start = from ?? now;
      const base = Math.floor(start / MINUTE_MS);
      return {
        ...along(Math.ceil(now / MINUTE_MS) - base, FURTHEST / MINUTE_MS, from !== undefined),
        at: (steps) => new Date((base + steps) * MINUTE_MS).toISOString(),
      };
    }
    case 'time': {
      const from = typeof data === 'string' ? parseTime(data) : undefined;
      const base = Math.floor((from ?? 0) / MINUTE_MS);
      const last = DAY_MS / MINUTE_MS - 1;
      const range = { lowest: -base, highest: last - base, stands: from !== undefined, stride: 1 };
      return { ...range, known: [-base], at: (steps) => formatTime((base + steps) * MINUTE_MS) };
    }
    default:
      return undefined;
  }
}

/** How many decimals a number is written with, 12 at most. */
function decimalsOf(x: number): number {
  let decimals = 0;
  while (decimals < 12 && Number(x.toFixed(decimals)) !== x) decimals++;
  return decimals;
}

const along = (lowest: number, highest: number, stands: boolean) => ({
  lowest,
  highest,
  stands,
  known: [lowest, lowest + 1],
  stride: 1,
});

function instantOf(data: unknown, zone: string): number | undefined {
  if (typeof data === 'string') return parseInstant(data, zone);
  return data instanceof Date && !Number.isNaN(data.getTime()) ? data.getTime() : undefined;
}

/** By how much the sides of each comparison differ, in the order they were evaluated. */
export type Gaps = ReadonlyMap<Ir, readonly number[]>;

/** Rules that decide something, and what their parameters are in given surroundings. */
export interface Deciding {
  readonly asked: readonly Asked[];
  readonly units: Units;
  locals(environment: Environment, asked: Asked): readonly Value[];
}

/** How far each comparison of the rules is from turning, formulas and elements included. */
export function gapsOf({ asked, units, locals }: Deciding, environment: Environment): Gaps {
  const last = new Map<Ir, Value>();
  const gaps = new Map<Ir, number[]>();
  const watch = (ir: Ir, value: Value): void => {
    last.set(ir, value);
    if (ir.kind !== 'compare') return;
    const [left, right] = [last.get(ir.left), last.get(ir.right)];
    const gap = typeof left === 'number' && typeof right === 'number' ? left - right : NaN;
    const known = gaps.get(ir);
    if (known === undefined) gaps.set(ir, [gap]);
    else known.push(gap);
  };
  for (const one of asked)
    evaluateUnit(one.unit, locals(environment, one), { units, environment, watch });
  return gaps;
}

/**
 * Where comparisons turn along a scale: the zeros of their differences, by secants, so exact for
 * linear ones after the first; nearest first, each with its neighbours.
 * @param gaps the differences at a step
 */
export function turningsOf(
  scale: Scale,
  gaps: (step: number) => Gaps | undefined,
): readonly number[] {
  const base = gaps(0);
  if (base === undefined) return [];
  const found = new Set(scale.known);
  for (const side of [1, -1]) {
    const away = side * scale.stride;
    const moved = gaps(away);
    if (moved === undefined) break;
    // What has no value here, as divided by 0, may have one beside it.
    if ([...base.values()].flat().some(Number.isNaN)) found.add(side).add(away);
    for (const [ir, values] of base)
      for (const [i, gap] of values.entries()) {
        const zero = zeroFrom(gap, away, moved.get(ir)?.[i]);
        if (zero === undefined) continue;
        for (const near of around(refined(ir, i, gap, zero))) found.add(near);
      }
  }
  return [...found]
    .filter((step) => step >= scale.lowest && step <= scale.highest)
    .filter((step) => step !== 0 || !scale.stands)
    .sort((a, b) => Math.abs(a) - Math.abs(b));

  /** Again from where the first line led, for what isn't a line. */
  function refined(ir: Ir, i: number, gap: number, first: number): number {
    let zero = first;
    for (let round = 0; round < ROUNDS; round++) {
      const step = Math.round(zero);
      if (step === 0) return zero;
      const there = gaps(step)?.get(ir)?.[i];
      if (there === undefined || Math.abs(there) <= 1e-9) return zero;
      const next = zeroFrom(gap, step, there);
      if (next === undefined || Math.abs(next - zero) < 1) return next ?? zero;
      zero = next;
    }
    return zero;
  }
}

const ROUNDS = 4;

const around = (zero: number): readonly number[] => {
  const step = Math.round(zero);
  return [step - 1, step, step + 1];
};

/** Where a line through (0, gap) and (step, there) is 0. */
function zeroFrom(gap: number, step: number, there: number | undefined): number | undefined {
  if (there === undefined || there === gap) return undefined;
  const zero = (-gap * step) / (there - gap);
  return Number.isFinite(zero) && Math.abs(zero) <= FURTHEST ? zero : undefined;
}

/**
 * The smallest change along a scale for which something holds: the nearest of the tried steps that
 * does, moved back to where one step less does not.
 */
export function nearestStep(
  scale: Scale,
  tried: readonly number[],
  holds: (step: number) => boolean,
): number | undefined {
  // What lies outside the scale counts as failed.
  const failed: [number, number] = [Math.min(0, scale.highest + 1), Math.max(0, scale.lowest - 1)];
  for (const step of tried) {
    const side = step < 0 ? 0 : 1;
    if (!holds(step)) {
      failed[side] = step;
      continue;
    }
    if (step === 0) return 0;
    return bisect(failed[side], step, holds);
  }
  return undefined;
}

/** Between a step for which something doesn't hold and one for which it does. */
function bisect(without: number, withIt: number, holds: (step: number) => boolean): number {
  let [low, high] = [without, withIt];
  while (Math.abs(high - low) > 1) {
    const middle = Math.trunc((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
