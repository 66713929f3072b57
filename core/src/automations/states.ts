import { broughtBack, type CompiledAutomation, type TriggerState } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { EVENT_COLUMNS, type OutboxEvent } from '../data/index.ts';
import { type FlowRule, flowEventOf } from './flows.ts';

export type Automation = FlowRule<CompiledAutomation>;

/** A rule with the key whose state is stepped. */
export interface Place {
  readonly automation: Automation;
  readonly key: string;
}

export const placeName = ({ automation, key }: Place): string => `${automation.id}\n${key}`;

/** Locks at most, so that no batch fills the server's table of locks. */
const BUCKETS = 256;
/** Undelivered events that are looked at; behind more nobody can tell. */
const MOST_WAITING = 1_000;

/**
 * What rules remember, locked until the transaction ends: steps of one key come one after another, on
 * every node. All are locked in one order, so that nobody waits in a circle. What a clock that ran ahead
 * has dated later than now is brought back.
 */
export async function lockStates(
  tx: Tx,
  places: readonly Place[],
  now: Date,
): Promise<Map<string, TriggerState>> {
  if (places.length === 0) return new Map();
  const rules = places.map(({ automation }) => automation.id);
  const keys = places.map(({ key }) => key);
  await tx.sql(
    `select pg_advisory_xact_lock(lock) from (
       select distinct hashtextextended(?, abs(hashtextextended(rule || chr(10) || key, 0) % ${BUCKETS})) as lock
       from unnest(?::text[], ?::text[]) as r (rule, key) order by 1) as locks`,
    [`qoida.automation ${tx.organizationId}`, rules, keys],
  );
  const rows = await tx.sql<StateRow>(
    `select s.rule, s.key, s.state, s.rule_hash from rule_states s
     join unnest(?::text[], ?::text[]) as r (rule, key) on r.rule = s.rule and r.key = s.key`,
    [rules, keys],
  );
  const known = new Map(places.map(({ automation }) => [automation.id, automation]));
  return new Map(
    rows.flatMap(({ rule, key, state, rule_hash }): [string, TriggerState][] => {
      const automation = known.get(rule);
      if (automation?.hash !== rule_hash) return [];
      const { cooldownMs, trigger } = automation.rule;
      const times = { durationMs: trigger.durationMs, cooldownMs };
      return [[`${rule}\n${key}`, broughtBack(state, now.getTime(), times)]];
    }),
  );
}

interface StateRow {
  readonly rule: string;
  readonly key: string;
  readonly state: TriggerState;
  readonly rule_hash: string;
}

/** Keeps what rules remember now. */
export async function keepStates(
  tx: Tx,
  states: readonly (Place & { readonly state: TriggerState })[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ automation, key, state }) => ({
    rule: automation.id,
    key,
    rule_hash: automation.hash,
    state,
    timer_at: state.timer === null ? null : new Date(state.timer),
  }));
  await tx.sql(
    `insert into rule_states (rule, key, rule_hash, state, timer_at)
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
 * Looks for events that happened but were not delivered yet, as after a restart: until they are, no
 * silence that they break has lasted.
 * @param handled events that the caller is about to give to the rules itself
 */
export async function heldBack(
  tx: Tx,
  places: readonly (Place & { readonly state: TriggerState })[],
  until: number,
  handled: ReadonlySet<string>,
): Promise<HeldBack> {
  const due = places.filter(
    ({ automation: { rule }, state }) =>
      rule.trigger.kind === 'absence' && state.timer !== null && state.timer <= until,
  );
  if (due.length === 0) return () => false;
  const names = [...new Set(due.flatMap(({ automation: { rule } }) => rule.trigger.events))];
  const heard = due.map(({ state }) => state.heard?.at ?? 0);
  const events = await tx.sql<OutboxEvent>(
    `select ${EVENT_COLUMNS} from outbox
     where delivered_at is null and name = any(?) and occurred_at > ? and occurred_at <= ?
     order by seq limit ${MOST_WAITING + 1}`,
    [names, new Date(heard.reduce((a, b) => Math.min(a, b))), new Date(until)],
  );
  if (events.length > MOST_WAITING) return () => true;
  const waiting = events.filter(({ id }) => !handled.has(id)).map(flowEventOf);
  return ({ automation: { rule }, key }, state) => {
    const from = state.heard?.at ?? 0;
    const to = from + rule.trigger.durationMs;
    const context = { now: new Date(until) };
    return waiting.some(
      (event) =>
        rule.trigger.events.includes(event.type) &&
        event.at > from &&
        event.at <= to &&
        (rule.key(event, context) ?? '') === key,
    );
  };
}

/** Keeps states as they are once the clock is right again. */
export async function bringStatesBack(tx: Tx, places: readonly Place[], now: Date): Promise<void> {
  const states = await lockStates(tx, places, now);
  const kept = places.flatMap((place) => {
    const state = states.get(placeName(place));
    return state === undefined ? [] : [{ ...place, state }];
  });
  await keepStates(tx, kept);
}
