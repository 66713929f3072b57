import { integer, type Tx } from '@qoida/core';

/** Which page of a list is asked for. */
export const paged = () => ({
  page: integer({ min: 1 }).default(1),
  page_size: integer({ min: 1, max: 200 }).default(50),
});

/**
 * A page of a list.
 * @param sql ends in `limit ? offset ?`; each row says in `total` how many there are on all pages
 * @param values those of the conditions, without limit and offset
 */
export async function pageOf(
  db: Tx,
  sql: string,
  values: readonly unknown[],
  { page, page_size }: { readonly page: number; readonly page_size: number },
) {
  const rowsFrom = (limit: number, offset: number) =>
    db.sql<{ total: number }>(sql, [...values, limit, offset]);
  const rows = await rowsFrom(page_size, (page - 1) * page_size);
  // A page behind the last has no row that tells the total: what stood there has gone meanwhile.
  const [counted] = rows.length > 0 || page === 1 ? rows : await rowsFrom(1, 0);
  const items = rows.map(({ total: _, ...row }) => row);
  return { items, page, page_size, total: counted?.total ?? 0 };
}
