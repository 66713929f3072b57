import type { Database } from '../database.ts';
import { type Deliver, DeliveryFailed, deliverBatch, noteFailure } from './delivery.ts';

/** How a drain ended: nothing waits, or the lane has to wait after a failure. */
export type Drained =
  | { readonly failed: false }
  | { readonly failed: true; readonly attempts: number };

/**
 * Delivers what waits in one lane of one organisation, in order; stops at the first event that fails.
 * @param mayGoOn asked before each delivery; false when the lane is no longer ours
 */
export async function drainLane(
  db: Database,
  { organizationId, lane }: { organizationId: string; lane: number },
  deliver: Deliver,
  mayGoOn: () => boolean,
): Promise<Drained> {
  const place = { organizationId, lanes: [lane] };
  // What failed together comes one by one: so it tells which it was, and those before it go through.
  let alone = 0;
  while (mayGoOn()) {
    try {
      if (!(await deliverBatch(db, place, deliver, mayGoOn, alone > 0 ? 1 : undefined))) break;
      alone = Math.max(0, alone - 1);
    } catch (error) {
      if (!(error instanceof DeliveryFailed)) throw error;
      const [first, ...others] = error.events;
      if (first === undefined) throw error;
      if (others.length === 0) {
        await noteFailure(db, first, error.cause);
        return { failed: true, attempts: first.attempts + 1 };
      }
      alone = error.events.length;
    }
  }
  return { failed: false };
}
