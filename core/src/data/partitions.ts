import type { Database } from './database.ts';

/** A partition that was made; `moved` rows had waited in the default partition for want of it. */
export interface MadePartition {
  readonly table: string;
  readonly partition: string;
  readonly moved: number;
}

/**
 * Makes the partitions ahead (7 days for daily tables, 2 months for monthly) of every table that a
 * migration registered with `qoida_partitioned_table`. Call it daily; rows that fell into a default
 * partition move to their own, and `moved` says that one was missing (F-DM-54, alert partition_missing).
 */
export async function ensurePartitions(
  db: Database,
  now: Date = new Date(),
): Promise<MadePartition[]> {
  const { rows } = await db.pool.query<MadePartition>(
    'select table_name as "table", partition_name as partition, moved from qoida_ensure_partitions($1)',
    [now],
  );
  return rows;
}
