import { Refusal } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import { makeToken, readToken } from './opaque-token.ts';

const DAY_MS = 86_400_000;
/** F-SEC-01. */
export const REFRESH_DAYS = 30;

export interface Caller {
  readonly ip: string;
  readonly userAgent: string;
}

/** A sign-in that was opened or continued. */
export interface OpenFamily {
  readonly organizationId: string;
  readonly userId: string;
  readonly familyId: string;
  readonly refresh: string;
}

/** Opens a family for a user who has just proved who they are; clears away the user's dead ones. */
export async function openFamily(
  tx: Tx,
  userId: string,
  caller: Caller,
  now: Date,
): Promise<OpenFamily> {
  await tx.sql('delete from token_families where user_id = ? and last_used_at < ?', [
    userId,
    new Date(now.getTime() - (REFRESH_DAYS + 1) * DAY_MS),
  ]);
  const [family] = await tx.sql<{ id: string }>(
    `insert into token_families (user_id, last_used_at, ip, user_agent)
     values (?, ?, nullif(?, '')::inet, ?) returning id`,
    [userId, now, caller.ip, caller.userAgent.slice(0, 300)],
  );
  const familyId = family?.id ?? '';
  return {
    organizationId: tx.organizationId,
    userId,
    familyId,
    refresh: await addToken(tx, familyId, now),
  };
}

interface TokenRow {
  readonly family_id: string;
  readonly user_id: string;
  readonly revoked: boolean;
  readonly used: boolean;
  readonly expired: boolean;
  readonly active: boolean;
}

/**
 * Exchanges a refresh token for the next one. A token that was used already has been copied by
 * someone: its whole family is revoked.
 * @throws Refusal unauthorized refresh_revoked
 */
export async function continueFamily(db: Database, token: string, now: Date): Promise<OpenFamily> {
  const read = readToken('refresh', token);
  if (!read) throw refreshRevoked();
  const { organizationId, hash } = read;
  const next = await db.transaction(organizationId, async (tx) => {
    const row = await lockToken(tx, hash, now);
    if (!row || row.revoked || row.expired || !row.active) return null;
    if (row.used) {
      await revokeFamily(tx, row.family_id, 'reuse', now);
      return null;
    }
    await tx.sql('update refresh_tokens set used_at = ? where token_hash = ?', [now, hash]);
    await tx.sql('update token_families set last_used_at = ? where id = ?', [now, row.family_id]);
    const refresh = await addToken(tx, row.family_id, now);
    return { organizationId, userId: row.user_id, familyId: row.family_id, refresh };
  });
  if (!next) throw refreshRevoked();
  return next;
}

/** Ends the family of a refresh token; says whether there was one. */
export async function endFamilyOf(db: Database, token: string, now: Date): Promise<boolean> {
  const read = readToken('refresh', token);
  if (!read) return false;
  return db.transaction(read.organizationId, async (tx) => {
    const row = await lockToken(tx, read.hash, now);
    if (row) await revokeFamily(tx, row.family_id, 'logout', now);
    return row !== undefined;
  });
}

export async function revokeFamily(
  tx: Tx,
  familyId: string,
  because: string,
  now: Date,
): Promise<void> {
  await tx.sql(
    'update token_families set revoked_at = ?, revoked_because = ? where id = ? and revoked_at is null',
    [now, because, familyId],
  );
}

/** Ends every sign-in of a user: a new password, a disabled user. */
export async function revokeFamiliesOf(
  tx: Tx,
  userId: string,
  because: string,
  now: Date,
): Promise<void> {
  await tx.sql(
    'update token_families set revoked_at = ?, revoked_because = ? where user_id = ? and revoked_at is null',
    [now, because, userId],
  );
}

/** The family is locked, so two uses of one token come one after the other. */
async function lockToken(tx: Tx, hash: string, now: Date): Promise<TokenRow | undefined> {
  const [family] = await tx.sql<{ id: string }>(
    'select f.id from token_families f join refresh_tokens t on t.family_id = f.id where t.token_hash = ? for update of f',
    [hash],
  );
  if (!family) return undefined;
  const [row] = await tx.sql<TokenRow>(
    `select t.family_id, f.user_id, f.revoked_at is not null as revoked, t.used_at is not null as used,
       t.expires_at <= ? as expired, u.status = 'active' as active
     from refresh_tokens t join token_families f on f.id = t.family_id join users u on u.id = f.user_id
     where t.token_hash = ?`,
    [now, hash],
  );
  return row;
}

async function addToken(tx: Tx, familyId: string, now: Date): Promise<string> {
  const { token, hash } = makeToken('refresh', tx.organizationId);
  await tx.sql('insert into refresh_tokens (family_id, token_hash, expires_at) values (?, ?, ?)', [
    familyId,
    hash,
    new Date(now.getTime() + REFRESH_DAYS * DAY_MS),
  ]);
  return token;
}

const refreshRevoked = () =>
  new Refusal(
    'unauthorized',
    'refresh_revoked',
    'The refresh token is not valid any more; sign in again',
  );
