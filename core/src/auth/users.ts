import { user } from '../api/core-records.ts';
import { conflict, forbidden, invalid } from '../api/errors.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { revokeFamiliesOf } from './families.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { role, userRole } from './records.ts';
import { ADMIN } from './roles.ts';

type User = RowOf<typeof user>;

export interface NewUser {
  readonly username: string;
  readonly full_name: string;
  /** The position is the default role. */
  readonly position: string;
  readonly password: string;
  readonly grade?: User['grade'];
  readonly locale?: User['locale'];
  readonly status?: User['status'];
  /** Roles beside the position. */
  readonly roles?: readonly string[];
}

/** What is shown of a user: never the hash. */
export type ShownUser = Omit<User, 'password_hash'> & { readonly roles: readonly string[] };

const USERNAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

/** A username as it is kept: in lower case. @throws Refusal invalid_username */
export function usernameOf(given: string): string {
  const username = given.trim().toLowerCase();
  if (USERNAME.test(username)) return username;
  throw invalid(
    'invalid_username',
    'A username is 2 to 64 characters: a–z, 0–9, dot, dash, underscore',
    { username },
  );
}

/**
 * Creates a user.
 * @throws Refusal invalid_username, weak_password, unknown_role, already_exists
 */
export async function createUser(tx: Tx, given: NewUser): Promise<ShownUser> {
  const username = usernameOf(given.username);
  checkPassword(given.password, username);
  await roleIds(tx, [given.position]);
  const row = await tx.of(user).insert({
    username,
    full_name: given.full_name,
    position: given.position,
    grade: given.grade ?? null,
    locale: given.locale ?? 'uz',
    status: given.status ?? 'active',
    password_hash: await hashPassword(given.password),
  });
  return shown(row, await replaceRoles(tx, row.id, given.roles ?? []));
}

/** Replaces the roles a user has beside the position. @throws Refusal unknown_role, last_administrator */
export async function setRoles(
  tx: Tx,
  userId: string,
  codes: readonly string[],
): Promise<ShownUser> {
  const row = await tx.of(user).get(userId, { lock: true });
  const was = await isAdministrator(tx, row.id);
  const roles = await replaceRoles(tx, row.id, codes);
  if (was) await keepAdministrator(tx);
  return shown(row, roles);
}

/** Sets a password and ends every sign-in of the user. @throws Refusal weak_password */
export async function setPassword(
  tx: Tx,
  userId: string,
  password: string,
  now: Date,
): Promise<void> {
  const row = await tx.of(user).get(userId, { lock: true });
  checkPassword(password, row.username);
  await tx.of(user).update(row.id, { password_hash: await hashPassword(password) });
  await revokeFamiliesOf(tx, row.id, 'password_changed', now);
}

export interface UserPatch {
  readonly full_name?: string | null;
  readonly position?: string | null;
  readonly grade?: User['grade'];
  readonly locale?: User['locale'] | null;
  readonly status?: User['status'] | null;
}

/** Changes what is given (null leaves it); disabling ends every sign-in. @throws Refusal last_administrator */
export async function updateUser(
  tx: Tx,
  userId: string,
  patch: UserPatch,
  now: Date,
): Promise<ShownUser> {
  const before = await tx.of(user).get(userId, { lock: true });
  if (patch.position) await roleIds(tx, [patch.position]);
  const was = await isAdministrator(tx, before.id);
  const given = Object.fromEntries(
    Object.entries(patch).filter(([, value]) => value !== null && value !== undefined),
  );
  const row = Object.keys(given).length > 0 ? await tx.of(user).update(before.id, given) : before;
  if (row.status === 'disabled' && before.status !== 'disabled') {
    await revokeFamiliesOf(tx, row.id, 'disabled', now);
  }
  if (was) await keepAdministrator(tx);
  return shown(row, await rolesOf(tx, row.id));
}

