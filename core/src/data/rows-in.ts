import type { Tx } from '../api/operations.ts';
import type { RecordDef, RowOf } from '../api/records.ts';
import { tableOf } from './table.ts';

/**
 * Rows of a record whose field is one of these values, in one statement; of computed fields none.
 * @param sort as a repository takes it
 */
export async function rowsIn<R extends RecordDef>(
  tx: Tx,
  record: R,
  field: string,
  values: readonly string[],
  sort?: string,
): Promise<RowOf<R>[]> {
  if (values.length === 0) return [];
  const table = tableOf(record);
  const rows = await tx.sql(
    `select ${table.selectList([])} from ${table.name} as this
      where ${table.expression(field)} = any(?) order by ${table.orderBy(sort)}`,
    [[...values]],
  );
  return rows.map((row) => table.decodeRow(row, []) as RowOf<R>);
}
