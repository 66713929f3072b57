import { randomUUID } from 'node:crypto';
import type { Actor, Prepared } from '../api/operations.ts';
import {
  decisionDigest,
  type KeptDecision,
  sealDecision,
  type Transaction,
} from '../data/index.ts';
import { type AskedWith, keepSettings } from '../rules/asked-with.ts';
import { type DecidedApproval, type GateOutcome, plainOutcome } from '../rules/outcome.ts';
import { objectRefsOf } from './fact-values.ts';
import type { GateHit } from './gates.ts';
import type { KeptFacts } from './kept-facts.ts';
import type { CoveredHit } from './releases.ts';

export interface DecisionEntry {
  readonly point: string;
  readonly verdict: 'allowed' | 'refused' | 'warned';
  readonly hits: readonly GateHit[];
  readonly covered: readonly CoveredHit[];
  /** Whether a hit refuses; others that warn or pause let the operation through. */
  readonly refuses: (hit: GateHit) => boolean;
  /** What approvals said of it; null where nobody had to agree. */
  readonly approval: DecidedApproval | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly kept: KeptFacts;
  readonly rulesHash: string;
  readonly asked: AskedWith;
  readonly now: Date;
  readonly afterCommit: (work: () => void) => void;
  readonly actor: Actor;
  readonly traceId: string;
  readonly serverSecret: string;
}

/**
 * Keeps what was decided, by which rules, with what settings and on which facts: it can be asked again
 * years later. It is sent without waiting for its answer: it costs an operation no round trip of its own.
 * @param clears told the open rows of gates that nobody may release, where the point was asked for the same
 *   objects and the gate lets them pass now: the cause is gone
 * @returns the decision's id
 */
export async function keepDecision(
  tx: Transaction,
  entry: DecisionEntry,
  clears: (ids: readonly string[]) => void,
): Promise<string> {
  const { point, verdict, hits, asked, now, actor, approval } = entry;
  await keepSettings(tx, asked, entry.afterCommit);
  const decision: KeptDecision = {
    id: randomUUID(),
    point,
    verdict,
    failed: [...new Set(hits.map((hit) => hit.gate))],
    facts: entry.kept.facts,
    rules_hash: entry.rulesHash,
    settings_hash: asked.hash,
    decided_at: now,
    outcome: outcomeOf(entry),
    cut: entry.kept.cut,
    approval,
    actor_id: actor.id,
    actor: actor.name,
    trace_id: entry.traceId,
  };
  const facts = JSON.stringify(decision.facts);
  const place = { serverSecret: entry.serverSecret, organizationId: tx.organizationId };
  const { id, failed, rules_hash, settings_hash, actor_id, trace_id } = decision;
  tx.post<{ id: string }>(
    KEEP,
    [
      ...[id, point, verdict, failed, facts, rules_hash, settings_hash, now],
      ...[JSON.stringify(decision.outcome), [...entry.kept.cut]],
      approval === null ? null : JSON.stringify(approval),
      ...[actor_id, actor.name, trace_id, sealDecision(place, decisionDigest(decision, facts))],
      objectRefsOf(entry.facts).map((ref) => JSON.stringify(ref)),
    ],
    (rows) => clears(rows.map((row) => row.id)),
  );
  return id;
}

const KEEP: Prepared = {
  name: 'qoida_keep_decision',
  text: `
with kept as (
  insert into decisions (id, point, verdict, failed, facts, rules_hash, settings_hash, decided_at, outcome, cut,
                         approval, actor_id, actor, trace_id, seal)
  values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9::jsonb, $10, $11::jsonb, $12, $13, $14, $15)
)
select id from gate_log
 where point = $2 and released_at is null and not releasable
   and object_ref = any($16::jsonb[]) and not (gate = any($4))`,
};

function outcomeOf({ hits, covered, refuses }: DecisionEntry): GateOutcome[] {
  const kept = ({ gate, module, object_ref, fault, figures }: GateHit) => ({
    gate,
    module,
    object_ref,
    fault: fault ?? null,
    figures,
  });
  return [
    ...hits.map((hit) => {
      const passes = hit.mode.kind === 'warn' ? ('warns' as const) : ('pauses' as const);
      return plainOutcome({ ...kept(hit), effect: refuses(hit) ? 'refuses' : passes });
    }),
    ...covered.map(({ hit, released }) =>
      plainOutcome({ ...kept(hit), effect: 'released', released }),
    ),
  ];
}

/**
 * Writes the gate log (F-M13-02): one open row per gate, point and objects; a repeated hit counts up, and
 * stands by the rules that it was hit with last.
 * @returns the row's id of each hit
 */
export async function logGateHits(
  tx: Transaction,
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
      JSON.stringify(hit.words()),
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

const LAST =
  `last_hit_at message explanation words decision_id hit_by module mode release_roles when_clear
  releasable`.split(/\s+/);
const UPSERT = `
insert into gate_log (id, gate, module, point, mode, object_ref, session_id, message, explanation, words,
                      release_roles, when_clear, releasable, decision_id, last_hit_at, hit_by)
values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?, ?)
on conflict (organization_id, gate, point, object_ref) where released_at is null
do update set hits = gate_log.hits + 1, ${LAST.map((name) => `${name} = excluded.${name}`).join(', ')}
returning id`;
