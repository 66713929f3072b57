import { byId, conflict, id, invalid, operation, quantity, text, via } from '@qoida/core';
import { decidePackage } from '../approvals/packages.ts';
import { packageReviewed } from '../events.ts';
import { sku } from '../master/records.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord } from './records.ts';
import { toleranceOf } from './tolerance.ts';

const draftFacts = {
  package: byId(packageRecord, 'package_id'),
  sku: via('package.sku_id', sku),
};

const requireDraft = (status: string) => {
  if (status === 'draft_manual') return;
  throw conflict('not_a_draft', 'The package is no draft', { status });
};

/**
 * F-APR-01: the chief enters or confirms the weight of a draft. It counts in the balance, and is
 * never trusted (F-OP-15).
 */
export const approveWeight = operation({
  name: 'package.approve_weight',
  summary: {
    uz: 'Qo‘lda kiritilgan og‘irlikni tasdiqlash',
    ru: 'Утвердить ручной вес',
    en: 'Approve a manual weight',
  },
  roles: '*',
  effect: 'record',
  input: {
    package_id: id('package'),
    weight_kg: quantity('kg', { resolution: 0.001, min: 0 }).optional(),
    comment: text({ maxLength: 1000 }).optional(),
  },
  facts: draftFacts,
  emits: [packageReviewed],
  async run(context) {
    const { facts, input } = context;
    const draft = await lockedPackage(context, facts.package);
    requireDraft(draft.status);
    const asked = await decidePackage(context, 'manual_weight', 'approve');
    const weight = input.weight_kg ?? asked.weight_kg ?? null;
    if (weight === null || weight <= 0) {
      throw invalid('weight_missing', 'Enter the net weight of the package');
    }
    const tolerance = toleranceOf(context, facts.sku, {
      weight_kg: weight,
      length_m: draft.length_m,
    });
    const approved = await context.db.of(packageRecord).update(draft.id, {
      status: 'awaiting_qc',
      weight_kg: weight,
      weight_trusted: false,
      weight_source: 'manual',
      ...tolerance,
    });
    await context.emit(packageReviewed, {
      package_id: approved.id,
      session_id: approved.session_id,
      review_state: 'approved',
      status: approved.status,
    });
    return approved;
  },
});

/** F-APR-01, the other branch: the draft is void. */
export const rejectWeight = operation({
  name: 'package.reject_weight',
  summary: {
    uz: 'Qo‘lda kiritilgan og‘irlikni rad etish',
    ru: 'Отклонить ручной вес',
    en: 'Reject a manual weight',
  },
  roles: '*',
  effect: 'record',
  input: { package_id: id('package'), comment: text({ maxLength: 1000 }).optional() },
  facts: draftFacts,
  emits: [packageReviewed],
  async run(context) {
    const draft = await lockedPackage(context, context.facts.package);
    requireDraft(draft.status);
    await decidePackage(context, 'manual_weight', 'reject');
    const rejected = await context.db.of(packageRecord).update(draft.id, { status: 'void' });
    await context.emit(packageReviewed, {
      package_id: rejected.id,
      session_id: rejected.session_id,
      review_state: 'rejected',
      status: rejected.status,
    });
    return rejected;
  },
});
