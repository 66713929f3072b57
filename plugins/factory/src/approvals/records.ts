import { id, instant, integer, json, oneOf, record, ref, text } from '@qoida/core';
import { DIR, OPR, SEX, TEX } from '../roles.ts';

export interface ApprovalPayload {
  readonly weight_kg?: number;
  readonly reason?: string;
}

/** A state of an object that waits for somebody (F-DM-45, F-SM-04). */
export const approval = record(
  'approval',
  'approvals',
  {
    type: oneOf('manual_weight', 'manual_length'),
    object_type: text({ maxLength: 64 }),
    object_id: id('package'),
    group_id: id('approval'),
    stage: integer({ min: 1 }).default(1),
    stage_role: text({ maxLength: 64 }),
    state: oneOf('pending', 'approved', 'rejected', 'expired').default('pending'),
    requested_by: ref('user').optional(),
    requested_at: instant(),
    expires_at: instant(),
    approver_id: ref('user').optional(),
    approved_at: instant().optional(),
    comment: text({ maxLength: 1000 }).optional(),
    payload: json<ApprovalPayload>().optional(),
  },
  {
    title: { uz: 'Tasdiq', ru: 'Согласование', en: 'Approval' },
    lockOrder: 41,
    unique: [
      {
        name: 'approvals_one_pending',
        on: 'type, object_id, stage',
        where: "state = 'pending'",
      },
    ],
    indexes: [['state', 'stage_role']],
    api: {
      path: 'approvals',
      read: [SEX, OPR, TEX, DIR],
      filters: ['state', 'type', 'object_id', 'stage_role'],
      sort: 'requested_at desc',
    },
  },
);
