import type { RowOf } from '@qoida/core';
import { byId, conflict, id, operation, text } from '@qoida/core';
import { packageVoided } from '../events.ts';
import { OPR, SEX } from '../roles.ts';
import { lockedPackage } from './lock.ts';
import { packageRecord } from './records.ts';

/**
 * F-APR-10, F-OP-16: a package on which nobody has decided yet is none any more, and its mass is
 * unexplained again. Who has to agree stands in `factory.approvals`.
 */
export const voidPackage = operation({
  name: 'package.void',
  http: 'POST /packages/:package_id/void',
  status: 200,
  summary: { uz: 'Paketni bekor qilish', ru: 'Аннулировать упаковку', en: 'Void a package' },
  roles: [OPR, SEX],
  effect: 'record',
  input: { package_id: id('package'), reason: text({ pattern: '\\S', maxLength: 1000 }) },
  facts: { package: byId(packageRecord, 'package_id') },
  emits: [packageVoided],
  async prepare({ facts }) {
    requireVoidable(facts.package);
    return undefined;
  },
  async run(context) {
    const row = await lockedPackage(context, context.facts.package);
    requireVoidable(row);
    const voided = await context.db.of(packageRecord).update(row.id, { status: 'void' });
    const { reason } = context.input;
    await context.emit(packageVoided, { package_id: row.id, session_id: row.session_id, reason });
    return voided;
  },
});

function requireVoidable(row: RowOf<typeof packageRecord>): void {
  if (row.status === 'draft_manual' || row.status === 'awaiting_qc') return;
  throw conflict('package_decided', 'Only a package that still waits can be void', {
    status: row.status,
  });
}
