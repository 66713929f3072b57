import { byId, conflict, id, operation, Refusal, Reply } from '@qoida/core';
import { askFor, type PackageApproval, type PackagePayload } from '../approvals/packages.ts';
import { OPR, SEX } from '../roles.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord, packageReview } from './records.ts';

/** A request that nobody decided in time is void (F-M12-06), and the package waits on: it is asked for anew. */
export const askAgain = operation({
  name: 'package.ask_again',
  http: 'POST /packages/:package_id/approval',
  status: 202,
  summary: {
    uz: 'Tasdiqni qayta so‘rash',
    ru: 'Запросить согласование снова',
    en: 'Ask for approval again',
  },
  roles: [OPR, SEX],
  effect: 'record',
  input: { package_id: id('package') },
  facts: { package: byId(packageRecord, 'package_id') },
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    const review = await context.db.of(packageReview).find({ package_id: row.id, decision: null });
    const waits: (readonly [PackageApproval, PackagePayload])[] = [];
    if (row.status === 'draft_manual') waits.push(['manual_weight', {}]);
    if (row.length_state === 'pending')
      waits.push(['manual_length', { reason: row.length_reason ?? '' }]);
    if (row.review_state === 'submitted' && review !== null)
      waits.push(['review_tolerance', { reason: review.reason, images: review.images }]);
    const approvals: { type: PackageApproval; approval_id: string }[] = [];
    let pending: Refusal | undefined;
    for (const [type, payload] of waits) {
      try {
        approvals.push({ type, approval_id: await askFor(context, type, row, payload) });
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason !== 'approval_pending') throw error;
        pending = error;
      }
    }
    if (approvals.length > 0) return new Reply(202, { ...row, pending_approval: true, approvals });
    throw pending ?? conflict('nothing_waits', 'The package waits for nobody');
  },
});
