import { Refusal } from '../api/errors.ts';
import { event } from '../api/events.ts';
import { id, text } from '../api/fields.ts';
import type { Tx } from '../api/operations.ts';

/** Somebody's password was chosen by another: who it was is told to him, and to whoever listens. */
export const passwordReset = event(
  'user.password_reset',
  { user_id: id('user'), username: text(), by: text() },
  {
    title: {
      uz: 'Boshqa odam parol belgiladi',
      ru: 'Пароль задан другим человеком',
      en: 'A password was set by somebody else',
    },
  },
);

/** From now on the password opens nothing until its owner has chosen another. */
export async function noteReset(tx: Tx, userId: string, by: string, now: Date): Promise<void> {
  await tx.sql(
    `insert into password_resets (user_id, set_at, set_by) values (?, ?, ?)
     on conflict (organization_id, user_id) do update set set_at = excluded.set_at, set_by = excluded.set_by`,
    [userId, now, by],
  );
}

export const forgetReset = (tx: Tx, userId: string) =>
  tx.sql('delete from password_resets where user_id = ?', [userId]);

/** @throws Refusal forbidden password_must_change */
export async function refuseReset(tx: Tx, userId: string): Promise<void> {
  const [row] = await tx.sql<{ set_at: Date; set_by: string }>(
    'select set_at, set_by from password_resets where user_id = ?',
    [userId],
  );
  if (row === undefined) return;
  throw new Refusal(
    'forbidden',
    'password_must_change',
    `${row.set_by} set this password; choose one that only you know`,
    { set_by: row.set_by, set_at: row.set_at.toISOString() },
  );
}
