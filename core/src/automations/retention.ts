import type { Database } from '../data/index.ts';
import type { Flows } from './flows.ts';

export interface Limits {
  /**
   * Runs that ended longer ago are forgotten, with their actions; never those with a dead action, and what
   * raised an alert not before the alert.
   */
  readonly runDays: number;
  /** Near misses that are older are forgotten. */
  readonly traceDays: number;
  /** Near misses of one rule that are kept at most, the latest ones. */
  readonly tracesOfRule: number;
}

export const limitsOf = (settings: Readonly<Record<string, unknown>>): Limits => ({
  runDays: Number(settings.AUTOMATION_RUN_DAYS ?? 90),
  traceDays: Number(settings.AUTOMATION_TRACE_DAYS ?? 14),
  tracesOfRule: Number(settings.AUTOMATION_TRACES_PER_RULE ?? 500),
});

/** How long a rule keeps what it remembers of a key that nothing more comes of. */
export interface Memory {
  readonly rule: string;
  readonly keptMs: number;
}

/** Rows that one statement deletes at most. */
export const AT_ONCE = 2_000;
const DAY_MS = 86_400_000;

/** The rules with keys, each with the time in which something it remembers could still count. */
export const memoriesOf = ({ automations }: Flows): Memory[] =>
  [...automations.values()]
    .filter(({ rule }) => rule.trigger.keyed && rule.trigger.remembers)
    .map(({ id, rule: { trigger, cooldownMs } }) => ({
      rule: id,
      keptMs: Math.max(DAY_MS, 2 * trigger.durationMs, cooldownMs),
    }));

export interface Housekeeping {
  readonly now: Date;
  readonly mayGoOn: () => boolean;
  readonly memories: readonly Memory[];
}

/** Forgets old runs, near misses and keys, some at a time. @returns how many rows went */
export async function forgetOld(
  db: Database,
  organizationId: string,
  limits: Limits,
  { now, mayGoOn, memories }: Housekeeping,
): Promise<number> {
  const ended = new Date(now.getTime() - limits.runDays * 86_400_000);
  const steps: readonly (readonly [string, readonly unknown[]])[] = [
    [
      `with old as (
         select id from rule_runs r where finished_at < ? and not exists (
           select 1 from rule_actions a where a.run_id = r.id and a.status = 'dead')
           and not exists (select 1 from alerts l where l.run_id = r.id)
         order by finished_at limit ${AT_ONCE}),
       actions as (delete from rule_actions a using old where a.run_id = old.id)
       delete from rule_runs r using old where r.id = old.id returning 1`,
      [ended],
    ],
    [
      `delete from rule_traces where id in (
         select id from rule_traces where created_at < now() - make_interval(days => ?) limit ${AT_ONCE}) returning 1`,
      [limits.traceDays],
    ],
    [
      `delete from rule_traces where id in (
         select id from (select id, row_number() over (partition by rule order by created_at desc) as place
           from rule_traces) as t where place > ? limit ${AT_ONCE}) returning 1`,
      [limits.tracesOfRule],
    ],
  ];
  const keys = { table: 'rule_states', memories, keptDays: limits.runDays } as const;
  return (
    (await forgetRows(db, organizationId, steps, mayGoOn)) +
    (await forgetKeys(db, organizationId, keys, mayGoOn))
  );
}

/**
 * Deletes row by row what statements name, some at a time, so that nobody waits long.
 * @param statements each deletes `AT_ONCE` rows at most and returns them
 * @returns how many went
 */
export async function forgetRows(
  db: Database,
  organizationId: string,
  statements: readonly (readonly [string, readonly unknown[]])[],
  mayGoOn: () => boolean,
): Promise<number> {
  let gone = 0;
  for (const [statement, values] of statements) {
    for (let more = true; more && mayGoOn(); ) {
      const rows = await db.transaction(organizationId, (tx) => tx.sql(statement, values));
      gone += rows.length;
      more = rows.length === AT_ONCE;
    }
  }
  return gone;
}

export interface Keys {
  /** Where triggers keep what they remember. */
  readonly table: 'rule_states' | 'alert_triggers';
  readonly memories: readonly Memory[];
  /** How long one is kept that `once per` has counted for, days. */
  readonly keptDays: number;
}

/**
 * Forgets keys of which nothing is left: no timer, no window, no cooldown. One that `once per` has
 * counted for is kept as long as runs are. They are gone through once, in the order of their index.
 */
export async function forgetKeys(
  db: Database,
  organizationId: string,
  { table, memories, keptDays }: Keys,
  mayGoOn: () => boolean,
): Promise<number> {
  let gone = 0;
  let last: { rule: string; key: string } | undefined = { rule: '', key: '' };
  while (last !== undefined && memories.length > 0 && mayGoOn()) {
    const after: { rule: string; key: string } = last;
    const [row] = await db.transaction(organizationId, (tx) =>
      tx.sql<{ gone: number; rule: string | null; key: string | null }>(
        `with page as (
           select rule, key from ${table} where (rule, key) > (?, ?) order by rule, key limit ${AT_ONCE}
         ), gone as (
           delete from ${table} s using page p, unnest(?::text[], ?::float8[]) as m (rule, ms)
           where s.rule = p.rule and s.key = p.key and m.rule = s.rule and s.timer_at is null
             and s.updated_at < now() - make_interval(secs => m.ms / 1000)
             and (s.state->'done' = '[]' or s.updated_at < now() - make_interval(days => ?))
           returning 1
         ), last as (select rule, key from page order by rule desc, key desc limit 1)
         select (select count(*) from gone) as gone, (select rule from last), (select key from last)`,
        [
          after.rule,
          after.key,
          memories.map(({ rule }) => rule),
          memories.map(({ keptMs }) => keptMs),
          keptDays,
        ],
      ),
    );
    gone += row?.gone ?? 0;
    last = row?.rule == null || row.key === null ? undefined : { rule: row.rule, key: row.key };
  }
  return gone;
}
