import type { BaseContext, RowOf } from '@qoida/core';
import { invalid } from '@qoida/core';
import { grams, kg, shareOf } from '../mass.ts';
import type { packageRecord } from '../packaging/records.ts';
import { scaleOf, weigh } from '../weighing.ts';

/** How the inspector parted a package; exactly one of the three ways (F-ALG-13). */
export interface SplitInput {
  readonly device_id: string | null;
  readonly capture_id: string | null;
  /** Which part lies on the scale. */
  readonly weighed: 'ok' | 'reject' | null;
  readonly ok_length_m: number | null;
  readonly ok_kg: number | null;
}

export interface SplitParts {
  readonly ok_kg: number;
  readonly reject_kg: number;
  readonly source: 'split_rs' | 'split_derived';
  readonly scale_event_id: string | null;
}

/** The OK part of grams by length, half away from zero; the rest by subtraction (F-INV-07). */
export const okByLength = (parent: number, length: number, okLength: number): number =>
  shareOf(parent, Math.round(okLength * 100), Math.round(length * 100));

/**
 * Parts a package so that both parts sum to it to the gram.
 * @throws Refusal validation_error split_way, split_out_of_range
 */
export async function partsOf(
  context: BaseContext,
  row: RowOf<typeof packageRecord>,
  input: SplitInput,
): Promise<SplitParts> {
  const ways = [input.device_id ?? input.capture_id, input.ok_length_m, input.ok_kg];
  if (ways.filter((way) => way !== null).length !== 1) {
    throw invalid(
      'split_way',
      'Weigh one part, or give the OK length, or the OK weight: one of them',
    );
  }
  const parent = grams(row.weight_kg ?? 0);
  if (input.device_id !== null || input.capture_id !== null)
    return weighedParts(context, row, input, parent);
  const ok =
    input.ok_kg === null ? derivedOk(row, parent, input.ok_length_m ?? 0) : grams(input.ok_kg);
  return { ...inRange(parent, ok), source: 'split_derived', scale_event_id: null };
}

function derivedOk(row: RowOf<typeof packageRecord>, parent: number, okLength: number): number {
  if (row.length_m === null || row.length_m <= 0) {
    throw invalid('split_way', 'The package has no length to divide by');
  }
  return okByLength(parent, row.length_m, okLength);
}

async function weighedParts(
  context: BaseContext,
  row: RowOf<typeof packageRecord>,
  input: SplitInput,
  parent: number,
): Promise<SplitParts> {
  const scale = await scaleOf(context, input);
  const part = input.weighed ?? 'ok';
  const bound = await weigh(context, scale, { package_id: row.id, part });
  const measured = grams(bound.net_kg);
  const ok = part === 'ok' ? measured : parent - measured;
  return { ...inRange(parent, ok), source: 'split_rs', scale_event_id: bound.scale_event_id };
}

function inRange(
  parent: number,
  ok: number,
): { readonly ok_kg: number; readonly reject_kg: number } {
  if (ok > 0 && ok < parent) return { ok_kg: kg(ok), reject_kg: kg(parent - ok) };
  throw invalid('split_out_of_range', 'Both parts must be above zero', {
    ok_kg: kg(ok),
    package_kg: kg(parent),
  });
}
