import { blocksNamedIn, type CompiledAutomation, type CompiledSchedule } from '@qoida/dsl';
import { notFound } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import { pageOf } from '../data/paging.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { daysOff } from './days-off.ts';
import { type FlowRule, flowsOf } from './flows.ts';
import { withWhy } from './history.ts';
import type { WordedFor } from './reasons.ts';
import { goneDevicesIn } from './removal.ts';

interface Sight {
  readonly runtime: RuleRuntime;
  readonly now: Date;
  readonly zone: string;
}

interface Paging {
  readonly page: number;
  readonly page_size: number;
}

export interface RuleQuery extends Sight, Paging {
  readonly search: string | null;
  readonly kind: 'automation' | 'schedule' | null;
  readonly state: 'on' | 'off' | 'dead' | null;
}

/** A page of what acts by itself, each with what it did lately. */
export async function listRules(db: Tx, query: RuleQuery) {
  const { offset, page, page_size } = pageOf(query);
  const off = await offOf(db);
  const dead = await deadOf(db);
  const wanted = query.search?.toLowerCase() ?? '';
  const { automations, schedules } = flowsOf(query.runtime.snapshot(db.organizationId));
  const found = [
    ...(query.kind === 'schedule' ? [] : automations.values()),
    ...(query.kind === 'automation' ? [] : schedules.values()),
  ]
    .filter(({ id }) => id.toLowerCase().includes(wanted))
    .filter(({ id }) => {
      if (query.state === 'dead') return dead.has(id);
      return query.state === null || off.has(id) === (query.state === 'off');
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const shown = found.slice(offset, offset + page_size);
  const lately = await latelyOf(
    db,
    shown.map(({ id }) => id),
  );
  const sight = { ...query, holidays: await daysOff(db) };
  const items = shown.map((entry) => ({
    ...viewOf(entry, sight),
    ...latestOf(lately, entry.id),
    dead: dead.get(entry.id) ?? 0,
    ...switchOf(off, entry.id),
  }));
  return { items, page, page_size, total: found.length };
}

/** One of them, with its text and the devices in it that are gone. @throws Refusal not_found */
export async function oneRule(db: Tx, rule: string, sight: Sight) {
  const snapshot = sight.runtime.snapshot(db.organizationId);
  const { automations, schedules } = flowsOf(snapshot);
  const entry = automations.get(rule) ?? schedules.get(rule);
  if (entry === undefined) throw notFound('automation', rule);
  const source = snapshot.modules.find(({ module }) => module === entry.rule.module)?.text ?? '';
  const block = blocksNamedIn(source).find(({ name }) => name === entry.rule.name);
  const text = block?.text.trim() ?? '';
  const lately = await latelyOf(db, [rule]);
  return {
    ...viewOf(entry, { ...sight, holidays: await daysOff(db) }),
    ...latestOf(lately, rule),
    dead: (await deadOf(db)).get(rule) ?? 0,
    ...switchOf(await offOf(db), rule),
    text,
    gone_devices: await goneDevicesIn(db, text),
  };
}

/** Timers that wait, the next one first, with what each waits for. */
export async function listTimers(db: Tx, query: Paging & { readonly rule: string | null }) {
  const { offset, page, page_size } = pageOf(query);
  const where = 'timer_at is not null and (?::text is null or rule = ?)';
  const items = await db.sql<{ rule: string; key: string; at: Date; since: Date | null }>(
    `select rule, key, timer_at as at,
       to_timestamp(coalesce((state->'heard'->>'at')::float8, (state->>'since')::float8) / 1000) as since
     from rule_states where ${where} order by timer_at, rule, key limit ? offset ?`,
    [query.rule, query.rule, page_size, offset],
  );
  const [count] = await db.sql<{ total: number }>(
    `select count(*) as total from rule_states where ${where}`,
    [query.rule, query.rule],
  );
  return { items, page, page_size, total: count?.total ?? 0 };
}

interface DeadAction {
  readonly id: string;
  readonly run_id: string;
  readonly kind: string;
  readonly rule: string;
  readonly phase: string;
  readonly action: string;
  readonly target: string | null;
  readonly args: unknown;
  readonly attempts: number;
  readonly reason: string | null;
  readonly message: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly finished_at: Date | null;
  /** Actions of the run that were passed over because of it. */
  readonly passed_over: number;
}

/** Actions that were given up and wait for a person, the latest first. */
export async function listDead(db: Tx, query: Paging, words: WordedFor) {
  const { offset, page, page_size } = pageOf(query);
  const rows = await db.sql<DeadAction>(
    `select a.id, a.run_id, r.kind, r.rule, a.phase, a.action, a.target, a.args, a.attempts, a.reason, a.message,
       a.details, a.finished_at,
       (select count(*) from rule_actions o where o.run_id = a.run_id and o.phase = a.phase
        and o.status = 'skipped' and o.reason = 'earlier_failed') as passed_over
     from rule_actions a join rule_runs r on r.id = a.run_id
     where a.status = 'dead' order by a.created_at desc, a.id limit ? offset ?`,
    [page_size, offset],
  );
  const [count] = await db.sql<{ total: number }>(
    `select count(*) as total from rule_actions where status = 'dead'`,
  );
  const items = await withWhy(db, rows, words);
  return { items, page, page_size, total: count?.total ?? 0 };
}

interface Lately {
  readonly rule: string;
  readonly last_run_at: Date | null;
  readonly last_status: string | null;
  readonly last_miss_at: Date | null;
  readonly runs_24h: number;
  readonly next_timer_at: Date | null;
}

async function latelyOf(db: Tx, rules: readonly string[]): Promise<ReadonlyMap<string, Lately>> {
  const rows = await db.sql<Lately>(
    `select r.rule, last.created_at as last_run_at, last.status as last_status,
       (select max(t.created_at) from rule_traces t where t.rule = r.rule) as last_miss_at,
       (select count(*) from rule_runs x
        where x.rule = r.rule and x.created_at > now() - interval '1 day') as runs_24h,
       (select min(s.timer_at) from rule_states s where s.rule = r.rule) as next_timer_at
     from unnest(?::text[]) as r (rule)
     left join lateral (
       select created_at, status from rule_runs x where x.rule = r.rule order by created_at desc limit 1
     ) last on true`,
    [rules],
  );
  return new Map(rows.map((row) => [row.rule, row]));
}

function latestOf(lately: ReadonlyMap<string, Lately>, rule: string) {
  const { last_run_at, last_status, last_miss_at, runs_24h, next_timer_at } =
    lately.get(rule) ?? NEVER;
  return { last_run_at, last_status, last_miss_at, runs_24h, next_timer_at };
}

const NEVER: Omit<Lately, 'rule'> = {
  last_run_at: null,
  last_status: null,
  last_miss_at: null,
  runs_24h: 0,
  next_timer_at: null,
};

async function deadOf(db: Tx): Promise<ReadonlyMap<string, number>> {
  const rows = await db.sql<{ rule: string; dead: number }>(
    `select r.rule, count(*) as dead from rule_actions a join rule_runs r on r.id = a.run_id
     where a.status = 'dead' group by r.rule`,
  );
  return new Map(rows.map(({ rule, dead }) => [rule, dead]));
}

interface Off {
  readonly rule: string;
  readonly reason: string;
  readonly changed_at: Date;
}

async function offOf(db: Tx): Promise<ReadonlyMap<string, Off>> {
  const rows = await db.sql<Off>('select rule, reason, changed_at from rule_switches where off');
  return new Map(rows.map((row) => [row.rule, row]));
}

const switchOf = (off: ReadonlyMap<string, Off>, rule: string) => ({
  on: !off.has(rule),
  off_since: off.get(rule)?.changed_at ?? null,
  off_reason: off.get(rule)?.reason ?? null,
});

function viewOf(
  entry: FlowRule<CompiledAutomation | CompiledSchedule>,
  { now, zone, holidays }: Sight & { readonly holidays: readonly string[] },
) {
  const { rule } = entry;
  const common = {
    rule: entry.id,
    module: rule.module,
    name: rule.name,
    doc: rule.doc ?? null,
    effects: rule.effects,
  };
  if (rule.kind === 'automation') {
    const { trigger, cooldownMs } = rule;
    return { ...common, kind: rule.kind, trigger, cooldown_ms: cooldownMs, next_run_at: null };
  }
  return {
    ...common,
    kind: rule.kind,
    timing: rule.timing,
    zone: rule.zone ?? zone,
    missed: rule.missed,
    holidays: rule.holidays ?? null,
    next_run_at: rule.next(now, { zone, holidays }) ?? null,
  };
}
