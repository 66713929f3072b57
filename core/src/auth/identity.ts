import { Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import type { AccessClaims } from './access-token.ts';

/** How long a look-up is believed: a disabled user or a revoked token works no longer than this. */
const BELIEVED_MS = 2_000;
const MAX_KEPT = 5_000;

interface FamilyRow {
  readonly user_id: string;
  readonly username: string;
  readonly position: string;
  readonly locale: Actor['locale'];
  readonly roles: string[];
}

export interface Identities {
  /** The user behind an access token, with the roles of this moment. @throws Refusal unauthorized signed_out */
  user(claims: AccessClaims): Promise<Actor>;
  /** The same, looked up at this moment whatever is believed. @throws Refusal unauthorized signed_out */
  userNow(claims: AccessClaims): Promise<Actor>;
  /** The program behind a service token. @throws Refusal unauthorized invalid_token */
  service(token: { organizationId: string; hash: string }): Promise<Actor>;
  /** Forgets what is believed, so that the next call looks again. */
  forget(): void;
}

/** Looks up who acts; an answer is kept for two seconds, so that a call doesn't cost a query each time. */
export function identities(db: Database, now: () => Date): Identities {
  const kept = new Map<string, { actor: Promise<Actor>; until: number }>();
  const remembered = (key: string, load: () => Promise<Actor>): Promise<Actor> => {
    const moment = now().getTime();
    const known = kept.get(key);
    if (known && known.until > moment) return known.actor;
    if (kept.size >= MAX_KEPT) kept.clear();
    const actor = load();
    kept.set(key, { actor, until: moment + BELIEVED_MS });
    // A look-up that failed is not kept: the database may be back at the next call.
    actor.catch(() => kept.get(key)?.actor === actor && kept.delete(key));
    return actor;
  };
  const keyOf = ({ familyId, userId }: AccessClaims) => `family ${familyId} ${userId}`;
  const user = (claims: AccessClaims) => remembered(keyOf(claims), () => loadUser(db, claims));
  return {
    user,
    userNow(claims) {
      kept.delete(keyOf(claims));
      return user(claims);
    },
    service: (token) => remembered(`service ${token.hash}`, () => loadService(db, token)),
    forget: () => kept.clear(),
  };
}

async function loadUser(db: Database, claims: AccessClaims): Promise<Actor> {
  const [row] = await db.read(claims.organizationId, (tx) =>
    tx.sql<FamilyRow>(
      `select u.id as user_id, u.username, u.position, u.locale,
         array(select r.code from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id) as roles
       from token_families f join users u on u.id = f.user_id
       where f.id = ? and u.id = ? and f.revoked_at is null and u.status = 'active'`,
      [claims.familyId, claims.userId],
    ),
  );
  if (!row) throw new Refusal('unauthorized', 'signed_out', 'This sign-in has ended');
  return {
    kind: 'user',
    id: row.user_id,
    name: row.username,
    roles: [...new Set([row.position, ...row.roles])],
    locale: row.locale,
    organizationId: claims.organizationId,
  };
}

async function loadService(
  db: Database,
  { organizationId, hash }: { organizationId: string; hash: string },
): Promise<Actor> {
  const [row] = await db.read(organizationId, (tx) =>
    tx.sql<{ id: string; name: string; roles: string[] }>(
      'select id, name, roles from service_tokens where token_hash = ? and revoked_at is null',
      [hash],
    ),
  );
  if (!row) throw new Refusal('unauthorized', 'invalid_token', 'The service token is not valid');
  return {
    kind: 'service',
    id: row.id,
    name: row.name,
    roles: row.roles,
    locale: 'uz',
    organizationId,
  };
}
