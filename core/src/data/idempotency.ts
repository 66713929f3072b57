import { conflict } from '../api/errors.ts';
import type { Database } from './database.ts';
import type { Transaction } from './transaction.ts';

/** A repeatable request: who, what and the key that the caller chose. */
export interface IdempotencyKey {
  readonly user: string;
  readonly route: string;
  readonly key: string;
  /** Hash of the request's body. */
  readonly requestHash: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface KeyRow {
  readonly request_hash: string;
  readonly response_status: number | null;
  readonly response_body: unknown;
  readonly expired: boolean;
}

/** How long an answer is kept (F-DM-50). */
const KEPT = "interval '24 hours'";

/**
 * Takes the key for this transaction. A request with the same key that still runs is waited for.
 * @returns null when the caller has to do the work, or the answer of the first time
 * @throws Refusal idempotency_mismatch when the key was used with another body
 */
export async function claimIdempotency(
  tx: Transaction,
  key: IdempotencyKey,
): Promise<StoredAnswer | null> {
  const place = [key.user, key.route, key.key];
  const inserted = await tx.sql(
    `insert into idempotency_keys (user_id, route, key, request_hash, expires_at)
     values (?, ?, ?, ?, now() + ${KEPT})
     on conflict (organization_id, user_id, route, key) do nothing returning 1`,
    [...place, key.requestHash],
  );
  if (inserted.length > 0) return null;
  const [row] = await tx.sql<KeyRow>(
    `select request_hash, response_status, response_body, expires_at <= now() as expired
     from idempotency_keys where user_id = ? and route = ? and key = ? for update`,
    place,
  );
  if (row && !row.expired && row.response_status !== null) {
    if (row.request_hash === key.requestHash) {
      return { status: row.response_status, body: row.response_body };
    }
    throw conflict('idempotency_mismatch', 'This Idempotency-Key was used with another body', {
      key: key.key,
    });
  }
  // Expired, purged this very moment, or kept without an answer: the key begins anew.
  await tx.sql(
    `insert into idempotency_keys (user_id, route, key, request_hash, expires_at)
     values (?, ?, ?, ?, now() + ${KEPT})
     on conflict (organization_id, user_id, route, key) do update set request_hash = excluded.request_hash,
       expires_at = excluded.expires_at, created_at = now(), response_status = null, response_body = null`,
    [...place, key.requestHash],
  );
  return null;
}

/** Keeps the answer of the request that claimed the key, in its own transaction. */
export async function storeIdempotency(
  tx: Transaction,
  key: IdempotencyKey,
  answer: StoredAnswer,
): Promise<void> {
  await tx.sql(
    `update idempotency_keys set response_status = ?, response_body = ?::json
     where user_id = ? and route = ? and key = ?`,
    [answer.status, JSON.stringify(answer.body ?? null), key.user, key.route, key.key],
  );
}

/** Forgets expired keys of every organisation. @returns how many */
export async function purgeIdempotency(db: Database): Promise<number> {
  let purged = 0;
  for (const { id } of await db.organizations()) {
    const rows = await db.transaction(id, (tx) =>
      tx.sql('delete from idempotency_keys where expires_at <= now() returning 1'),
    );
    purged += rows.length;
  }
  return purged;
}
