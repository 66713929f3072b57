import type { CompiledGate } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';
import type { RowOf } from '../api/records.ts';
import type { AskedWith } from './asked-with.ts';
import { type GateOutcome, type RejudgedHit, rejudge } from './outcome.ts';
import type { decision } from './records.ts';
import type { Lost } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';
import { wouldPass } from './would-pass.ts';

type DecisionRow = RowOf<typeof decision>;
/** What a decision is explained by: its own rules and settings, or what is left of them. */
export interface ExplainedBy {
  readonly snapshot: Snapshot;
  /** Why these are not the rules of the decision; null when they are. */
  readonly lost: Lost | null;
  readonly asked: AskedWith;
  /** The rules of today. */
  readonly standing: Snapshot;
}

/**
 * A kept decision with the explanation of each gate of its point, asked again on the kept facts by the
 * rules, settings and moment it was taken with. `same_rules`: these are still the rules of today;
 * `rules_lost`: why today's had to be taken instead.
 */
export function explainDecision(
  row: DecisionRow,
  by: ExplainedBy,
  locale: Locale,
): Record<string, unknown> {
  return {
    id: row.id,
    point: row.point,
    verdict: row.verdict,
    failed: row.failed,
    decided_at: row.decided_at ?? row.created_at,
    actor: row.actor,
    rules_hash: row.rules_hash,
    same_rules: row.rules_hash === by.standing.hash,
    rules_lost: by.lost,
    gates: explainGates(row, by.snapshot, by.asked, locale),
  };
}

/** How each gate of the point comes out on the facts of a decision. */
export function explainGates(
  row: Pick<DecisionRow, 'point' | 'facts' | 'outcome' | 'decided_at' | 'created_at'>,
  snapshot: Snapshot,
  { settings, zone }: AskedWith,
  locale: Locale,
): Record<string, unknown>[] {
  const gates = snapshot.gatesAt.get(row.point) ?? [];
  const hits = rejudge(gates, {
    point: row.point,
    facts: row.facts,
    env: { now: row.decided_at ?? row.created_at, settings, zone },
    kept: (row.outcome ?? []) as readonly GateOutcome[],
  });
  return gates.map((gate) => {
    const mine = hits.filter((hit) => hit.gate === gate);
    return {
      gate: gate.name,
      verdict: mine.length === 0 ? 'pass' : 'fail',
      failures: mine.map((hit) => failureView(hit, gates, locale)),
    };
  });
}

const failureView = (
  { gate, failure, outcome }: RejudgedHit,
  gates: readonly CompiledGate[],
  locale: Locale,
) => ({
  message: failure.message(locale),
  effect: outcome.effect,
  remedy: failure.remedy?.(locale) ?? null,
  explanation: failure.explain(locale),
  would_pass: wouldPass(gate, failure, gates, locale),
  fault: failure.fault?.code ?? null,
});
