import { randomUUID } from 'node:crypto';
import type { BaseContext, RowOf } from '@qoida/core';
import { conflict, forbidden } from '@qoida/core';
import { actingUser } from '../people.ts';
import { SEX } from '../roles.ts';
import { approvalHours } from '../settings.ts';
import type { ApprovalPayload } from './records.ts';
import { approval } from './records.ts';

type ApprovalType = 'manual_weight' | 'manual_length';

/** Puts a package before the chief (F-APR-01, F-APR-02). @returns the approval's id */
export async function requestApproval(
  context: BaseContext,
  type: ApprovalType,
  packageId: string,
  payload: ApprovalPayload,
): Promise<string> {
  const row = await context.db.of(approval).insert({
    type,
    object_type: 'package',
    object_id: packageId,
    group_id: randomUUID(),
    stage_role: SEX,
    requested_by: actingUser(context),
    requested_at: context.now,
    expires_at: new Date(context.now.getTime() + approvalHours(context.settings) * 3_600_000),
    payload,
  });
  return row.id;
}

/**
 * The pending approval of a package, if this person may decide it now.
 * @throws Refusal approval_missing, approval_expired, own_request (F-M12-06)
 */
export async function pendingApproval(
  context: BaseContext,
  type: ApprovalType,
  packageId: string,
): Promise<RowOf<typeof approval>> {
  const row = await context.db
    .of(approval)
    .find({ type, object_id: packageId, state: 'pending' }, { lock: true });
  if (row === null) {
    throw conflict('approval_missing', 'Nothing of this kind waits for a decision', { type });
  }
  if (row.expires_at.getTime() < context.now.getTime()) {
    throw conflict('approval_expired', 'The request has expired; ask again', {
      expires_at: row.expires_at.toISOString(),
    });
  }
  if (row.requested_by !== null && row.requested_by === actingUser(context)) {
    throw forbidden('own_request', 'Nobody decides his own request');
  }
  return row;
}

export async function decideApproval(
  context: BaseContext,
  row: RowOf<typeof approval>,
  state: 'approved' | 'rejected',
  comment: string | null,
): Promise<void> {
  await context.db.of(approval).update(row.id, {
    state,
    comment,
    approver_id: actingUser(context),
    approved_at: context.now,
  });
}
