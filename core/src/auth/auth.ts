import { user } from '../api/core-records.ts';
import { forbidden, invalid, Refusal } from '../api/errors.ts';
import type { Texts } from '../api/fields.ts';
import type { Actor } from '../api/operations.ts';
import type { Database, Transaction } from '../data/index.ts';
import { type AccessTokens, accessTokens } from './access-token.ts';
import {
  type Caller,
  continueFamily,
  endFamilyOf,
  type OpenFamily,
  openFamily,
  REFRESH_DAYS,
  revokeFamily,
} from './families.ts';
import { type Identities, identities } from './identity.ts';
import { readToken } from './opaque-token.ts';
import { passwordFits } from './passwords.ts';
import { role } from './records.ts';
import { forgetReset, refuseReset } from './resets.ts';
import { ADMIN } from './roles.ts';
import { makeSetupToken, needsSetup, organizationOfSetup, takeSetupToken } from './setup.ts';
import { createUser, setPassword } from './users.ts';

export interface AuthOptions {
  readonly db: Database;
  readonly settings: { readonly JWT_SECRET: string };
  readonly now?: () => Date;
  /** Writes the audit of what is done before anybody is signed in. */
  readonly audit?: (
    tx: Transaction,
    entry: { action: string; actor: Actor; traceId: string; now: Date },
  ) => Promise<void>;
}

export interface SignedIn {
  readonly access: string;
  readonly refresh: string;
  /** Seconds until `access` expires. */
  readonly expires_in: number;
  /** Seconds until `refresh` expires. */
  readonly refresh_expires_in: number;
  readonly user: { readonly id: string; readonly role: string } & Record<string, unknown>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface NewPassword extends Credentials {
  readonly new_password: string;
}

export interface FirstAdministrator extends Credentials {
  readonly token: string;
  readonly full_name: string;
  readonly locale?: Actor['locale'];
}

export interface Auth {
  /** Bearer access token of a person or service token of a program. @throws Refusal unauthorized */
  authenticate(authorization: string | undefined): Promise<Actor>;
  /** @throws Refusal unauthorized */
  verifyAccess(token: string): Promise<Actor>;
  /** @throws Refusal unauthorized bad_credentials; forbidden password_must_change, registration_waits */
  login(given: Credentials, caller: Caller): Promise<SignedIn>;
  /**
   * Signs in with a password that somebody else set, by choosing another one.
   * @throws Refusal unauthorized bad_credentials; forbidden registration_waits; validation_error
   *   weak_password, password_unchanged
   */
  choosePassword(given: NewPassword, caller: Caller, traceId: string): Promise<SignedIn>;
  /** @throws Refusal unauthorized refresh_revoked */
  refresh(token: string): Promise<SignedIn>;
  /** Ends the sign-in of either token. @throws Refusal unauthorized when neither is one */
  logout(tokens: {
    authorization?: string | undefined;
    refresh?: string | undefined;
  }): Promise<void>;
  /** The token of the first administrator's one-time link, or null when somebody can sign in already. */
  setupToken(organizationId: string): Promise<string | null>;
  needsSetup(organizationId: string): Promise<boolean>;
  /** Makes the first administrator and signs them in. @throws Refusal setup_token_invalid, weak_password */
  setup(given: FirstAdministrator, caller: Caller, traceId: string): Promise<SignedIn>;
  /** Brings the table of roles in line with what the platform and its plugins declare. */
  keepRoles(organizationId: string, roles: Readonly<Record<string, Texts>>): Promise<void>;
  /** Forgets cached identities (after a change of users or tokens). */
  forget(): void;
}

/** F-SEC-01: access 8 h. */
const ACCESS_SECONDS = 8 * 3600;

/** Sign-in, tokens and identities over the database. */
export function createAuth(options: AuthOptions): Auth {
  const now = options.now ?? (() => new Date());
  const tokens = accessTokens(options.settings.JWT_SECRET, ACCESS_SECONDS, now);
  const who = identities(options.db, now);
  const { db } = options;
  const parts: Parts = { db, now, tokens, who };
  return {
    authenticate: (authorization) => authenticate(parts, authorization),
    verifyAccess: async (token) => who.user(await tokens.verify(token)),
    login: (given, caller) => login(parts, given, caller),
    choosePassword: (given, caller, traceId) =>
      choosePassword(parts, options.audit, { given, caller, traceId }),
    refresh: async (token) => signedIn(parts, await continueFamily(db, token, now())),
    logout: (given) => logout(parts, given),
    setupToken: (organizationId) =>
      db.transaction(organizationId, (tx) => makeSetupToken(tx, now())),
    needsSetup: (organizationId) => db.read(organizationId, needsSetup),
    setup: (given, caller, traceId) => setup(parts, options.audit, given, caller, traceId),
    keepRoles: (organizationId, roles) => keepRoles(db, organizationId, roles),
    forget: () => who.forget(),
  };
}

interface Parts {
  readonly db: Database;
  readonly now: () => Date;
  readonly tokens: AccessTokens;
  readonly who: Identities;
}

async function authenticate(
  { tokens, who }: Parts,
  authorization: string | undefined,
): Promise<Actor> {
  const token = bearerOf(authorization);
  if (token === null) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  const service = readToken('service', token);
  return service ? who.service(service) : who.user(await tokens.verify(token));
}

/** `Bearer`, one space, one token without any white space. */
const bearerOf = (authorization: string | undefined) =>
  /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1] ?? null;