/** Only an administrator may make or change one. @throws Refusal forbidden administrator_only */
export async function checkMayManage(
  tx: Tx,
  actor: Actor,
  change: { userId?: string; roles?: readonly (string | null | undefined)[] },
): Promise<void> {
  if (actor.kind === 'system' || actor.roles.includes(ADMIN)) return;
  const sets = change.roles?.length === 0 || change.roles?.some((role) => role != null);
  if (sets && change.userId !== undefined && change.userId === actor.id) {
    throw forbidden('own_roles', 'Nobody gives himself roles; ask an administrator');
  }
  const touches =
    change.roles?.includes(ADMIN) ||
    (change.userId !== undefined && (await isAdministrator(tx, change.userId)));
  if (touches)
    throw forbidden(
      'administrator_only',
      'Only an administrator may make or change an administrator',
    );
}

/** Every user with the roles that hold for them; `role` keeps those who have it. */
export async function listUsers(
  tx: Tx,
  filter: { role?: string; status?: string; page: number; pageSize: number },
): Promise<{ items: ShownUser[]; total: number }> {
  const condition = `(:role::text is null or u.position = :role or exists (
      select 1 from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id and r.code = :role))
    and (:status::text is null or u.status = :status)`;
  const { text, values } = named(condition, {
    role: filter.role ?? null,
    status: filter.status ?? null,
  });
  const [count] = await tx.sql<{ total: number }>(
    `select count(*) as total from users u where ${text}`,
    values,
  );
  const items = await tx.sql<ShownUser>(
    `select u.id, u.username, u.full_name, u.position, u.grade, u.status, u.locale, u.last_login_at, u.created_at,
       array(select r.code from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id order by r.code) as roles
     from users u where ${text} order by u.username limit ? offset ?`,
    [...values, filter.pageSize, (filter.page - 1) * filter.pageSize],
  );
  return { items, total: count?.total ?? 0 };
}

/** One user as `listUsers` shows them. @throws Refusal not_found */
export async function showUser(tx: Tx, idOrName: string): Promise<ShownUser> {
  const row = await tx.of(user).get(idOrName);
  return shown(row, await rolesOf(tx, row.id));
}

async function replaceRoles(tx: Tx, userId: string, codes: readonly string[]): Promise<string[]> {
  const wanted = await roleIds(tx, [...new Set(codes)]);
  const links = tx.of(userRole);
  const present = await links.list({ user_id: userId });
  const ids = new Set(wanted.values());
  for (const link of present) if (!ids.has(link.role_id)) await links.remove(link.id);
  for (const id of ids) {
    if (!present.some((link) => link.role_id === id))
      await links.insert({ user_id: userId, role_id: id });
  }
  return [...wanted.keys()].sort();
}

async function roleIds(tx: Tx, codes: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const code of codes) {
    const row = await tx.of(role).find({ code });
    if (!row) throw invalid('unknown_role', `There is no role "${code}"`, { role: code });
    found.set(code, row.id);
  }
  return found;
}

async function rolesOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.sql<{ code: string }>(
    'select r.code from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = ? order by r.code',
    [userId],
  );
  return rows.map((row) => row.code);
}

const ADMINISTRATOR = `(u.position = '${ADMIN}' or exists (
  select 1 from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id and r.code = '${ADMIN}'))`;

async function isAdministrator(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.sql(`select 1 from users u where u.id = ? and ${ADMINISTRATOR}`, [userId]);
  return rows.length > 0;
}

async function keepAdministrator(tx: Tx): Promise<void> {
  // Two administrators who disable each other at the same moment must not both succeed.
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('qoida.administrators', 0))");
  const rows = await tx.sql(
    `select 1 from users u where u.status = 'active' and ${ADMINISTRATOR} limit 1`,
  );
  if (rows.length === 0)
    throw conflict('last_administrator', 'One active administrator has to remain');
}

function shown(row: User, roles: readonly string[]): ShownUser {
  const { password_hash: _, ...rest } = row;
  return { ...rest, roles };
}

/** `:name` parameters as `?` ones, since a value is needed several times. */
function named(
  text: string,
  values: Readonly<Record<string, unknown>>,
): { text: string; values: unknown[] } {
  const ordered: unknown[] = [];
  const replaced = text.replace(/(?<!:):([a-z]+)\b/g, (_, name: string) => {
    ordered.push(values[name]);
    return '?';
  });
  return { text: replaced, values: ordered };
}
