import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from '../../src/testing/database.ts';

/** Asks again and again until the answer is yes; mocha's own limit ends a wait that never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(5);
}

/** Waits until a session of this database waits for a lock. */
export function lockWaiter(test: TestDatabase): Promise<void> {
  return until(async () => {
    const rows = await test.asOwner(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });
}
