import type { ApprovalStanding, Approvals } from '../api/approvals.ts';
import { conflict, Refusal } from '../api/errors.ts';
import type { RecordDef } from '../api/records.ts';
import { askedWith } from '../rules/asked-with.ts';
import type { DecidedApproval } from '../rules/outcome.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import type { RequestRow } from './judge.ts';
import { approvalOf, keptOf, neededAt } from './needed.ts';
import { approvalRequest } from './records.ts';
import { openRequest } from './request.ts';
import { type VotingContext, vote } from './voting.ts';

export interface ObjectApprovalParts extends VotingContext {
  readonly snapshot: Snapshot;
  readonly env: EvaluationContext;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  /** The run of a rule that asks. */
  readonly cause?: string | undefined;
  /** Keeps what the rules said of an object, with the facts that they said it on. */
  readonly keep: (asked: {
    readonly point: string;
    readonly record: RecordDef;
    readonly row: object;
    readonly approval: DecidedApproval | null;
  }) => Promise<void>;
}

/** Where a decision on the state of a record stands: no operation has such a name. */
export const pointOfObject = (record: string, type: string): string => `${record}:${type}`;

/** Approvals of objects for an operation's own code: the rules say who, the language judges. */
export function objectApprovals(parts: ObjectApprovalParts): Approvals {
  const { db, snapshot, env } = parts;
  return {
    async request({ type, record, row }, payload) {
      const rule = approvalOf(snapshot, record.name, type);
      // Without its rule nobody could say who decides: nothing is let through unseen.
      if (rule === undefined)
        throw new Refusal('gate_blocked', 'approval_rule_missing', `No approval ${type}`, {
          type,
          record: record.name,
        });
      const facts = { [record.name]: row };
      const needed = neededAt([rule], undefined, facts, env);
      const point = pointOfObject(record.name, type);
      await parts.keep({
        point,
        record,
        row,
        approval: needed === undefined ? null : keptOf(needed),
      });
      if (needed === undefined) return null;
      const waiting = {
        kind: 'object' as const,
        object_type: record.name,
        object_id: row.id,
        refs: { [record.name]: row.id },
        payload,
        rulesHash: snapshot.hash,
        asked: askedWith(snapshot.catalog, { settings: parts.settings, zone: env.zone }),
        cause: parts.cause,
        traceId: parts.traceId,
      };
      const request = await openRequest(parts, needed, waiting, parts.settings);
      return standingOf(request);
    },
    async decide({ type, object_id }, verdict, comment) {
      const row = await db
        .of(approvalRequest)
        .find({ type, object_id, state: 'pending' }, { lock: true });
      if (row === null)
        throw conflict('approval_missing', 'Nothing of this kind waits for a decision', { type });
      return standingOf(await vote(parts, row, verdict, comment ?? null));
    },
  };
}

const standingOf = ({ id, state, payload }: RequestRow): ApprovalStanding => ({
  id,
  state,
  payload,
});
