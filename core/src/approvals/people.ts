import { forbidden, Refusal } from '../api/errors.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RequestRow } from './judge.ts';

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly locale: Actor['locale'];
}

/** An active person with the roles of this moment, the position among them; undefined when he is gone. */
export async function personById(db: Tx, id: string): Promise<Person | undefined> {
  const [row] = await db.sql<Person & { position: string }>(
    `select u.id, u.username, u.position, u.locale,
       array(select r.code from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id) as roles
     from users u where u.id = ? and u.status = 'active'`,
    [id],
  );
  return row && { ...row, roles: [...new Set([row.position, ...row.roles])] };
}

/** Who asked, with the rights of this moment; undefined when he has none any more. */
export async function requesterNow(db: Tx, row: RequestRow): Promise<Actor | undefined> {
  const { requester_kind: kind, requester, requested_by: name } = row;
  const base = { kind, name, organizationId: db.organizationId };
  if (kind === 'user') {
    const person = await personById(db, requester);
    return person && { ...base, id: person.id, roles: person.roles, locale: person.locale };
  }
  if (kind === 'service') {
    const [token] = await db.sql<{ roles: string[] }>(
      'select roles from service_tokens where id = ? and revoked_at is null',
      [requester],
    );
    return token && { ...base, id: requester, roles: token.roles, locale: 'uz' };
  }
  const id = kind === 'device' ? requester : null;
  return { ...base, id, roles: row.requester_roles, locale: 'uz' };
}

/**
 * Who decides, with the rights of this moment: what a sign-in was believed a moment ago does not count.
 * @throws Refusal people_only, signed_out
 */
export async function deciderNow(db: Tx, actor: Actor): Promise<Actor> {
  if (actor.kind !== 'user' || actor.id === null)
    throw forbidden('people_only', 'Only people approve');
  const person = await personById(db, actor.id);
  if (person === undefined)
    throw new Refusal('unauthorized', 'signed_out', 'This sign-in has ended');
  return { ...actor, roles: person.roles };
}

/** The people whose acts made a rule ask, by their ids: it is their own request (F-M12-06). */
export async function peopleBehind(
  db: Tx,
  { kind }: Actor,
  cause: string | undefined,
): Promise<readonly string[]> {
  if (kind === 'user' || cause === undefined) return [];
  const [run] = await db.sql<{ people: string[] }>('select people from rule_runs where id = ?', [
    cause,
  ]);
  return run?.people ?? [];
}

export interface Delegated {
  readonly person: Pick<Person, 'id' | 'username'>;
  /** Those of the delegator's roles that were handed over. */
  readonly roles: readonly string[];
}

/** In whose places a person may decide at a moment, with the roles handed over that those still have. */
export const delegatedTo = async (
  db: Tx,
  userId: string,
  at: Date,
): Promise<readonly Delegated[]> => (await delegatedToEach(db, [userId], at)).get(userId) ?? [];

/** The same for several people, by their ids. */
export async function delegatedToEach(
  db: Tx,
  userIds: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, readonly Delegated[]>> {
  const rows = await db.sql<{
    to: string;
    id: string;
    username: string;
    held: string[];
    given: string[];
  }>(
    `select d.to_user::text as "to", u.id, u.username, d.roles as given,
       array_append(array(select r.code from user_roles ur join roles r on r.id = ur.role_id
                           where ur.user_id = u.id), u.position) as held
     from approval_delegations d join users u on u.id = d.from_user and u.status = 'active'
     where d.to_user::text = any(?::text[]) and d.revoked_at is null and d.from_at <= ? and d.to_at > ?
     order by d.from_at, d.id`,
    [[...userIds], at, at],
  );
  const delegated = rows.map(({ to, id, username, held, given }) => ({
    to,
    person: { id, username },
    roles: [...new Set(held)].filter((role) => given.length === 0 || given.includes(role)),
  }));
  return Map.groupBy(delegated, ({ to }) => to);
}

/** An active person and a role that he holds. */
export interface Holder {
  readonly person: string;
  readonly role: string;
}

/** Who holds these roles now, by position or beside it. */
export async function holdersOf(db: Tx, roles: ReadonlySet<string>): Promise<readonly Holder[]> {
  if (roles.size === 0) return [];
  const asked = [[...roles], [...roles]];
  return db.sql<Holder>(
    `select u.id::text as person, u.position as role from users u
      where u.status = 'active' and u.position = any(?)
     union select u.id::text, r.code from users u join user_roles ur on ur.user_id = u.id
       join roles r on r.id = ur.role_id where u.status = 'active' and r.code = any(?)`,
    asked,
  );
}
