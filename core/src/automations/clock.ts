import type { Tx } from '../api/operations.ts';
import type { Flows } from './flows.ts';
import { keepStates, lockStates, type Place, placeName } from './memory.ts';

/** A step back of the clock up to here is a tick of its setting, not a mend. */
const BACK_MS = 1_000;
/** No action waits longer than this for its next try. */
const LONGEST_WAIT_MS = 2 * 3_600_000;
/** As the language has it: what is less ahead is left alone. */
const SKEW_MS = 60_000;

/** Sees when the clock of this node is put back. */
export class ClockWatch {
  #latest = Number.NEGATIVE_INFINITY;

  /** @returns whether the clock shows less than it did at an earlier look */
  wentBack(now: Date): boolean {
    const at = now.getTime();
    const back = at < this.#latest - BACK_MS;
    this.#latest = at;
    return back;
  }
}

/** Rules and keys that a clock which ran ahead lets wait longer than they ever do. */
export const statesAhead = (
  tx: Tx,
  { automations }: Flows,
  now: Date,
  limit: number,
): Promise<{ rule: string; key: string }[]> => {
  const rules = [...automations.values()].filter(
    ({ rule }) => rule.trigger.durationMs > 0 || rule.cooldownMs > 0,
  );
  const ms = now.getTime() + SKEW_MS;
  return tx.sql(
    `select s.rule, s.key from rule_states s
     join unnest(?::text[], ?::float8[], ?::float8[]) as r (rule, duration, cooldown) on r.rule = s.rule
     where (s.state->>'timer')::float8 > ? + r.duration or (s.state->>'quietUntil')::float8 > ? + r.cooldown
     order by s.rule, s.key limit ?`,
    [
      rules.map(({ id }) => id),
      rules.map(({ rule }) => rule.trigger.durationMs),
      rules.map(({ rule }) => rule.cooldownMs),
      ms,
      ms,
      limit,
    ],
  );
};

/** Keeps states as they are once the clock is right again. */
export async function bringStatesBack(tx: Tx, places: readonly Place[], now: Date): Promise<void> {
  const states = await lockStates(tx, 'rule_states', places, now);
  const kept = places.flatMap((place) => {
    const state = states.get(placeName(place));
    return state === undefined ? [] : [{ ...place, state }];
  });
  await keepStates(tx, 'rule_states', kept);
}

/** Actions that were put off by such a clock are due now. */
export const bringActionsBack = (tx: Tx, now: Date): Promise<unknown> =>
  tx.sql(`update rule_actions set next_at = ? where status = 'ready' and next_at > ?`, [
    now,
    new Date(now.getTime() + LONGEST_WAIT_MS),
  ]);
