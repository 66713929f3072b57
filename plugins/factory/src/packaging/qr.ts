import type { BaseContext } from '@qoida/core';
import { localDate } from '../session/shift.ts';
import { shiftSettings } from '../settings.ts';

/** `FG-2025-08-28-000123` (F-ALG-19). */
export const qrText = (date: string, sequence: number): string =>
  `FG-${date}-${String(sequence).padStart(6, '0')}`;

/**
 * The next code of the local date. The counter's row stays locked until commit, so take it last:
 * from here on other packages of the day wait.
 */
export async function nextQr(context: BaseContext): Promise<string> {
  const date = localDate(context.now, shiftSettings(context.settings).zone);
  const [counter] = await context.db.sql<{ last: number }>(
    `insert into qr_counters (local_date, last) values (?, 1)
     on conflict (organization_id, local_date) do update set last = qr_counters.last + 1
     returning last`,
    [date],
  );
  if (counter === undefined) throw new Error('the counter gave no number');
  return qrText(date, counter.last);
}
