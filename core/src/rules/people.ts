import type { Holders } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';

/** Who may change rules. */
export const EDITORS = ['texnolog', 'admin'] as const;

/** Who holds which role: active people by username, through their position or besides it (F-DM-02). */
export async function holdersOf(tx: Tx): Promise<Holders> {
  const rows = await tx.sql<{ role: string; people: readonly string[] }>(
    `select held.role, array_agg(distinct held.username order by held.username) as people
     from (
       select u.position as role, u.username from users u where u.status = 'active'
       union all
       select r.code, u.username
       from users u join user_roles ur on ur.user_id = u.id join roles r on r.id = ur.role_id
       where u.status = 'active'
     ) held
     group by held.role`,
  );
  return Object.fromEntries(rows.map(({ role, people }) => [role, people]));
}
