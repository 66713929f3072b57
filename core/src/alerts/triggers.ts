import { broughtBack, type FlowContext, type TriggerState } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { flowEventOf } from '../automations/flows.ts';
import { EVENT_COLUMNS, type OutboxEvent } from '../data/index.ts';
import type { AlertRule } from './rules.ts';

/** An alert with the key whose trigger is stepped. */
export interface Place {
  readonly found: AlertRule;
  readonly key: string;
}

export const placeName = ({ found, key }: Place): string => `${found.id}\n${key}`;

/** Locks at most, so that no batch fills the server's table of locks. */
const BUCKETS = 256;
/** Undelivered events that are looked at; behind more nobody can tell. */
const MOST_WAITING = 1_000;

/** One at a time on every node until the transaction ends; taken in one order, so nobody waits in a circle. */
export const lockNames = (tx: Tx, what: string, names: readonly string[]): Promise<unknown> =>
  tx.sql(
    `select pg_advisory_xact_lock(lock) from (
       select distinct hashtextextended(?, abs(hashtextextended(name, 0) % ${BUCKETS})) as lock
       from unnest(?::text[]) as n (name) order by 1) as locks`,
    [`qoida.${what} ${tx.organizationId}`, [...names]],
  );

/** What triggers remember, locked until the transaction ends; what a clock ran ahead of is brought back. */
export async function lockTriggers(
  tx: Tx,
  places: readonly Place[],
  now: Date,
): Promise<Map<string, TriggerState>> {
  if (places.length === 0) return new Map();
  await lockNames(tx, 'alert trigger', places.map(placeName));
  const rows = await tx.sql<{
    rule: string;
    key: string;
    state: TriggerState;
    rule_hash: string;
  }>(
    `select t.rule, t.key, t.state, t.rule_hash from alert_triggers t
     join unnest(?::text[], ?::text[]) as r (rule, key) on r.rule = t.rule and r.key = t.key`,
    [places.map(({ found }) => found.id), places.map(({ key }) => key)],
  );
  const known = new Map(places.map(({ found }) => [found.id, found]));
  return new Map(
    rows.flatMap(({ rule, key, state, rule_hash }): [string, TriggerState][] => {
      const found = known.get(rule);
      if (found?.hash !== rule_hash) return [];
      const times = { durationMs: found.rule.trigger.durationMs, cooldownMs: 0 };
      return [[`${rule}\n${key}`, broughtBack(state, now.getTime(), times)]];
    }),
  );
}

/** Keeps what triggers remember now. */
export async function keepTriggers(
  tx: Tx,
  states: readonly (Place & { readonly state: TriggerState })[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ found, key, state }) => ({
    rule: found.id,
    key,
    rule_hash: found.hash,
    state,
    timer_at: state.timer === null ? null : new Date(state.timer),
  }));
  await tx.sql(
    `insert into alert_triggers (rule, key, rule_hash, state, timer_at)
     select rule, key, rule_hash, state, timer_at from jsonb_to_recordset(?::jsonb)
       as r (rule text, key text, rule_hash text, state jsonb, timer_at timestamptz)
     on conflict (organization_id, rule, key) do update
       set rule_hash = excluded.rule_hash, state = excluded.state, timer_at = excluded.timer_at,
           updated_at = now()`,
    [JSON.stringify(rows)],
  );
}

/** Is something on its way that a silence would be broken by, had it arrived? */
export type HeldBack = (place: Place, state: TriggerState) => boolean;

/**
 * Looks for events that happened but were not delivered yet, as after a restart: until they are, no silence
 * that they break has lasted. Where more wait than can be looked through, every silence of their kind does.
 * @param asked `handled` are events that the caller gives to the triggers itself
 */
export async function heldBack(
  tx: Tx,
  places: readonly (Place & { readonly state: TriggerState })[],
  asked: {
    readonly until: number;
    readonly handled: ReadonlySet<string>;
    readonly context: FlowContext;
  },
): Promise<HeldBack> {
  const { until, handled, context } = asked;
  const due = places.filter(
    ({ found: { rule }, state }) =>
      rule.trigger.kind === 'absence' && state.timer !== null && state.timer <= until,
  );
  if (due.length === 0) return () => false;
  const names = [...new Set(due.flatMap(({ found: { rule } }) => rule.trigger.events))];
  const events = await tx.sql<OutboxEvent>(
    `select ${EVENT_COLUMNS} from outbox
     where delivered_at is null and name = any(?::text[]) and occurred_at <= ?
       and not id = any(?::uuid[])
     order by seq limit ${MOST_WAITING + 1}`,
    [names, new Date(until), [...handled]],
  );
  const waiting = events.map(flowEventOf);
  return ({ found: { rule }, key }, state) => {
    const breaking = waiting.filter(({ type }) => rule.trigger.events.includes(type));
    if (breaking.length > MOST_WAITING) return true;
    return breaking.some(
      (event) => event.at <= (state.timer ?? 0) && (rule.key(event, context) ?? '') === key,
    );
  };
}
