import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { refuseTwice } from './authoring.ts';
import { ruleModule } from './records.ts';

/** A module's row, with what was given for it. */
export interface Locked<T> {
  readonly module: RowOf<typeof ruleModule>;
  readonly entry: T;
}

/**
 * Locks the rows of modules in one order, whoever asks and whether they are named or given by id: two
 * who want several of them never wait for each other.
 * @throws Refusal not_found, module_twice
 */
export async function lockModules<T extends { readonly module: string }>(
  db: Tx,
  entries: readonly T[],
): Promise<readonly Locked<T>[]> {
  const found: Locked<T>[] = [];
  for (const entry of entries)
    found.push({ module: await db.of(ruleModule).get(entry.module), entry });
  refuseTwice(found.map(({ module }) => module.module));
  found.sort((a, b) => (a.module.module < b.module.module ? -1 : 1));
  const locked: Locked<T>[] = [];
  for (const { module, entry } of found)
    locked.push({ module: await db.of(ruleModule).get(module.id, { lock: true }), entry });
  return locked;
}
