import type { Database } from '../data/index.ts';

/** How long an answer is believed, as for access tokens. */
const BELIEVED_MS = 2_000;

/** Whether a person may still open Node-RED: active, and with a role that may. */
export function flowEditors(
  db: Database,
  organizationId: string,
  roles: readonly string[],
): (userId: string) => Promise<boolean> {
  const kept = new Map<string, { may: Promise<boolean>; until: number }>();
  const ask = async (userId: string) => {
    const rows = await db.read(organizationId, (tx) =>
      tx.sql(
        `select 1 from users u
          where u.id = ? and u.status = 'active' and (u.position = any(?) or exists (
            select 1 from user_roles ur join roles r on r.id = ur.role_id
             where ur.user_id = u.id and r.code = any(?)))`,
        [userId, [...roles], [...roles]],
      ),
    );
    return rows.length > 0;
  };
  return (userId) => {
    const known = kept.get(userId);
    if (known !== undefined && known.until > Date.now()) return known.may;
    const may = ask(userId);
    kept.set(userId, { may, until: Date.now() + BELIEVED_MS });
    may.catch(() => kept.delete(userId));
    return may;
  };
}
