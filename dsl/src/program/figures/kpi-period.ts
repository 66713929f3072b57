import type { CheckedKpi } from '../../check/blocks/kpis.ts';
import type { Unit } from '../../ir/ir.ts';
import { lower } from '../../ir/lower.ts';
import { borderOf } from '../../values/border.ts';
import { atMidnight, DEFAULT_ZONE, parseDate } from '../../values/calendar.ts';
import type { Clock } from '../runtime.ts';

/** From the first day to the last, both in it: `2025-08-01` to `2025-08-31`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A period in numbers: days since 1970, and the instants it begins with and ends before. */
export interface PeriodBounds {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  /** Is a moment (a date as text, an instant as `Date`) in the period? */
  holds(moment: unknown): boolean;
}

/**
 * A period in the clock's zone.
 * @throws RangeError when its dates do not exist
 */
export function periodOf({ from, to }: Period, { zone = DEFAULT_ZONE }: Clock): PeriodBounds {
  const [first, last] = [parseDate(from), parseDate(to)];
  if (first === undefined || last === undefined)
    throw new RangeError(`no period from ${from} to ${to}`);
  const [start, end] = [atMidnight(first, zone), atMidnight(last + 1, zone)];
  return {
    first,
    last,
    start,
    end,
    holds(moment) {
      if (moment instanceof Date) return moment.getTime() >= start && moment.getTime() < end;
      const day = typeof moment === 'string' ? parseDate(moment) : undefined;
      return day !== undefined && day >= first && day <= last;
    },
  };
}

/** The moment of a row as a unit. */
export function momentUnit(kpi: CheckedKpi): Unit | undefined {
  const { over, signature, reporter } = kpi;
  if (over === undefined) return undefined;
  const body = lower(over.expr, over.typing);
  return {
    name: signature.name,
    file: reporter.file,
    params: signature.params.map(({ name, type }) => ({ name, type, border: borderOf(type) })),
    slots: over.typing.slots,
    body: { ...body, type: over.type, nullable: false },
  };
}
