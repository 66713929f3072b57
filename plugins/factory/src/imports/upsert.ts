import type { BaseContext, NewRowOf, PatchOf, RecordDef, RowOf } from '@qoida/core';

/**
 * Writes a row by its key: a new one, the differing fields of a known one, or nothing at all when
 * it is there already, so that repeating a file changes nothing (F-CSV-06).
 */
export async function upsert<R extends RecordDef>(
  context: BaseContext,
  record: R,
  key: Partial<RowOf<R>>,
  values: PatchOf<R>,
): Promise<RowOf<R>> {
  const repository = context.db.of(record);
  const known = await repository.find(key, { lock: true });
  if (known === null) return repository.insert({ ...key, ...values } as unknown as NewRowOf<R>);
  const changed = Object.entries(values).filter(
    ([name, value]) => !same((known as Record<string, unknown>)[name], value),
  );
  if (changed.length === 0) return known;
  return repository.update(known.id, Object.fromEntries(changed) as PatchOf<R>);
}

const same = (a: unknown, b: unknown): boolean =>
  (a ?? null) === (b ?? null) ||
  (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
