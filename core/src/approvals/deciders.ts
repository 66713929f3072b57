import type { Locale } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';
import type { RequestRow, VoteRow } from './judge.ts';
import { delegatedToEach } from './people.ts';
import { seatOf } from './seat.ts';

/** Somebody who may decide a request now. */
export interface Decider {
  readonly id: string;
  readonly full_name: string;
  readonly locale: Locale;
  /** In whose place, where it is not his own. */
  readonly inPlaceOf: string | null;
}

interface Candidate {
  readonly id: string;
  readonly username: string;
  readonly full_name: string;
  readonly locale: Locale;
  readonly roles: readonly string[];
}

/**
 * Whoever may decide now, by his own roles or in somebody's place, as the language judges each of them:
 * neither who asked nor who has decided.
 */
export async function decidersNow(
  db: Tx,
  row: RequestRow,
  votes: readonly VoteRow[],
  at: Date,
): Promise<readonly Decider[]> {
  if (row.waiting_for.length === 0) return [];
  const candidates = await candidatesFor(db, row.waiting_for, at);
  const ids = candidates.map(({ id }) => id);
  const delegated = await delegatedToEach(db, ids, at);
  return candidates.flatMap(({ id, username, full_name, locale, roles }) => {
    const { organizationId } = db;
    const actor = { kind: 'user', id, name: username, roles, locale, organizationId } as const;
    const seat = seatOf(actor, row, votes, { at, delegated: delegated.get(id) ?? [] });
    if ('refusal' in seat) return [];
    return [{ id, full_name, locale, inPlaceOf: seat.for?.name ?? null }];
  });
}

/** Active people who hold a role that brings the step on, or stand in for anybody at this moment. */
const candidatesFor = (db: Tx, roles: readonly string[], at: Date): Promise<Candidate[]> =>
  db.sql<Candidate>(
    `with people as (
       select u.id::text as id, u.username, u.full_name, u.locale,
         array_append(array(select r.code from user_roles ur join roles r on r.id = ur.role_id
                             where ur.user_id = u.id), u.position) as roles
       from users u where u.status = 'active')
     select * from people p
      where p.roles && ?::text[] or exists (
        select 1 from approval_delegations d
         where d.to_user::text = p.id and d.revoked_at is null and d.from_at <= ? and d.to_at > ?)
      order by p.username`,
    [[...roles], at, at],
  );
