import { notFound } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { daysOff } from './days-off.ts';
import { flowsOf } from './flows.ts';
import { switchedOff } from './switches.ts';

/** A schedule that runs more often on a day is told by the first run of that day. */
const LISTED_A_DAY = 24;
/** Of many schedules, or many days, fewer runs a day are listed, so that none hides another. */
const MOST_LISTED = 10_000;
const DAY_MS = 86_400_000;

interface Coming {
  readonly rule: string;
  readonly at: Date;
  /** It runs again on that day of the plant, too often to be listed. */
  readonly more: boolean;
}

interface UpcomingQuery {
  readonly runtime: RuleRuntime;
  readonly zone: string;
  readonly now: Date;
  readonly days: number;
  /** Of this schedule alone. */
  readonly rule: string | null;
}

/**
 * What schedules will do in the days to come, in its order. One that is switched off does nothing.
 * @throws Refusal not_found there is no such schedule
 */
export async function upcomingRuns(
  db: Tx,
  { runtime, zone, now, days, rule }: UpcomingQuery,
): Promise<readonly Coming[]> {
  const { schedules } = flowsOf(runtime.snapshot(db.organizationId));
  if (rule !== null && !schedules.has(rule)) throw notFound('schedule', rule);
  const off = await switchedOff(db);
  const asked = [...schedules.values()].filter(
    ({ id }) => (rule === null || id === rule) && !off.has(id),
  );
  const listed = Math.floor(MOST_LISTED / (days * Math.max(1, asked.length)));
  const most = Math.min(LISTED_A_DAY, Math.max(1, listed));
  const options = { zone, holidays: await daysOff(db), most: most + 1 };
  const borders = await bordersOf(db, now, days, zone);
  const items = asked.flatMap(({ id, rule: schedule }) =>
    borders.slice(1).flatMap((to, day) => {
      const runs = schedule.runs(borders[day] ?? now, to, options);
      const more = runs.length > most;
      return (more ? runs.slice(0, 1) : runs).map((at) => ({ rule: id, at, more }));
    }),
  );
  return items.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Now, every midnight of the plant to come, and the end. */
async function bordersOf(db: Tx, now: Date, days: number, zone: string): Promise<readonly Date[]> {
  const end = new Date(now.getTime() + days * DAY_MS);
  const midnights = await db.sql<{ at: Date }>(
    `select at from generate_series(1, ? + 1) as d (n),
       lateral (select ((?::timestamptz at time zone ?)::date + n)::timestamp at time zone ? as at) as midnight
     where at < ? order by at`,
    [days, now, zone, zone, end],
  );
  return [now, ...midnights.map(({ at }) => at), end];
}
