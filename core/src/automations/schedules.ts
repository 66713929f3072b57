import { randomUUID } from 'node:crypto';
import type { CompiledSchedule, ScheduleOptions } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { Database, Transaction } from '../data/index.ts';
import { askedWith } from '../rules/asked-with.ts';
import { daysOff } from './days-off.ts';
import { contextAt, type FlowClock, type FlowRule, type Flows, factsRead } from './flows.ts';
import { keepRuns } from './runs.ts';
import { switchedOff } from './switches.ts';
import { type DecidedBy, keepTraces } from './traces.ts';

/** What a schedule remembers: the latest of its planned runs that was dealt with. */
interface ScheduleState {
  readonly upTo: number;
  /** Its next planned run, and how late the latest began: the standing fact `schedule_lag` reads both. */
  readonly next?: number | null;
  readonly late?: { readonly at: number; readonly seconds: number } | undefined;
}

type Schedule = FlowRule<CompiledSchedule>;

interface Asking extends FlowClock {
  readonly flows: Flows;
  readonly now: Date;
}

interface SchedulesOptions {
  readonly db: Database;
  readonly organizationId: string;
  /** A run that comes later than this was missed, in milliseconds (SCHEDULER_GRACE_SEC). */
  readonly graceMs: number;
  /** Told how late a run begins, in seconds. */
  readonly late: ((seconds: number) => void) | undefined;
}

interface ScheduleParts extends Asking, Pick<SchedulesOptions, 'graceMs' | 'late'> {
  readonly holidays: readonly string[];
}

/** Begins what is due of all schedules; each is looked at again only when its next run comes. */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #next = new Map<string, number>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** The rules, the days off or the clock are others now: all are looked at once more. */
  lookAgain(): void {
    this.#next.clear();
  }

  /**
   * @param standing adds how things stand, where a schedule asks
   * @returns the moment of the next run
   */
  async run<P extends Asking>(
    parts: P,
    standing: (tx: Transaction, asked: readonly Schedule[]) => Promise<P>,
  ): Promise<number> {
    const { db, organizationId, graceMs, late } = this.#options;
    const all = [...parts.flows.schedules.values()];
    const nextOf = ({ id }: Schedule) => this.#next.get(id) ?? 0;
    const due = all.filter((schedule) => nextOf(schedule) <= parts.now.getTime());
    if (due.length > 0) {
      const { off, holidays } = await db.read(organizationId, async (tx) => ({
        off: await switchedOff(tx),
        holidays: due.some(({ rule }) => rule.holidays !== undefined) ? await daysOff(tx) : [],
      }));
      for (const schedule of due) {
        const next = off.has(schedule.id)
          ? null
          : await db.transaction(organizationId, async (tx) =>
              runDue(tx, schedule, {
                ...(await standing(tx, [schedule])),
                graceMs,
                late,
                holidays,
              }),
            );
        this.#next.set(schedule.id, next?.getTime() ?? Infinity);
      }
    }
    return all.map(nextOf).reduce((a, b) => Math.min(a, b), Infinity);
  }
}

interface Due {
  readonly fresh: readonly Date[];
  readonly missed: readonly Date[];
}

/** What of a schedule was planned since the last look. */
function dueSince(
  rule: CompiledSchedule,
  upTo: number,
  options: ScheduleOptions,
  { now, graceMs }: ScheduleParts,
): Due {
  const since = new Date(upTo + 1);
  const grace = new Date(Math.max(upTo + 1, now.getTime() - graceMs));
  return {
    fresh: rule.latest(grace, new Date(now.getTime() + 1), MOST_FRESH, options),
    missed: rule.latest(since, grace, MOST_NOTED + 1, options),
  };
}

/** What was due under an earlier text that was replaced before its turn came. */
function dueBefore(next: number | null, { now, graceMs }: ScheduleParts): Due {
  if (next === null || next > now.getTime()) return { fresh: [], missed: [] };
  const due = [new Date(next)];
  return next >= now.getTime() - graceMs ? { fresh: due, missed: [] } : { fresh: [], missed: due };
}

