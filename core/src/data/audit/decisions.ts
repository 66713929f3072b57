import { createHash } from 'node:crypto';
import type { Tx } from '../../api/operations.ts';
import { canonicalJson, hmacHex } from '../canonical.ts';
import type { KeyPlace } from './keys.ts';

/** What is kept of a decision, as it comes out of the database. */
export interface KeptDecision {
  readonly id: string;
  readonly point: string;
  readonly verdict: string;
  readonly failed: readonly string[];
  readonly facts: unknown;
  readonly rules_hash: string;
  readonly settings_hash: string | null;
  readonly decided_at: Date | null;
  readonly outcome: unknown;
  readonly cut: readonly string[];
  readonly approval: unknown;
  readonly actor_id: string | null;
  readonly actor: string;
  readonly trace_id: string;
}

/** The same with its seal; null in rows that an earlier version of the platform wrote. */
export interface SealedDecision extends KeptDecision {
  readonly seal: string | null;
}

export const DECISION_COLUMNS = `id, point, verdict, failed, facts, rules_hash, settings_hash, decided_at, outcome,
  cut, approval, actor_id, actor, trace_id, seal`;
export const DECIDED = 'coalesce(decided_at, created_at)';
/** The same to the microsecond, as text: where a page goes on. */
export const DECIDED_PLACE = `to_char(${DECIDED} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * The hash over all that a decision says, hexadecimal.
 * @param facts its facts in canonical JSON, where they are at hand: they are most of it
 */
export function decisionDigest(row: KeptDecision, facts = canonicalJson(row.facts)): string {
  const { id, point, verdict, failed, rules_hash, settings_hash, decided_at } = row;
  const { outcome, cut, approval, actor_id, actor, trace_id } = row;
  const decided = { id, point, verdict, failed, rules_hash, settings_hash, decided_at };
  const rest = { outcome, cut, approval, actor_id, actor, trace_id };
  return createHash('sha256')
    .update(`${canonicalJson({ format: 'qoida.decision.v1', ...decided, ...rest })}\n${facts}`)
    .digest('hex');
}

/** Binds a decision to the key, so that nobody edits or makes one past the platform. */
export const sealDecision = ({ serverSecret, organizationId }: KeyPlace, digest: string): string =>
  hmacHex(serverSecret, `qoida.decision.v1\n${organizationId}\n${digest}`);

/** What a checkpoint says of a decision. */
export interface CoveredDecision {
  readonly decision_id: string;
  /** Where it is found again; not signed, and not known out of a file. */
  readonly decided_at: Date | null;
  readonly digest: string;
}

export interface FreshDecisions {
  readonly covered: readonly CoveredDecision[];
  /** Ids of decisions that don't fit their seal: they are not signed. */
  readonly unsigned: readonly string[];
  readonly full: boolean;
}

const PAGE = 500;
const HOUR_MS = 3_600_000;

/** Decisions that no checkpoint says anything of yet. */
export async function freshDecisions(
  tx: Tx,
  place: KeyPlace,
  { now, most }: { now: Date; most: number },
): Promise<FreshDecisions> {
  const bounds = await boundsOf(tx, now);
  const covered: CoveredDecision[] = [];
  const unsigned: string[] = [];
  let from = { place: bounds.from.toISOString(), id: '00000000-0000-0000-0000-000000000000' };
  for (let read = 0; read < most; ) {
    const rows = await tx.sql<SealedDecision & { at: Date; place: string }>(
      `select ${DECISION_COLUMNS}, ${DECIDED} as at, ${DECIDED_PLACE} as place from decisions d
       where (${DECIDED}, id) > (?::timestamptz, ?::uuid)
         and not exists (select 1 from audit_checkpoint_decisions c where c.decision_id = d.id)
       order by ${DECIDED}, id limit ?`,
      [from.place, from.id, Math.min(PAGE, most - read)],
    );
    for (const row of rows) {
      const digest = decisionDigest(row);
      // Without a seal it must be older than the first checkpoint over decisions, which takes it in as it is.
      const good =
        row.seal === null ? row.at <= bounds.unsealed : row.seal === sealDecision(place, digest);
      if (good) covered.push({ decision_id: row.id, decided_at: row.at, digest });
      else unsigned.push(row.id);
    }
    const last = rows.at(-1);
    read += rows.length;
    if (last === undefined || rows.length < PAGE) return { covered, unsigned, full: false };
    from = last;
  }
  return { covered, unsigned, full: covered.length > 0 };
}

/**
 * From where on to look for them: a transaction that was open during the last checkpoint is over within the
 * hour, and a clock that was put back has not gone far.
 */
async function boundsOf(tx: Tx, now: Date): Promise<{ from: Date; unsealed: Date }> {
  const [row] = await tx.sql<{ latest: Date | null; first: Date | null }>(
    `select (select max(decided_at) from audit_checkpoint_decisions) as latest,
       (select min(at) from audit_checkpoints where decisions_root is not null) as first`,
  );
  const latest = row?.latest?.getTime();
  const from = latest === undefined ? 0 : Math.min(latest - HOUR_MS, now.getTime() - 24 * HOUR_MS);
  return { from: new Date(from), unsealed: row?.first ?? now };
}
