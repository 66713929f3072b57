import type { Balance } from '../data/sessions.ts';

export type Share = 'good' | 'wip' | 'found' | 'unexplained' | 'excess';

export interface Segment {
  readonly share: Share;
  readonly kg: number;
  /** Place on the bar, from 0 to 1. */
  readonly from: number;
  readonly width: number;
}

export interface BalancePicture {
  readonly segments: readonly Segment[];
  /** Where the input ends on the bar, from 0 to 1; below 1 when more came out than went in. */
  readonly inputAt: number;
}

/** Scrap that was measured, wherever it is now: linked to rework, disposed, or lying outstanding. */
export const foundScrap = (balance: Balance): number =>
  balance.rework_in_linked_kg + balance.disposed_linked_kg + balance.outstanding_kg;

/**
 * The session's mass as a bar: input = good + WIP + scrap found + unexplained.
 * When more came out than went in, the surplus stands beyond the mark of the input.
 */
export function pictureOf(balance: Balance): BalancePicture {
  const missing = balance.unexplained_kg;
  const parts: [Share, number][] = [
    ['good', balance.good_kg],
    ['wip', balance.wip_kg],
    ['found', foundScrap(balance)],
  ];
  const accounted = parts.reduce((sum, [, kg]) => sum + kg, 0);
  const whole = Math.max(balance.input_kg, accounted);
  if (whole <= 0) return { segments: [], inputAt: 1 };
  const shown =
    missing >= 0
      ? [...parts, ['unexplained', missing] as [Share, number]]
      : cutAt(parts, balance.input_kg);
  let from = 0;
  const segments: Segment[] = [];
  for (const [share, kg] of shown) {
    if (kg <= 0) continue;
    segments.push({ share, kg, from: from / whole, width: kg / whole });
    from += kg;
  }
  return { segments, inputAt: balance.input_kg / whole };
}

/** What lies beyond the input becomes one segment of its own. */
function cutAt(parts: readonly [Share, number][], input: number): [Share, number][] {
  const inside: [Share, number][] = [];
  let sum = 0;
  let beyond = 0;
  for (const [share, kg] of parts) {
    const fits = Math.max(0, Math.min(kg, input - sum));
    if (fits > 0) inside.push([share, fits]);
    beyond += kg - fits;
    sum += kg;
  }
  return [...inside, ['excess', beyond]];
}

export interface Gauge {
  /** Δ on the scale of the gauge, from 0 to 1. */
  readonly value: number;
  /** The limit on the same scale. */
  readonly limit: number;
  readonly over: boolean;
}

/** Δ against its limit; the scale keeps both well inside the picture. */
export function gaugeOf(delta: number, limit: number): Gauge {
  const top = Math.max(limit * 1.5, delta * 1.1, 0.001);
  return { value: delta / top, limit: limit / top, over: grams(delta) > grams(limit) };
}

const grams = (kg: number) => Math.round(kg * 1000);
