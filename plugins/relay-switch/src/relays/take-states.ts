import type { device, Facts, RowOf, RunContext, Shape } from '@qoida/core';
import { relayChanged } from '../events.ts';
import { relay, type Source } from '../records.ts';

/** How a relay stands, and who is known to have moved it; `relay` null: all of them. */
export interface Told {
  readonly relay: number | null;
  readonly on: boolean;
  readonly source: Source;
  readonly owner: string | null;
}

/**
 * Takes over how relays stand: each that stands otherwise than known is kept, audited and told once
 * (S-SYN-01, S-SYN-02). What the device says is the truth (S-OP-06).
 * @returns the indexes of those that changed
 */
export async function takeStates(
  { db, now, emit }: Pick<RunContext<Shape, Facts>, 'db' | 'now' | 'emit'>,
  { id: device_id, code }: RowOf<typeof device>,
  told: readonly Told[],
): Promise<number[]> {
  const changed: number[] = [];
  for (const row of await db.of(relay).list({ device_id }, { sort: 'relay', lock: true })) {
    const said = told.find((one) => one.relay === null || one.relay === row.relay);
    const state = said?.on ? 'on' : 'off';
    if (said === undefined || state === row.state) continue;
    const { source, owner } = said;
    await db.of(relay).update(row.id, { state, source, updated_at: now });
    await emit(relayChanged, { device_id, code, relay: row.relay, state, source, owner });
    changed.push(row.relay);
  }
  return changed;
}