async function login(parts: Parts, given: Credentials, caller: Caller): Promise<SignedIn> {
  const { db, now } = parts;
  const found = await proved(db, given);
  const family = await db.transaction(found.organizationId, async (tx) => {
    await refuseReset(tx, found.id);
    await tx.sql('update users set last_login_at = ? where id = ?', [now(), found.id]);
    return openFamily(tx, found.id, caller, now());
  });
  return signedIn(parts, family);
}

async function choosePassword(
  parts: Parts,
  audit: AuthOptions['audit'],
  { given, caller, traceId }: { given: NewPassword; caller: Caller; traceId: string },
): Promise<SignedIn> {
  const { db, now } = parts;
  const { id, organizationId } = await proved(db, given);
  if (given.new_password === given.password)
    throw invalid('password_unchanged', 'The new password is the old one');
  const family = await db.transaction(organizationId, async (tx) => {
    await setPassword(tx, id, given.new_password, now());
    await forgetReset(tx, id);
    const { username, position, locale } = await tx.of(user).get(id);
    const roles = [position];
    const actor: Actor = { kind: 'user', id, name: username, roles, locale, organizationId };
    await audit?.(tx, { action: 'auth.choose_password', actor, traceId, now: now() });
    return openFamily(tx, id, caller, now());
  });
  return signedIn(parts, family);
}

/** Who has this name and this password. @throws Refusal unauthorized bad_credentials; forbidden registration_waits */
async function proved(db: Database, given: Credentials) {
  const found = await findByName(db, given.username.trim());
  const fits = await passwordFits(found?.password_hash ?? null, given.password);
  if (!found || !fits)
    throw new Refusal('unauthorized', 'bad_credentials', 'The name or the password is wrong');
  // Only whoever knows the password learns it.
  if (found.status === 'waiting')
    throw forbidden('registration_waits', 'An administrator has still to let you in');
  return found;
}

/** A user by name who is not disabled; null also when several organisations have one of this name. */
async function findByName(db: Database, username: string) {
  const { rows } = await db.pool.query<{ organization_id: string; user_id: string }>(
    'select organization_id, user_id from qoida_login_lookup($1)',
    [username],
  );
  const [only, another] = rows;
  if (!only || another) return null;
  const organizationId = only.organization_id;
  const row = await db.read(organizationId, (tx) => tx.of(user).find({ id: only.user_id }));
  if (row === null || row.status === 'disabled') return null;
  const { id, status, password_hash } = row;
  return { id, status, password_hash, organizationId };
}

async function signedIn({ db, tokens, who }: Parts, family: OpenFamily): Promise<SignedIn> {
  const { userId, organizationId, familyId, refresh } = family;
  const actor = await who.userNow({ userId, organizationId, familyId });
  const row = await db.read(organizationId, (tx) => tx.of(user).get(userId));
  return {
    access: await tokens.sign({ userId, organizationId, familyId }),
    refresh,
    expires_in: ACCESS_SECONDS,
    refresh_expires_in: REFRESH_DAYS * 86_400,
    user: {
      id: userId,
      role: row.position,
      roles: actor.roles,
      username: row.username,
      full_name: row.full_name,
      locale: row.locale,
    },
  };
}

async function logout(
  { db, now, tokens, who }: Parts,
  given: { authorization?: string | undefined; refresh?: string | undefined },
): Promise<void> {
  let ended = given.refresh !== undefined && (await endFamilyOf(db, given.refresh, now()));
  const access = bearerOf(given.authorization);
  const claims = access === null ? null : await tokens.verify(access).catch(() => null);
  if (claims) {
    await db.transaction(claims.organizationId, (tx) =>
      revokeFamily(tx, claims.familyId, 'logout', now()),
    );
    ended = true;
  }
  if (!ended) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  who.forget();
}

async function setup(
  parts: Parts,
  audit: AuthOptions['audit'],
  given: FirstAdministrator,
  caller: Caller,
  traceId: string,
): Promise<SignedIn> {
  const { db, now } = parts;
  const organizationId = organizationOfSetup(given.token);
  const family = await db.transaction(organizationId, async (tx) => {
    await takeSetupToken(tx, given.token, now());
    const { username, full_name, password } = given;
    const locale = given.locale ?? 'uz';
    const made = await createUser(tx, { username, full_name, password, position: ADMIN, locale });
    const actor: Actor = {
      kind: 'user',
      id: made.id,
      name: made.username,
      roles: [ADMIN],
      locale,
      organizationId,
    };
    await audit?.(tx, { action: 'auth.setup', actor, traceId, now: now() });
    return openFamily(tx, made.id, caller, now());
  });
  return signedIn(parts, family);
}

async function keepRoles(
  db: Database,
  organizationId: string,
  roles: Readonly<Record<string, Texts>>,
): Promise<void> {
  await db.transaction(organizationId, async (tx) => {
    for (const [code, texts] of Object.entries(roles)) {
      const name = typeof texts === 'string' ? texts : (texts.uz ?? texts.ru ?? texts.en ?? code);
      const present = await tx.of(role).find({ code });
      if (!present) await tx.of(role).insert({ code, name });
      else if (present.name !== name) await tx.of(role).update(present.id, { name });
    }
  });
}
