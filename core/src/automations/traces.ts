import type { FlowInput, Trace } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { type AskedWith, keepSettings } from '../rules/asked-with.ts';
import type { FactValues } from './flows.ts';

/** Why a rule nearly went off and did not. */
export interface NearMissNote extends Omit<Trace, 'outcome' | 'rule'> {
  readonly rule: string;
  readonly outcome: Trace['outcome'] | 'loop' | 'chain_too_long' | 'missed';
  readonly input?: FlowInput;
  /** By what it was decided, where a rule was asked. */
  readonly by?: DecidedBy;
}

/** What a rule was asked by, so that it can be asked the same again. */
export interface DecidedBy {
  readonly rulesHash: string;
  readonly asked: AskedWith & { readonly now: Date };
  readonly facts: FactValues;
}

/** Near misses of one rule that are kept in a minute: in a flood the first tell as much as all. */
const MOST_A_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Says for which rules there is still room for a near miss in this minute. */
export class TraceBudget {
  readonly #taken = new Map<string, number>();
  #minute = 0;

  /** Is there room for one more of this rule? */
  has(rule: string): boolean {
    const minute = Math.floor(performance.now() / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#taken.clear();
    }
    return (this.#taken.get(rule) ?? 0) < MOST_A_MINUTE;
  }

  /** @returns false when this minute has had its share */
  take(rule: string): boolean {
    if (!this.has(rule)) return false;
    this.#taken.set(rule, (this.#taken.get(rule) ?? 0) + 1);
    return true;
  }
}

/** Stands for the event of the near miss itself: its data is kept once. */
export const OWN_EVENT = true;

/** Keeps near misses in the caller's transaction. */
export async function keepTraces(tx: Tx, notes: readonly NearMissNote[]): Promise<void> {
  if (notes.length === 0) return;
  const settings = new Map(notes.flatMap(({ by }) => (by ? [[by.asked.hash, by.asked]] : [])));
  for (const asked of settings.values()) await keepSettings(tx, asked);
  const rows = notes.map(({ rule, key, at, outcome, conditions, events, input, by }) => {
    const event = input?.kind === 'event' ? input.event : undefined;
    return {
      rule,
      key,
      at: new Date(at),
      outcome,
      conditions,
      event_id: event?.id ?? null,
      event_name: event?.type ?? null,
      event: event?.data ?? null,
      rules_hash: by?.rulesHash ?? null,
      decided_at: by?.asked.now ?? null,
      settings_hash: by?.asked.hash ?? null,
      facts: by?.facts ?? null,
      asked_on: events.map((data) => (data !== null && data === event?.data ? OWN_EVENT : data)),
    };
  });
  await tx.sql(
    `insert into rule_traces (rule, key, at, outcome, conditions, event_id, event_name, event, rules_hash, decided_at,
       settings_hash, facts, asked_on)
     select rule, key, at, outcome, conditions, event_id, event_name, event, rules_hash, decided_at, settings_hash, facts,
       asked_on
     from jsonb_to_recordset(?::jsonb) as r (rule text, key text, at timestamptz, outcome text,
       conditions jsonb, event_id uuid, event_name text, event jsonb, rules_hash text, decided_at timestamptz, settings_hash text,
       facts jsonb, asked_on jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** The event of a kept near miss; null where none came. */
export function eventOf({
  event_name,
  event,
}: {
  readonly event_name?: string | null;
  readonly event?: unknown;
}): { readonly type: string; readonly data: Readonly<Record<string, unknown>> } | null {
  if (typeof event !== 'object' || event === null) return null;
  const data = event as Readonly<Record<string, unknown>>;
  if (typeof event_name === 'string') return { type: event_name, data };
  const { type, ...rest } = data;
  return { type: String(type), data: rest };
}
