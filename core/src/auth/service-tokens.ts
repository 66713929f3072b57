import type { Tx } from '../api/operations.ts';
import { makeToken } from './opaque-token.ts';
import { serviceToken } from './records.ts';

export interface IssuedServiceToken {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Shown once; only its hash is kept. */
  readonly token: string;
}

/** Gives a program its credentials; a token of the same name stops working at once. */
export async function issueServiceToken(
  tx: Tx,
  given: { name: string; roles: readonly string[] },
): Promise<IssuedServiceToken> {
  const { token, hash } = makeToken('service', tx.organizationId);
  const tokens = tx.of(serviceToken);
  const present = await tokens.find({ name: given.name }, { lock: true });
  const values = { roles: [...given.roles], token_hash: hash, revoked_at: null };
  const row = present
    ? await tokens.update(present.id, values)
    : await tokens.insert({ name: given.name, ...values });
  return { id: row.id, name: row.name, roles: row.roles, token };
}

/** @throws Refusal not_found */
export async function revokeServiceToken(tx: Tx, idOrName: string, now: Date): Promise<void> {
  const row = await tx.of(serviceToken).get(idOrName, { lock: true });
  if (row.revoked_at === null) await tx.of(serviceToken).update(row.id, { revoked_at: now });
}