/** After a long time away the latest of those that were missed tell enough. */
const MOST_NOTED = 100;
/** Of a schedule that runs by the second within a long grace. */
const MOST_FRESH = 10_000;

/**
 * Begins what is due of one schedule, inside the caller's transaction; each planned moment once
 * (S-DM-15). A new schedule counts from now on; so does one whose text is another, but for the run that
 * was due before.
 * @returns when to look again; null for never
 */
async function runDue(tx: Tx, schedule: Schedule, parts: ScheduleParts): Promise<Date | null> {
  const { id, rule, hash } = schedule;
  const now = parts.now.getTime();
  const options = { zone: parts.zone, holidays: parts.holidays };
  const [row] = await tx.sql<{ state: ScheduleState; rule_hash: string }>(
    `select state, rule_hash from rule_states where rule = ? and key = '' for update`,
    [id],
  );
  const { fresh, missed } =
    row?.rule_hash === hash
      ? dueSince(rule, row.state.upTo, options, parts)
      : dueBefore(row?.state.next ?? null, parts);
  const last = missed.at(-1);
  // Of several that were missed one is made up for, and none where a fresh one follows at once.
  const madeUp = last !== undefined && rule.missed === 'run' && fresh.length === 0;
  await noteMissed(tx, schedule, madeUp ? missed.slice(0, -1) : missed, parts);
  if (madeUp) await begin(tx, schedule, last, parts);
  let { late } = row?.state ?? {};
  for (const planned of fresh) {
    await begin(tx, schedule, planned, parts);
    late = { at: now, seconds: (now - planned.getTime()) / 1000 };
    parts.late?.(late.seconds);
  }
  const next = rule.next(parts.now, options) ?? null;
  await tx.sql(
    `insert into rule_states (rule, key, rule_hash, state, timer_at) values (?, '', ?, ?::jsonb, null)
     on conflict (organization_id, rule, key) do update
       set rule_hash = excluded.rule_hash, state = excluded.state, timer_at = null, updated_at = now()`,
    [
      id,
      hash,
      JSON.stringify({ upTo: now, next: next?.getTime() ?? null, late } satisfies ScheduleState),
    ],
  );
  return next;
}

async function begin(
  tx: Tx,
  { id, rule, facts }: Schedule,
  planned: Date,
  parts: ScheduleParts,
): Promise<void> {
  const context = contextAt(parts.now, parts);
  const asked = rule.asks(context);
  const by = decidedBy(facts, parts);
  const at = planned.getTime();
  if (!asked.holds) {
    const { conditions } = asked;
    await keepTraces(tx, [{ rule: id, key: '', at, outcome: 'if', conditions, events: [], by }]);
    return;
  }
  const run = {
    kind: 'schedule' as const,
    rule: id,
    firing: { key: '', at, events: [], causes: [] },
    chain: [id],
    conditions: asked.conditions,
    ...by,
    plan: rule.actions(context),
    traceId: randomUUID(),
    people: [],
  };
  await keepRuns(tx, [run]);
}

function decidedBy(facts: readonly string[], parts: ScheduleParts): DecidedBy {
  return {
    rulesHash: parts.flows.hash,
    asked: { ...askedWith(parts.flows.catalog, parts), now: parts.now },
    facts: factsRead(facts, parts.facts),
  };
}

function noteMissed(
  tx: Tx,
  { id, facts }: Schedule,
  missed: readonly Date[],
  parts: ScheduleParts,
): Promise<void> {
  const by = decidedBy(facts, parts);
  const plain = { rule: id, key: '', outcome: 'missed' as const, conditions: [], events: [], by };
  return keepTraces(
    tx,
    missed.slice(-MOST_NOTED).map((at) => ({ ...plain, at: at.getTime() })),
  );
}
