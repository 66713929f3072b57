import type { BaseContext } from '@qoida/core';
import { forbidden, operation } from '@qoida/core';
import { actingUser } from '../people.ts';
import { OTK } from '../roles.ts';
import { inspectorKey } from './e-pechat.ts';

/** The acting inspector and his key. @throws Refusal forbidden when no person acts */
export function ownKey(context: BaseContext): { readonly inspector: string; readonly key: Buffer } {
  const inspector = actingUser(context);
  if (inspector === null) throw forbidden('person_required', 'Only a person can put a stamp');
  return { inspector, key: inspectorKey(String(context.settings.QC_SECRET), inspector) };
}

/** The inspector's own key for his own client, which keeps it in memory only (F-OP-34). */
export const stampKey = operation({
  name: 'qc.stamp_key',
  http: 'POST /qc/stamp-key',
  status: 200,
  summary: { uz: 'E-pechat kaliti', ru: 'Ключ э-печати', en: 'Key of the electronic stamp' },
  roles: [OTK],
  effect: 'read',
  input: {},
  async run(context) {
    const { inspector, key } = ownKey(context);
    return { inspector_id: inspector, key: key.toString('hex') };
  },
});
