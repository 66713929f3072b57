import type { BaseContext, RowOf } from '@qoida/core';
import { byId, conflict, id, list, oneOf, operation, text, via } from '@qoida/core';
import { askFor, decidePackage } from '../approvals/packages.ts';
import { packageReviewed } from '../events.ts';
import { sku } from '../master/records.ts';
import { actingUser } from '../people.ts';
import { OPR, SEX } from '../roles.ts';
import { rejectedLot } from '../scrap/lots.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord, packageReview } from './records.ts';

type Package = RowOf<typeof packageRecord>;

/** A package out of tolerance that nobody has let through yet; OTK doesn't see it (F-OP-16). */
export const reviewIsOpen = (row: Package): boolean =>
  row.tolerance_status === 'review' && row.review_state !== 'approved';

const packageFact = byId(packageRecord, 'package_id');

function requireState(row: Package, states: readonly Package['review_state'][]): void {
  const reviewable = row.status === 'awaiting_qc' && row.tolerance_status === 'review';
  if (reviewable && states.includes(row.review_state)) return;
  throw conflict('not_in_review', 'The package is not at this step of a review', {
    status: row.status,
    tolerance_status: row.tolerance_status,
    review_state: row.review_state,
  });
}

const reviewed = (row: Package, review_state: 'submitted' | 'approved' | 'rejected') => ({
  package_id: row.id,
  session_id: row.session_id,
  review_state,
  status: row.status,
});

interface Verdict {
  readonly decision: 'approved' | 'rejected';
  readonly outcome?: 'scrap' | 'repack';
  readonly comment: string | null;
}

async function closeReview(
  context: BaseContext,
  packageId: string,
  verdict: Verdict,
): Promise<void> {
  const reviews = context.db.of(packageReview);
  const open = await reviews.find({ package_id: packageId, decision: null }, { lock: true });
  if (open === null) throw new Error(`package ${packageId} is submitted and has no open review`);
  await reviews.update(open.id, {
    ...verdict,
    decided_by: actingUser(context),
    decided_at: context.now,
  });
}

/** F-M5-04: the operator says why the weight is off. */
export const submitReview = operation({
  name: 'package.review_submit',
  http: 'POST /packages/:package_id/review/submit',
  status: 200,
  summary: {
    uz: 'Ko‘rib chiqishga yuborish',
    ru: 'Отправить на проверку',
    en: 'Submit for review',
  },
  roles: [OPR, SEX],
  effect: 'record',
  input: {
    package_id: id('package'),
    reason: text({ maxLength: 1000 }),
    images: list(text({ maxLength: 500 }), { max: 20 }).default([]),
  },
  facts: { package: packageFact },
  emits: [packageReviewed],
  async run(context) {
    const { db, facts, input } = context;
    const row = await lockedPackage(context, facts.package);
    requireState(row, ['none']);
    await db.of(packageReview).insert({
      package_id: row.id,
      reason: input.reason,
      images: input.images,
      submitted_by: actingUser(context),
    });
    const submitted = await db.of(packageRecord).update(row.id, { review_state: 'submitted' });
    const { reason, images } = input;
    const approval_id = await askFor(context, 'review_tolerance', submitted, { reason, images });
    await context.emit(packageReviewed, reviewed(submitted, 'submitted'));
    return { ...submitted, approval_id };
  },
});

/** F-APR-03: the chief lets the package go to OTK as it is. */
export const approveReview = operation({
  name: 'package.review',
  http: 'POST /packages/:package_id/review/approve',
  status: 200,
  summary: { uz: 'Paketni o‘tkazish', ru: 'Пропустить упаковку', en: 'Let a package pass' },
  roles: '*',
  effect: 'record',
  input: { package_id: id('package'), comment: text({ maxLength: 1000 }).optional() },
  facts: { package: packageFact },
  emits: [packageReviewed],
  async run(context) {
    const { db, facts, input } = context;
    const row = await lockedPackage(context, facts.package);
    requireState(row, ['submitted']);
    await decidePackage(context, 'review_tolerance', 'approve');
    await closeReview(context, row.id, { decision: 'approved', comment: input.comment });
    const approved = await db.of(packageRecord).update(row.id, { review_state: 'approved' });
    await context.emit(packageReviewed, reviewed(approved, 'approved'));
    return approved;
  },
});

/** F-OP-16: scrap makes a lot of the session; repack voids the package, its mass is unexplained again. */
export const rejectReview = operation({
  name: 'package.review_reject',
  http: 'POST /packages/:package_id/review/reject',
  status: 200,
  summary: { uz: 'Paketni rad etish', ru: 'Отклонить упаковку', en: 'Reject a package' },
  roles: '*',
  effect: 'record',
  input: {
    package_id: id('package'),
    outcome: oneOf('scrap', 'repack'),
    comment: text({ maxLength: 1000 }),
  },
  facts: { package: packageFact, sku: via('package.sku_id', sku) },
  emits: [packageReviewed],
  async run(context) {
    const { db, facts, input } = context;
    const row = await lockedPackage(context, facts.package);
    requireState(row, ['submitted']);
    const { outcome, comment } = input;
    await decidePackage(context, 'review_tolerance', 'reject');
    await closeReview(context, row.id, { decision: 'rejected', outcome, comment });
    if (outcome === 'scrap') await rejectedLot(context, row, facts.sku, 'review_reject');
    const rejected = await db.of(packageRecord).update(row.id, {
      review_state: 'rejected',
      status: outcome === 'scrap' ? 'qc_reject' : 'void',
    });
    await context.emit(packageReviewed, reviewed(rejected, 'rejected'));
    return rejected;
  },
});
