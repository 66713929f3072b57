import {
  broughtBack,
  type CompiledAlert,
  type CompiledAutomation,
  type FlowContext,
  type FlowInput,
  type TriggerState,
} from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { EVENT_COLUMNS, type OutboxEvent } from '../data/index.ts';
import { flowEventOf } from './flows.ts';

/** A rule with a trigger, under its whole name. */
export interface Remembering {
  readonly id: string;
  readonly rule: CompiledAutomation | CompiledAlert;
  /** Of its meaning: what it remembers is its own only as long as it says the same. */
  readonly hash: string;
}

/** A rule with the key whose state is stepped. */
export interface Place<R extends Remembering = Remembering> {
  readonly found: R;
  readonly key: string;
}

export type Remembered<R extends Remembering = Remembering> = Place<R> & {
  readonly state: TriggerState;
};

export const placeName = ({ found, key }: Place): string => `${found.id}\n${key}`;

/** The table in which rules of a kind remember, and the name under which its keys are locked. */
const LOCKS = { rule_states: 'automation', alert_triggers: 'alert trigger' } as const;
export type Memory = keyof typeof LOCKS;

/** Locks at most, so that no batch fills the server's table of locks. */
const BUCKETS = 256;
/** Undelivered events of one name that are looked at; behind more nobody can tell. */
const MOST_WAITING = 1_000;

/** One at a time on every node until the transaction ends; taken in one order, so nobody waits in a circle. */
export const lockNames = (tx: Tx, what: string, names: readonly string[]): Promise<unknown> =>
  tx.sql(
    `select pg_advisory_xact_lock(lock) from (
       select distinct hashtextextended(?, abs(hashtextextended(name, 0) % ${BUCKETS})) as lock
       from unnest(?::text[]) as n (name) order by 1) as locks`,
    [`qoida.${what} ${tx.organizationId}`, [...names]],
  );

/**
 * What rules remember, locked until the transaction ends: steps of one key come one after another, on every
 * node. What a clock that ran ahead has dated later than now is brought back.
 */
export async function lockStates(
  tx: Tx,
  memory: Memory,
  places: readonly Place[],
  now: Date,
): Promise<Map<string, TriggerState>> {
  if (places.length === 0) return new Map();
  await lockNames(tx, LOCKS[memory], places.map(placeName));
  const rows = await tx.sql<StateRow>(
    `select s.rule, s.key, s.state, s.rule_hash from ${memory} s
     join unnest(?::text[], ?::text[]) as r (rule, key) on r.rule = s.rule and r.key = s.key`,
    [places.map(({ found }) => found.id), places.map(({ key }) => key)],
  );
  const known = new Map(places.map(({ found }) => [found.id, found]));
  return new Map(
    rows.flatMap(({ rule, key, state, rule_hash }): [string, TriggerState][] => {
      const found = known.get(rule);
      if (found?.hash !== rule_hash) return [];
      const cooldownMs = found.rule.kind === 'automation' ? found.rule.cooldownMs : 0;
      const times = { durationMs: found.rule.trigger.durationMs, cooldownMs };
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
  memory: Memory,
  states: readonly Remembered[],
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
    `insert into ${memory} (rule, key, rule_hash, state, timer_at)
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
 * @param asked `handled` are events that the caller gives to the rules itself
 */
export async function heldBack(
  tx: Tx,
  places: readonly Remembered[],
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
  const from = due.reduce((least, { state }) => Math.min(least, heardAt(state)), until);
  const events = await tx.sql<OutboxEvent>(
    `select ${EVENT_COLUMNS} from (
       select *, row_number() over (partition by name order by seq) as place from outbox
       where delivered_at is null and name = any(?::text[]) and occurred_at > ? and occurred_at <= ?
         and not id = any(?::uuid[])) as waiting
     where place <= ${MOST_WAITING + 1} order by seq`,
    [names, new Date(from), new Date(until), [...handled]],
  );
  const byName = Map.groupBy(events.map(flowEventOf), ({ type }) => type);
  return ({ found: { rule }, key }, state) =>
    rule.trigger.events.some((name) => {
      const waiting = byName.get(name) ?? [];
      return (
        waiting.length > MOST_WAITING ||
        waiting.some(
          (event) =>
            event.at > heardAt(state) &&
            event.at <= (state.timer ?? 0) &&
            (rule.key(event, context) ?? '') === key,
        )
      );
    });
}

/** What was heard last; what happened before breaks the silence no more. */
const heardAt = ({ heard }: TriggerState): number => heard?.at ?? 0;

/** A step that is taken at a place. */
export type PlaceStep = Place & { readonly input: FlowInput };

export const timeOf = (input: FlowInput): number =>
  input.kind === 'event' ? input.event.at : input.at;

/** Has a silence lasted by the time of a step? */
export const isDue = (
  { found: { rule }, input }: PlaceStep,
  { timer, spent }: TriggerState,
): boolean => rule.trigger.kind === 'absence' && !spent && timer !== null && timer <= timeOf(input);

/** The places of steps, each once. */
export const placesOf = <S extends Place>(steps: readonly S[]): readonly S[] => [
  ...new Map(steps.map((step) => [placeName(step), step])).values(),
];

/** What the silences at the places of steps wait for, beside the events of the steps themselves. */
export function waitsOf(
  tx: Tx,
  steps: readonly PlaceStep[],
  states: ReadonlyMap<string, TriggerState>,
  context: FlowContext,
): Promise<HeldBack> {
  const known = placesOf(steps).flatMap(({ found, key }) => {
    const state = states.get(placeName({ found, key }));
    return state === undefined ? [] : [{ found, key, state }];
  });
  const until = steps.reduce((latest, { input }) => Math.max(latest, timeOf(input)), 0);
  const handled = steps.flatMap(({ input }) =>
    input.kind === 'event' ? (input.event.id ?? []) : [],
  );
  return heldBack(tx, known, { until, handled: new Set(handled), context });
}
