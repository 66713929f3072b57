import { randomUUID } from 'node:crypto';
import type { Actor, Tx } from '../api/operations.ts';
import { decision } from '../rules/records.ts';
import { objectRefsOf, scalarFacts } from './fact-values.ts';
import type { GateHit } from './gates.ts';

export interface DecisionEntry {
  readonly point: string;
  readonly verdict: 'allowed' | 'refused' | 'warned';
  readonly hits: readonly GateHit[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly rulesHash: string;
  readonly actor: Actor;
  readonly traceId: string;
}

/** Keeps what was decided and on which facts, so that it can be explained years later. */
export async function keepDecision(tx: Tx, entry: DecisionEntry): Promise<string> {
  const row = await tx.of(decision).insert({
    point: entry.point,
    verdict: entry.verdict,
    failed: [...new Set(entry.hits.map((hit) => hit.gate))],
    facts: scalarFacts(entry.facts),
    rules_hash: entry.rulesHash,
    actor_id: entry.actor.id,
    actor: entry.actor.name,
    trace_id: entry.traceId,
  });
  return row.id;
}

/**
 * Writes the gate log (F-M13-02): one open row per gate, point and objects; a repeated hit counts up.
 * @returns the row's id of each hit
 */
export async function logGateHits(
  tx: Tx,
  hits: readonly GateHit[],
  context: { point: string; decisionId: string; actor: Actor; now: Date },
): Promise<Map<GateHit, string>> {
  const ids = new Map<GateHit, string>();
  for (const hit of hits) {
    const [row] = await tx.sql<{ id: string }>(UPSERT, [
      randomUUID(),
      hit.gate,
      hit.module,
      context.point,
      hit.mode.kind,
      JSON.stringify(hit.object_ref),
      hit.object_ref.session ?? null,
      hit.message,
      JSON.stringify(hit.explanation ?? null),
      [...hit.release_roles],
      hit.when_clear,
      hit.releasable,
      context.decisionId,
      context.now,
      context.actor.name,
    ]);
    if (row !== undefined) ids.set(hit, row.id);
  }
  return ids;
}

/**
 * Closes open rows of gates that nobody may release, once the point is asked again for the same objects
 * and the gate lets it pass: the cause is gone.
 */
export async function clearPassed(
  tx: Tx,
  point: string,
  facts: Readonly<Record<string, unknown>>,
  hits: readonly GateHit[],
  now: Date,
): Promise<void> {
  await tx.sql(
    `update gate_log set released_at = ?, note = 'cleared'
      where point = ? and released_at is null and not releasable
        and object_ref = any(?::jsonb[]) and not (gate = any(?))`,
    [
      now,
      point,
      objectRefsOf(facts).map((ref) => JSON.stringify(ref)),
      hits.map((hit) => hit.gate),
    ],
  );
}

const UPSERT = `
insert into gate_log (id, gate, module, point, mode, object_ref, session_id, message, explanation,
                      release_roles, when_clear, releasable, decision_id, last_hit_at, hit_by)
values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?)
on conflict (organization_id, gate, point, object_ref) where released_at is null
do update set hits = gate_log.hits + 1, last_hit_at = excluded.last_hit_at, message = excluded.message,
              explanation = excluded.explanation, decision_id = excluded.decision_id, hit_by = excluded.hit_by
returning id`;
