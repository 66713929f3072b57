import type { CompiledGate } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import type { GateHit } from './gates.ts';

/** A hit that an earlier release still covers, with the record as it was when that was given. */
export interface CoveredHit {
  readonly hit: GateHit;
  readonly released: unknown;
}

/**
 * Leaves out the hits that a release still covers: a gate with `release … until EXPR` stays released for
 * the same objects until the expression holds (a higher ratio than was released, say). What can't be
 * evaluated covers nothing.
 */
export async function withoutReleased(
  tx: Tx,
  hits: readonly GateHit[],
  gates: readonly CompiledGate[],
  judged: { point: string; facts: Readonly<Record<string, unknown>>; env: EvaluationContext },
): Promise<{ left: GateHit[]; covered: CoveredHit[] }> {
  const left: GateHit[] = [];
  const covered: CoveredHit[] = [];
  for (const hit of hits) {
    const release = gates.find(({ name }) => name === hit.gate)?.release;
    const until = release === undefined || release === 'never' ? undefined : release.until;
    if (until === undefined || hit.fault !== undefined) {
      left.push(hit);
      continue;
    }
    const released = await lastRelease(tx, hit, judged.point);
    const over = released && until(judged.point, judged.facts, released.facts, judged.env);
    if (over === undefined || !('value' in over) || over.value !== false) left.push(hit);
    else covered.push({ hit, released: released?.facts });
  }
  return { left, covered };
}

/**
 * The newest release of this gate on these objects, with the paused record as it was then, where it pauses one.
 * Where its cause was gone meanwhile, the release is of another case.
 */
async function lastRelease(
  tx: Tx,
  hit: GateHit,
  point: string,
): Promise<{ readonly facts: unknown } | undefined> {
  const [row] = await tx.sql<{ released_facts: unknown; cause_gone: boolean }>(
    `select released_facts, cause_gone from gate_log
      where gate = ? and point = ? and object_ref = ?::jsonb and released_at is not null
      order by released_at desc limit 1`,
    [hit.gate, point, JSON.stringify(hit.object_ref)],
  );
  if (row === undefined || row.cause_gone) return undefined;
  return { facts: row.released_facts ?? undefined };
}
