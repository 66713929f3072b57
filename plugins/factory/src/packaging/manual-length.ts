import { byId, conflict, id, oneOf, operation, quantity, text, via } from '@qoida/core';
import { askFor, decidePackage } from '../approvals/packages.ts';
import { sku } from '../master/records.ts';
import { OPR, SEX } from '../roles.ts';
import { session } from '../session/records.ts';
import { lengthOf, requireLength } from './length.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord } from './records.ts';
import { toleranceOf } from './tolerance.ts';

const waitingFacts = { package: byId(packageRecord, 'package_id') };
const decision = { package_id: id('package'), comment: text({ maxLength: 1000 }).optional() };

/** F-APR-02: the typed length holds, untrusted; the package may go to OTK. */
export const approveLength = operation({
  name: 'package.approve_length',
  summary: {
    uz: 'Qo‘lda kiritilgan uzunlikni tasdiqlash',
    ru: 'Утвердить ручную длину',
    en: 'Approve a manual length',
  },
  roles: '*',
  effect: 'record',
  input: decision,
  facts: waitingFacts,
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    await decidePackage(context, 'manual_length', 'approve');
    return context.db.of(packageRecord).update(row.id, { length_state: 'approved' });
  },
});

/** F-APR-02, the other branch: the package stays out of the OTK queue until it is measured again. */
export const rejectLength = operation({
  name: 'package.reject_length',
  summary: {
    uz: 'Qo‘lda kiritilgan uzunlikni rad etish',
    ru: 'Отклонить ручную длину',
    en: 'Reject a manual length',
  },
  roles: '*',
  effect: 'record',
  input: decision,
  facts: waitingFacts,
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    await decidePackage(context, 'manual_length', 'reject');
    return context.db.of(packageRecord).update(row.id, { length_state: 'rejected' });
  },
});

/** The way out of a rejected length: measured again, compared with the norm again. */
export const measureAgain = operation({
  name: 'package.measure_length',
  http: 'POST /packages/:package_id/length',
  status: 200,
  summary: {
    uz: 'Uzunlikni qayta o‘lchash',
    ru: 'Измерить длину снова',
    en: 'Measure the length again',
  },
  roles: [OPR, SEX],
  effect: 'record',
  input: {
    package_id: id('package'),
    length_mode: oneOf('auto', 'manual').default('auto'),
    length_m: quantity('m', { resolution: 0.01, min: 0 }).optional(),
    length_device_id: id('device').optional(),
    manual_reason: text({ maxLength: 500 }).optional(),
  },
  facts: {
    package: byId(packageRecord, 'package_id'),
    session: via('package.session_id', session),
    sku: via('package.sku_id', sku),
  },
  async run(context) {
    const { facts, input } = context;
    const row = await lockedPackage(context, facts.package);
    if (row.length_state !== 'rejected') {
      throw conflict('length_not_rejected', 'Only a rejected length is measured again', {
        length_state: row.length_state,
      });
    }
    requireLength(input);
    const { counted_m, ...length } = await lengthOf(context, facts.session, input);
    const tolerance = toleranceOf(context, facts.sku, {
      weight_kg: row.weight_kg,
      length_m: length.length_m,
      counter_length_m: counted_m,
    });
    const measured = await context.db
      .of(packageRecord)
      .update(row.id, { ...length, ...tolerance, review_state: 'none' });
    if (length.length_state === 'none') return measured;
    const reason = input.manual_reason ?? '';
    const asked = await askFor(context, 'manual_length', measured, { reason });
    return { ...measured, length_approval_id: asked };
  },
});
