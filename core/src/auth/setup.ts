import { Refusal } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import { makeToken, readToken } from './opaque-token.ts';

const VALID_MS = 24 * 3_600_000;

/** True while nobody can sign in. */
export async function needsSetup(tx: Tx): Promise<boolean> {
  const rows = await tx.sql('select 1 from users where password_hash is not null limit 1');
  return rows.length === 0;
}

/** Makes the one-time token of the first administrator (24 h); earlier ones stop working. Null once there is a user. */
export async function makeSetupToken(tx: Tx, now: Date): Promise<string | null> {
  if (!(await needsSetup(tx))) return null;
  const { token, hash } = makeToken('setup', tx.organizationId);
  await tx.sql('delete from setup_tokens');
  await tx.sql('insert into setup_tokens (token_hash, expires_at) values (?, ?)', [
    hash,
    new Date(now.getTime() + VALID_MS),
  ]);
  return token;
}

/** The organisation of a set-up token. @throws Refusal unauthorized setup_token_invalid */
export function organizationOfSetup(token: string): string {
  const read = readToken('setup', token);
  if (!read) throw setupTokenInvalid();
  return read.organizationId;
}

/** Takes the token, once. @throws Refusal unauthorized setup_token_invalid */
export async function takeSetupToken(tx: Tx, token: string, now: Date): Promise<void> {
  const hash = readToken('setup', token)?.hash ?? '';
  const taken = await tx.sql(
    'delete from setup_tokens where token_hash = ? and expires_at > ? returning id',
    [hash, now],
  );
  if (taken.length === 0 || !(await needsSetup(tx))) throw setupTokenInvalid();
}

const setupTokenInvalid = () =>
  new Refusal(
    'unauthorized',
    'setup_token_invalid',
    'The set-up link was used or has expired; start the platform again for a new one',
  );
