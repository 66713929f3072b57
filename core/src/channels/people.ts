import type { Locale } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly full_name: string;
  readonly locale: Locale;
}

/** Everybody active who has one of the roles, by position or given beside it. */
export const peopleWith = (tx: Tx, roles: readonly string[]): Promise<Person[]> =>
  tx.sql<Person>(
    `select u.id, u.username, u.full_name, u.locale from users u
     where u.status = 'active' and (u.position = any(?::text[]) or exists (
       select 1 from user_roles ur join roles r on r.id = ur.role_id
       where ur.user_id = u.id and r.code = any(?::text[])))
     order by u.username`,
    [[...roles], [...roles]],
  );

/** Addresses of people, by user and channel; those switched off by their person are left out. */
export async function addressesOf(
  tx: Tx,
  people: readonly Pick<Person, 'id'>[],
): Promise<(user: string, channel: string) => string | undefined> {
  const rows = await tx.sql<{ user_id: string; channel: string; address: string }>(
    'select user_id, channel, address from user_channels where enabled and user_id = any(?::uuid[])',
    [people.map(({ id }) => id)],
  );
  const known = new Map(rows.map((row) => [`${row.user_id} ${row.channel}`, row.address]));
  return (user, channel) => known.get(`${user} ${channel}`);
}
