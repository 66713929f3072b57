import type { Tx } from '../api/operations.ts';

/**
 * Says that what this transaction keeps may be lost when the server itself goes down in the next
 * moment, because it would then be done again and come out the same: it does not wait for the disk.
 * Commits are made durable in their order, so whatever builds on it is never there without it.
 */
export async function mayBeRepeated(tx: Tx): Promise<void> {
  await tx.sql('set local synchronous_commit = off');
}
