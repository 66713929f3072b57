import type { TestDatabase } from '../../src/testing/database.ts';
import { until } from '../../src/testing/index.ts';

/** Waits until a session of this database waits for a lock. */
export async function lockWaiter(test: TestDatabase): Promise<void> {
  await until(async () => {
    const rows = await test.asOwner(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });
}
