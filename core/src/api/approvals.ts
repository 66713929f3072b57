import type { RecordDef } from './records.ts';

/** Where a request for approval stands. */
export interface ApprovalStanding {
  readonly id: string;
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn';
  /** What the plugin kept with the request. */
  readonly payload: unknown;
}

/** An object whose state waits, and the approval of the rules (`approval TYPE of RECORD`) that it waits for. */
export interface ApprovalSubject {
  readonly type: string;
  readonly record: RecordDef;
  /** The record's row, as the rules read it. */
  readonly row: { readonly id: string };
}

/** Approvals of objects; who agrees, in which order and until when is the rules' affair. */
export interface Approvals {
  /**
   * Puts an object before those whom the rules name. Null when the rules ask nobody.
   * @param payload kept with the request, for whoever decides and for the operation that ends it
   * @throws Refusal approval_pending, approval_rule_missing
   */
  request(subject: ApprovalSubject, payload?: unknown): Promise<ApprovalStanding | null>;
  /**
   * Takes the decision of whoever acts now.
   * @throws Refusal approval_missing, approval_expired, own_request, role_required, wrong_stage, already_decided
   */
  decide(
    subject: { readonly type: string; readonly object_id: string },
    verdict: 'approve' | 'reject',
    comment?: string | null,
  ): Promise<ApprovalStanding>;
}

/**
 * An approval of objects that a plugin asks for: the operations that end it, both with the object's id
 * as `input` and a `comment`. They call `approvals.decide` and act on what comes of it.
 */
export interface ApprovalDef {
  /** As the rules call it: `approval TYPE of RECORD`. */
  readonly type: string;
  readonly record: RecordDef;
  readonly approve: string;
  readonly reject: string;
  /** The input of both operations that names the object. */
  readonly input: string;
}

/** The request that an operation's answer says it waits for; undefined where the operation was done. */
export function requestIn({
  status,
  body,
}: {
  readonly status: number;
  readonly body: unknown;
}): string | undefined {
  if (status !== 202 || typeof body !== 'object' || body === null) return undefined;
  const { pending_approval, kind, approval_id } = body as Readonly<Record<string, unknown>>;
  // An object may wait too, while what made it was done.
  const waits = pending_approval === true && kind === 'operation';
  return waits && typeof approval_id === 'string' ? approval_id : undefined;
}
