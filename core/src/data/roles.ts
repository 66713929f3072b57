import pg from 'pg';
import { literal, quoted } from './values.ts';

/** The role as which the application works: no owner of a table, bound by row level security. */
export const APP_ROLE = 'qoida_app';

export type Dsn = string | pg.ClientConfig;

export const asConfig = (dsn: Dsn): pg.ClientConfig =>
  typeof dsn === 'string' ? { connectionString: dsn } : dsn;

/** The same server and database as `owner`, as the application's role. */
export function appConfig(owner: Dsn, password: string): pg.ClientConfig {
  const { host, port, database, ssl } = new pg.Client(asConfig(owner));
  return { host, port, database: database ?? '', user: APP_ROLE, password, ssl };
}

interface RoleFacts {
  readonly rolsuper: boolean;
  readonly rolbypassrls: boolean;
}

/**
 * Makes the role of `app`, or sees that it is there and takes the password.
 * @throws Error saying what the database administrator has to run when `owner` may not create roles
 */
export async function ensureAppRole(owner: pg.Client, app: pg.ClientConfig): Promise<void> {
  const role = app.user ?? APP_ROLE;
  const found = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
  const password = literal(String(app.password ?? ''));
  if (found.rowCount === 0) {
    await asAdministrator(
      owner,
      role,
      `create role ${quoted(role)} login nosuperuser nobypassrls password ${password}`,
    );
  } else if (await passwordIsWrong(app)) {
    await asAdministrator(owner, role, `alter role ${quoted(role)} login password ${password}`);
  }
}

async function asAdministrator(owner: pg.Client, role: string, statement: string): Promise<void> {
  try {
    await owner.query(statement);
  } catch (error) {
    // Another process may have made the role in the same moment.
    if (['42710', '23505'].includes((error as { code?: string }).code ?? '')) return;
    throw new Error(
      `the database needs the role ${role} and this login may not make it; let an administrator run: ` +
        `create role ${role} login nosuperuser nobypassrls password '…'; ` +
        `then give its connection as the application's own`,
      { cause: error },
    );
  }
}

async function passwordIsWrong(app: pg.ClientConfig): Promise<boolean> {
  const probe = new pg.Client(app);
  try {
    await probe.connect();
    return false;
  } catch (error) {
    if (['28P01', '28000'].includes((error as { code?: string }).code ?? '')) return true;
    throw error;
  } finally {
    await probe.end();
  }
}

/** @throws Error when the application would not be bound by row level security */
export async function checkAppRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<
    RoleFacts & { member: boolean; name: string; owns: string | null }
  >(
    `select r.rolsuper, r.rolbypassrls, r.rolname as name, pg_has_role(r.oid, $1, 'member') as member,
       (select string_agg(c.relname, ', ') from pg_class c
        where c.relowner = r.oid and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace) as owns
     from pg_roles r where r.rolname = current_user`,
    [APP_ROLE],
  );
  const role = rows[0];
  if (!role) throw new Error('the application has no role in the database');
  const faults = [
    role.rolsuper && 'it is a superuser',
    role.rolbypassrls && 'it bypasses row level security',
    role.owns !== null && `it owns tables (${role.owns})`,
    !role.member && `it is not a member of ${APP_ROLE}`,
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return;
  throw new Error(`the application may not work as "${role.name}": ${faults.join(', ')}`);
}
