import type { BaseContext, RowOf } from '@qoida/core';
import { session } from '../session/records.ts';
import { packageRecord } from './records.ts';

/**
 * The package as it is now, locked after its session, so that a sum over the session's packages
 * can't change under a close (lock order: session, then package).
 */
export async function lockedPackage(
  context: BaseContext,
  row: RowOf<typeof packageRecord>,
): Promise<RowOf<typeof packageRecord>> {
  await context.db.of(session).get(row.session_id, { lock: true, computed: [] });
  return context.db.of(packageRecord).get(row.id, { lock: true });
}
