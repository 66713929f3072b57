import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { gateLog } from './records.ts';

export interface Closing {
  readonly now: Date;
  /** What is told as the reason: a person's, or what removed the cause. */
  readonly note: string;
  /** Who released it; nobody where its cause is gone. */
  readonly by?: string | null;
  /** Its cause is gone: what comes after is a new case, which no release covers. */
  readonly causeGone?: boolean;
  /** The paused record as it was then: what `released` means in a gate's `until`. */
  readonly facts?: Record<string, unknown> | null;
}

/**
 * Closes one open row of the gate log: the only way there is, so that each leaves the same trace in the audit
 * (`open → released`, F-M13-02).
 */
export const closeGate = (
  db: Tx,
  id: string,
  { now, note, by = null, facts = null, causeGone = false }: Closing,
): Promise<RowOf<typeof gateLog>> =>
  db.of(gateLog).update(id, {
    released_at: now,
    released_by: by,
    released_facts: facts,
    cause_gone: causeGone,
    note,
  });

/** Open rows of a gate that were hit with any of these objects, locked, in an order that all keep. */
export async function openGatesOf(
  db: Tx,
  gate: string,
  objects: readonly Readonly<Record<string, string>>[],
): Promise<string[]> {
  const rows = await db.sql<{ id: string }>(
    `select id from gate_log where gate = ? and released_at is null and object_ref @> any(?::jsonb[])
      order by id for update`,
    [gate, objects.map((object) => JSON.stringify(object))],
  );
  return rows.map((row) => row.id);
}
