import type { ApprovalDef, Approvals, BaseContext, RowOf } from '@qoida/core';
import { conflict } from '@qoida/core';
import { packageRecord } from '../packaging/records.ts';

export type PackageApproval = 'manual_weight' | 'manual_length' | 'review_tolerance';

/** What is kept with a request, for whoever decides. */
export interface PackagePayload {
  readonly weight_kg?: number;
  readonly reason?: string;
  readonly images?: readonly string[];
}

type Asking = BaseContext & { readonly approvals: Approvals };

/** Packages that wait for somebody (F-APR-01…03); who decides is said in `factory.approvals`. */
export const packageApprovals: readonly ApprovalDef[] = [
  {
    type: 'manual_weight',
    record: packageRecord,
    approve: 'package.approve_weight',
    reject: 'package.reject_weight',
    input: 'package_id',
  },
  {
    type: 'manual_length',
    record: packageRecord,
    approve: 'package.approve_length',
    reject: 'package.reject_length',
    input: 'package_id',
  },
  {
    type: 'review_tolerance',
    record: packageRecord,
    approve: 'package.review',
    reject: 'package.review_reject',
    input: 'package_id',
  },
];

/**
 * Puts a package before those whom the rules name. @returns the request's id
 * @throws Refusal approval_nobody where the rules name nobody: a package would wait for ever
 */
export async function askFor(
  { approvals }: Asking,
  type: PackageApproval,
  row: RowOf<typeof packageRecord>,
  payload: PackagePayload,
): Promise<string> {
  const asked = await approvals.request({ type, record: packageRecord, row }, payload);
  if (asked === null)
    throw conflict('approval_nobody', `The rules name nobody for ${type}`, { type });
  return asked.id;
}

/**
 * The decision of whoever acts now about a package.
 * @returns what was kept with the request
 * @throws Refusal approval_missing, approval_expired, own_request, role_required (F-M12-06)
 */
export async function decidePackage(
  context: Asking & {
    readonly input: { readonly comment: string | null };
    readonly facts: { readonly package: RowOf<typeof packageRecord> };
  },
  type: PackageApproval,
  verdict: 'approve' | 'reject',
): Promise<PackagePayload> {
  const subject = { type, object_id: context.facts.package.id };
  const { payload } = await context.approvals.decide(subject, verdict, context.input.comment);
  return (payload ?? {}) as PackagePayload;
}
